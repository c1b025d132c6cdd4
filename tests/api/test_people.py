from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from people import offer_with_places
from served import START, Client, Served, problem, serve_small_world

from tierline.accounts.consent_receipt import is_consent_receipt
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.bootstrap import signing_key
from tierline.bootstrap.rulebook import Rulebook

BACKWARDS = "start=2025-01-01T00:00:00Z&end=2024-01-01T00:00:00Z"
WINDOW = {"start": "2025-01-01T00:00:00Z", "end": "2100-01-01T00:00:00Z"}


def contact_of(client: Client, account: str, name: str = "Ada", **stated: Any) -> dict[str, Any]:
    made = client.post(f"/v1/accounts/{account}/contacts", json={"name": name, **stated})
    assert made.status_code == 201, made.text
    return dict(made.json())


def test_a_contact_is_added_read_changed_and_removed(served: Served) -> None:
    contact = contact_of(served.operator, served.pine, email="Ada@Pine.example")
    path = f"/v1/contacts/{contact['id']}"
    read = served.operator.get(path)
    assert read.json()["email"] == "ada@pine.example"
    body = {"name": "Ada King", "roles": ["admin"]}
    changed = served.operator.put(path, json=body, headers={"If-Match": read.headers["etag"]})
    assert (changed.json()["name"], changed.json()["roles"]) == ("Ada King", ["admin"])
    assert served.operator.delete(path).status_code == 204
    listed = served.operator.get(f"/v1/accounts/{served.pine}/contacts")
    assert listed.json()["items"] == []
    everybody = served.operator.get(
        f"/v1/accounts/{served.pine}/contacts", params={"removed": "true"}
    )
    assert [each["id"] for each in everybody.json()["items"]] == [contact["id"]]


def test_who_changes_what_has_changed_since_is_refused(served: Served) -> None:
    contact = contact_of(served.operator, served.pine)
    path = f"/v1/contacts/{contact['id']}"
    seen = {"If-Match": served.operator.get(path).headers["etag"]}
    served.operator.put(path, json={"name": "Ada King"})
    for refused in (
        served.operator.put(path, json={"name": "Ada Byron"}, headers=seen),
        served.operator.delete(path, headers=seen),
    ):
        assert refused.status_code == 412
        assert problem(refused)["code"] == "precondition_failed"
    assert served.operator.get(path).json()["name"] == "Ada King"


def test_contacts_come_in_pages(served: Served) -> None:
    made = {contact_of(served.operator, served.pine, f"N{number}")["id"] for number in range(5)}
    path, seen, after = f"/v1/accounts/{served.pine}/contacts", [], None
    for _ in range(3):
        params = {"limit": 2} if after is None else {"limit": 2, "after": after}
        page = served.operator.get(path, params=params).json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
    assert (set(seen), len(seen), after) == (made, 5, None)


@pytest.fixture
def stopping(tmp_path: Path) -> Iterator[Served]:
    """A company whose plans stop at one named contact."""
    with serve_small_world(tmp_path / "data") as served:
        occasion = served.opened.occasion()
        catalog = offer_with_places("stop", limit=1).model_copy(update={"catalog": "stopping"})

        def work(records: Any) -> str:
            publish_catalog(records, catalog, occasion)
            from tierline.actions.accounts import AccountDetails, open_account

            account = open_account(records, AccountDetails(name="Lattice"), occasion).id
            order = ContractOrder(account=account, catalog="stopping", tier="priority", start=START)
            sign_contract(records, order, occasion)
            return str(account)

        served.pine = served.opened.change(work)
        yield served


def test_beyond_the_plan_that_stops_a_contact_is_refused(stopping: Served) -> None:
    contact_of(stopping.operator, stopping.pine)
    refused = stopping.operator.post(f"/v1/accounts/{stopping.pine}/contacts", json={"name": "Bob"})
    assert refused.status_code == 413
    assert problem(refused)["code"] == "no_place"


def test_a_check_counts_the_people_who_hold_the_places(stopping: Served) -> None:
    question = {"account": stopping.pine, "feature": "named_contacts"}

    def outcome() -> str:
        return str(stopping.operator.post("/v1/checks", json=question).json()["outcome"])

    before = outcome()
    contact = contact_of(stopping.operator, stopping.pine)
    held = outcome()
    stopping.operator.delete(f"/v1/contacts/{contact['id']}/personal-data")
    assert (before, held, outcome()) == ("warn", "deny", "warn")


