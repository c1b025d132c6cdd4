"""Everything that belongs to an account, in one ZIP, on both databases; and nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from served import Client, Served, make_small_world

from tierline.access.permission import ALL
from tierline.actions.usage import define_meter
from tierline.bootstrap.application import open_application
from tierline.metering.meter import Aggregation, Meter
from tierline.queries import account_export
from tierline.queries.account_export import NOT_THEIRS, PARTS, parts_for
from tierline.store.schema import METADATA

METER = Meter(
    key="hours", event_type="made", aggregation=Aggregation.sum, value="hours", feature="hours"
)
PEAK = Meter(key="peak", event_type="made", aggregation=Aggregation.max, value="hours")
FILLED = {
    "account", "assessment", "consent_event", "consent_receipt", "contact", "contact_role",
    "contract", "evidence", "fact", "identity_link", "invitation", "legal_hold", "limit_notice",
    "reservation", "reserved_total", "signed_terms", "token", "usage_event", "usage_total",
    "usage_value", "webhook",
}  # fmt: skip


@pytest.fixture
def served(empty_address: str) -> Iterator[Served]:
    with open_application(database=empty_address) as opened:
        made = Served(opened, *make_small_world(opened))
        for account, name in ((made.pine, "Pia"), (made.oak, "Otto")):
            fill(made, account, name)
        yield made


def fill(served: Served, account: str, name: str) -> None:
    """Something of each kind, in which the name stands."""
    for meter in (METER, PEAK):
        served.opened.change(
            lambda books, meter=meter: define_meter(books, meter, served.opened.occasion())
        )
    path, ask = f"/v1/accounts/{account}", served.operator

    def post(where: str, body: Any, **headers: str) -> Any:
        answer = ask.post(where, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    post(f"{path}/contacts", {"name": name, "email": f"{name}@x.example"})
    said = {"notice_version": "1", "evidence": f"{name} said so"}
    assert ask.put(f"{path}/consents/marketing", json=said).is_success
    post(f"{path}/legal-holds", {"reason": f"{name} sues"})
    finding = {"part": "recovery_time", "value": "60", "evidence": f"{name} said"}
    post(f"{path}/criticality-findings", {"findings": [finding]})
    contract = ask.get(f"{path}/contracts").json()["items"][0]["id"]
    override = {
        "id": "more",
        "feature": "sandboxes",
        "start": "2025-02-01T00:00:00Z",
        "units": "1",
        "exception": {
            "owner": f"Owner of {name}",
            "reason": "so",
            "cost": "500",
            "expires": "2035-01-01T00:00:00Z",
        },
    }
    post(f"/v1/contracts/{contract}/overrides", override)
    link = {"system": "crm", "external_id": f"crm-{name}", "name": name, "account": account}
    post("/v1/identity-links", {"records": [link]})
    post("/v1/tokens", {"role": "customer_contact", "account": account, "name": f"of {name}"})
    invited = {"email": f"new-{name}@x.example", "roles": ["customer_contact"], "account": account}
    post("/v1/invitations", invited)
    post("/v1/webhooks", {"url": f"https://{name.lower()}.example/hook", "account": account})
    post("/v1/reservations", {"account": account, "feature": "sandboxes", "quantity": 2})
    event = {
        "specversion": "1.0",
        "id": name,
        "source": "app",
        "type": "made",
        "subject": account,
        "time": "2026-01-10T12:00:00Z",
        "data": {"hours": "9.5", "who": name},
    }
    post("/v1/usage-events", event, **{"Content-Type": "application/cloudevents+json"})


def export(client: Client, account: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each file, after its sum was compared."""
    answer = client.get(f"/v1/accounts/{account}/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["account"] == account
        assert {*archive.namelist()} == {"manifest.json", *(f["name"] for f in manifest["files"])}
        found = {}
        for file in manifest["files"]:
            text = archive.read(file["name"])
            assert hashlib.sha256(text).hexdigest() == file["sha256"]
            rows = [json.loads(line) for line in text.splitlines()]
            assert len(rows) == file["rows"]
            found[file["name"].removesuffix(".jsonl")] = rows
    return found


def test_every_table_is_decided_on() -> None:
    assert {*PARTS} | {*NOT_THEIRS} == {*METADATA.tables}
    assert not {*PARTS} & {*NOT_THEIRS}


def test_every_table_with_an_account_is_exported_or_can_be_made_again() -> None:
    def names_account(table: sa.Table) -> bool:
        referred = {key.column.table.name for key in table.foreign_keys}
        return "account_id" in table.columns or "account" in referred

    left_out = {name for name, table in METADATA.tables.items() if names_account(table)} - {*PARTS}
    assert left_out == {"identity_review", "limit_count"}


def test_whoever_may_read_all_gets_all_of_it(served: Served) -> None:
    found = export(served.operator, served.pine)
    assert {*found} == {*PARTS, "signed_terms", "consent_receipt"}
    assert {name for name, rows in found.items() if rows} >= FILLED
    (event,) = found["usage_event"]
    assert (event["at"], event["data"]) == ("2026-01-10T12:00:00Z", {"hours": "9.5", "who": "Pia"})
    assert found["usage_total"][0]["quantity"] == "9.500000"
    assert {row["kind"] for row in found["fact"]} >= {"ContractSigned", "LimitNoticed"}
    assert len(found["seal"]) in (0, len(found["fact"]))
    named = {part["terms"] for row in found["contract"] for part in row["form"]["plans"]}
    assert named <= {row["digest"] for row in found["signed_terms"]}
    (receipt,) = found["consent_receipt"]
    assert receipt["signature"]


def test_nothing_of_another_account_and_no_secret_is_in_it(served: Served) -> None:
    text = json.dumps(export(served.operator, served.pine))
    assert "Pia" in text
    assert [word for word in (served.oak, "Otto", "otto") if word in text] == []
    for table in ("token", "invitation", "webhook", "user"):
        assert {*PARTS[table].hidden} & {c.name for c in METADATA.tables[table].columns}
    found = export(served.operator, served.pine)
    assert not {"digest", "secret"} & set(found["token"][0] | found["webhook"][0])


def test_the_account_itself_gets_what_is_its_own(served: Served) -> None:
    theirs = served.as_("customer_contact", account=served.pine)
    found = export(theirs, served.pine)
    assert {"account", "contact", "contract", "consent_receipt", "usage_event", "limit_notice"} <= {
        *found
    }
    assert not {"fact", "assessment", "legal_hold", "evidence", "token", "webhook"} & {*found}
    text = json.dumps(found)
    assert "Owner of" not in text
    assert "sues" not in text
    assert theirs.get(f"/v1/accounts/{served.oak}/export").status_code == 404


def test_each_role_gets_what_it_may_read(served: Served) -> None:
    finance = export(served.as_("finance"), served.pine)
    assert "contact" not in finance
    assert {"contract", "usage_event", "fact"} <= {*finance}
    partner = served.as_("partner", account=served.pine)
    assert partner.get(f"/v1/accounts/{served.pine}/export").status_code == 403
    assert served.operator.get("/v1/accounts/account_x/export").status_code == 404
    assert {*parts_for(ALL, is_theirs=False)} == {*PARTS}


def test_rows_are_read_by_pages(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_export, "PAGE_ROWS", 2)
    in_pages = export(served.operator, served.pine)
    monkeypatch.undo()
    whole = export(served.operator, served.pine)
    assert len(whole["fact"]) > 4
    assert in_pages == whole