def test_accounts_whose_people_take_turns_are_listed(stopping: Served) -> None:
    for number in range(5):
        contact = contact_of(stopping.operator, stopping.pine, f"N{number}")
        stopping.operator.delete(f"/v1/contacts/{contact['id']}")
    (found,) = stopping.operator.get("/v1/contact-rotations", params=WINDOW).json()["items"]
    assert (found["account"], found["sentence"]) == (stopping.pine, "5 people in 1 places")
    own = stopping.operator.get(f"/v1/accounts/{stopping.pine}/contact-rotation", params=WINDOW)
    assert own.json() == found


def test_consent_is_withdrawn_in_one_request_and_no_upsell_goes_after_it(served: Served) -> None:
    path = f"/v1/accounts/{served.pine}/consents"
    body = {"notice_version": "2025-01", "evidence": "form 7"}
    given = served.operator.put(f"{path}/personalisation", json=body)
    assert given.status_code == 200
    assert is_consent_receipt(given.json(), signing_key().public_text())
    withdrawn = served.operator.delete(f"{path}/personalisation").json()
    states = served.operator.get(path).json()["purposes"]
    assert states["personalisation"]["since"] == withdrawn["statement"]["effective_at"]
    assert states["service"]["is_allowed"] is True
    decide = f"/v1/accounts/{served.pine}/prompt-decisions"
    answers = {
        prompt: served.operator.post(decide, json={"prompt": prompt}).json()["is_allowed"]
        for prompt in ("upsell", "limit_notice")
    }
    assert answers == {"upsell": False, "limit_notice": True}
    ledger = served.operator.get(f"/v1/accounts/{served.pine}/consent-statements").json()
    assert [each["state"] for each in ledger["items"]] == ["given", "withdrawn"]
    again = f"/v1/consent-statements/{ledger['items'][0]['id']}/receipt"
    assert served.operator.get(again).json() == given.json()


def test_a_profile_is_recorded_and_what_is_missing_is_listed(served: Served) -> None:
    parts = {
        "mission_criticality": "high", "uptime_impact": "12000 USD", "recovery_time": "240",
        "recovery_point": "15", "regulatory_exposure": "GxP", "data_sensitivity": "low",
        "switching_cost": "high",
    }  # fmt: skip
    findings = [
        {"part": part, "value": value, "evidence": "questionnaire"} for part, value in parts.items()
    ]
    path = f"/v1/accounts/{served.pine}/criticality"
    made = served.operator.post(f"{path}-findings", json={"findings": findings})
    assert (made.status_code, made.json()["due"]) == (201, [])
    due = served.operator.get("/v1/criticality-reviews").json()["items"]
    assert [(each["name"], len(each["due"])) for each in due] == [("Oak", 7)]
    aged = served.operator.get("/v1/criticality-reviews", params={"on": "2099-01-01"}).json()
    assert [each["name"] for each in aged["items"]] == ["Oak", "Pine"]
    wrong = served.operator.post(
        f"{path}-findings",
        json={"findings": [{"part": "recovery_time", "value": "4 h", "evidence": "call"}]},
    )
    assert problem(wrong)["faults"][0]["path"] == "findings[0].value"


def test_a_person_is_told_erased_and_kept_by_a_hold(served: Served) -> None:
    contact = contact_of(served.operator, served.pine, "Ada Quux", email="ada@quux.example")
    path = f"/v1/contacts/{contact['id']}/personal-data"
    assert served.operator.get(path).json()["person"]["email"] == "ada@quux.example"
    holds = f"/v1/accounts/{served.pine}/legal-holds"
    hold = served.operator.post(holds, json={"reason": "lawsuit"}).json()["id"]
    assert problem(served.operator.delete(path))["code"] == "legal_hold"
    served.operator.delete(f"/v1/legal-holds/{hold}")
    erased = served.operator.delete(path).json()
    assert erased == {"erased": [contact["id"]], "same_address": [], "is_off_disk": True}
    assert "quux" not in served.operator.get(path).text.lower()
    folder = served.opened.folder
    assert folder is not None
    assert not any(b"quux" in file.read_bytes() for file in folder.glob("tierline.db*"))


def test_retention_lists_first_and_erases_then(served: Served) -> None:
    contact = contact_of(served.operator, served.pine)
    served.operator.delete(f"/v1/contacts/{contact['id']}")
    for dry_run, left in ((True, "Ada"), (False, None)):
        body = {"keep_days": 0, "dry_run": dry_run}
        run = served.operator.post("/v1/retention-runs", json=body).json()
        assert [each["contact"] for each in run["items"]] == [contact["id"]]
        assert served.operator.get(f"/v1/contacts/{contact['id']}").json()["name"] == left


def outcome_of(served: Served, account: str) -> str:
    question = {"account": account, "feature": "reports"}
    return str(served.operator.post("/v1/checks", json=question).json()["outcome"])


def test_an_account_inherits_what_it_says(served: Served) -> None:
    body = {"name": "Pine Plant", "parent": served.pine}
    plant = served.operator.post("/v1/accounts", json=body).json()["id"]
    path = f"/v1/accounts/{plant}/inheritance"
    assert served.operator.get(path).json()["sources"]["contract"] is None
    assert outcome_of(served, plant) == "deny"
    changed = served.operator.put(path, json={"inherits": ["contract"]}).json()
    assert changed["sources"]["contract"] == served.pine
    assert outcome_of(served, plant) == "allow"
    (contract,) = served.opened.read(lambda reads: reads.contracts.of_account(served.pine))
    served.operator.post(f"/v1/contracts/{contract.id}/end", json={"at": "2025-02-01T00:00:00Z"})
    assert outcome_of(served, plant) == "deny"


def test_an_account_that_is_moved_stands_on_its_new_parents_contract(served: Served) -> None:
    body = {"name": "Plant", "parent": served.oak}
    plant = served.operator.post("/v1/accounts", json=body).json()["id"]
    served.operator.put(f"/v1/accounts/{plant}/inheritance", json={"inherits": ["contract"]})
    assert outcome_of(served, plant) == "deny"
    served.operator.put(f"/v1/accounts/{plant}", json={**body, "parent": served.pine})
    assert outcome_of(served, plant) == "allow"
    rulebook = Rulebook()
    served.opened.read(lambda reads: rulebook.load(reads, now=served.opened.now()))
    assert rulebook.ruleset.accounts[plant].rules["reports"].outcome == "allow"


def test_a_customer_sees_their_own_people_and_nobody_else(served: Served) -> None:
    mine = contact_of(served.operator, served.pine)["id"]
    theirs = contact_of(served.operator, served.oak)["id"]
    customer = served.as_("customer_contact", account=served.pine)
    assert customer.get(f"/v1/contacts/{mine}").status_code == 200
    assert customer.get(f"/v1/accounts/{served.pine}/consents").status_code == 200
    stranger = "contact_01ka0v6ge0e00abvem4gyepfzx"
    unknown = customer.get(f"/v1/contacts/{stranger}")
    other = customer.get(f"/v1/contacts/{theirs}")
    assert problem(other)["detail"].replace(theirs, stranger) == problem(unknown)["detail"]
    for path in (f"/v1/accounts/{served.oak}/contacts", f"/v1/accounts/{served.oak}/consents"):
        assert customer.get(path).status_code == 404
    assert customer.get("/v1/contact-rotations", params=WINDOW).status_code == 403
    assert customer.get(f"/v1/accounts/{served.pine}/criticality").status_code == 403
    assert customer.delete(f"/v1/contacts/{mine}/personal-data").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/accounts/{pine}/contacts", {"name": "Ada", "nickname": "A"}),
        ("POST", "/v1/accounts/{pine}/contacts", {"name": "Ada", "since": "2025-01-01T00:00:00"}),
        ("POST", "/v1/accounts/{pine}/contacts", {"name": "A" * 5_000}),
        ("PUT", "/v1/accounts/{pine}/consents/spying", {"notice_version": "1", "evidence": "x"}),
        ("GET", "/v1/criticality-reviews?on=0001-01-01", None),
        ("GET", "/v1/accounts/{pine}/contact-rotation?" + BACKWARDS, None),
    ],
)
def test_bad_input_is_a_sentence(
    served: Served, method: str, path: str, body: dict[str, Any] | None
) -> None:
    answer = served.operator.request(method, path.format(pine=served.pine), json=body)
    assert answer.status_code == 422
    assert problem(answer)["detail"]
