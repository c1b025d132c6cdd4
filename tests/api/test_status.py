"""The status page over HTTP: declared, published, seen by whom it concerns, and said in cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moved_clock import Hands
from served import Client, Served, made, problem
from small_offer import offer

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.store.records import Records

MONDAY = datetime(2025, 3, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def published(client: Client, incident: str, text: str, **stated: Any) -> dict[str, Any]:
    body = {"text": text, "is_published": True, **stated}
    return made(client, f"/v1/incidents/{incident}/updates", **body)


def test_who_may_not_publish_drafts_and_who_may_does(served: Served) -> None:
    agent, lead = served.as_("agent"), served.as_("lead")
    incident = made(agent, "/v1/incidents", title="Imports stand")["id"]
    path = f"/v1/incidents/{incident}/updates"
    refused = agent.post(path, json={"text": "We look.", "is_published": True})
    assert problem(refused)["status"] == 403
    drafted = made(agent, path, text="We look.")
    assert (drafted["is_published"], drafted["updates"][0]["published_at"]) == (False, None)
    update = drafted["updates"][0]["id"]
    assert served.nobody.get("/v1/status").json()["open"] == []
    assert agent.put(f"{path}/{update}/publication").status_code == 403
    assert lead.put(f"{path}/{update}/publication").json()["is_published"] is True
    again = lead.put(f"{path}/{update}/publication")
    assert (again.status_code, problem(again)["code"]) == (409, "update_published")
    (seen,) = served.nobody.get("/v1/status").json()["open"]
    assert (seen["title"], seen["updates"][0]["text"]) == ("Imports stand", "We look.")


def test_a_customer_sees_their_own_scope_and_nobody_anothers(served: Served) -> None:
    lead = served.as_("lead")
    made(lead, "/v1/components", name="API")
    line = {"name": "Oak's line", "is_public": False, "accounts": [served.oak]}
    part = made(lead, "/v1/components", **line)["id"]
    told = {"title": "Oak's line is cut", "is_public": False, "accounts": [served.oak]}
    incident = made(lead, "/v1/incidents", **told)["id"]
    published(lead, incident, "Oak's line is cut.", effects={part: "major_outage"})
    oak, pine = (served.as_("customer_contact", account=each) for each in (served.oak, served.pine))
    own = oak.get("/v1/status").json()
    assert (own["scope"], own["condition"], len(own["components"])) == ("own", "major_outage", 2)
    for client, path in (
        (served.nobody, "/v1/status"),
        (served.nobody, f"/v1/status?account={served.oak}"),
        (pine, "/v1/status"),
        (lead, "/v1/status"),
    ):
        text = client.get(path).text
        assert "Oak" not in text
        assert incident not in text
    assert pine.get(f"/v1/status?account={served.oak}").status_code == 422
    assert "Oak" in lead.get(f"/v1/status?account={served.oak}").text


def test_the_page_is_there_whoever_asks_and_whatever_they_owe(served: Served) -> None:
    held = served.operator.get(f"/v1/accounts/{served.pine}/contracts").json()["items"][0]["id"]
    state = {"state": "suspended", "at": "2025-01-02T00:00:00Z"}
    assert served.operator.post(f"/v1/contracts/{held}/payment-state", json=state).is_success
    for role in ("customer_contact", "partner"):
        client = served.as_(role, account=served.pine, scopes=["check_entitlements"])
        assert client.get("/v1/status").json()["scope"] == "own"
    stale = Client(served.app, {"Authorization": "Bearer tl_gone"})
    assert stale.get("/v1/status").json()["scope"] == "public"


def account_with_updates(served: Served) -> str:
    """Of the small offer with an update promised every hour, at any time."""
    tiers = {
        "priority": {
            "name": "Priority",
            "hours": "always",
            "targets": [{"severity": "S1", "milestone": "periodic_update", "within": "PT1H"}],
        }
    }
    catalog = offer(version="2025-02-01", tiers=tiers, add_ons={})
    occasion = served.opened.occasion()

    def work(records: Records) -> str:
        publish_catalog(records, catalog, occasion)
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        start = datetime(2025, 2, 1, tzinfo=UTC)
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority", start=start
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)


def rounds(client: Client, case: str) -> list[tuple[int, str]]:
    found = client.get(f"/v1/cases/{case}").json()["milestones"]
    return [(e["cycle"], e["verdict"]) for e in found if e["milestone"] == "periodic_update"]


def test_one_update_is_the_due_one_of_every_linked_case(served: Served, hands: Hands) -> None:
    account, lead = account_with_updates(served), served.as_("lead")
    raised = {"account": account, "subject": "Stands", "text": "Help.", "severity": "S1"}
    early = made(lead, "/v1/cases", **raised)["id"]
    hands.now += HOUR / 2
    late, alone = (made(lead, "/v1/cases", **raised)["id"] for _ in range(2))
    incident = made(lead, "/v1/incidents", title="Imports stand")["id"]
    for case in (early, late):
        linked = lead.put(f"/v1/incidents/{incident}/cases/{case}")
        assert linked.status_code == 200, linked.text
    hands.now += HOUR / 4
    published(lead, incident, "We found it.", phase="identified")
    hands.now += HOUR / 2
    assert rounds(lead, early) == [(0, "met"), (1, "running")]
    assert rounds(lead, late) == [(0, "met"), (1, "running")]
    hands.now += HOUR
    assert [verdict for _, verdict in rounds(lead, early)] == ["met", "missed"]
    assert next(verdict for _, verdict in rounds(lead, alone)) == "missed"
    messages = lead.get(f"/v1/cases/{early}").json()["messages"]
    assert [each["text"] for each in messages] == ["Help.", "We found it."]


def test_uptime_is_downtime_to_the_second(served: Served, hands: Hands) -> None:
    lead = served.as_("lead")
    from_january = {"watched_from": "2025-01-01T00:00:00Z"}
    part = made(lead, "/v1/components", name="API", **from_january)["id"]
    incident = made(lead, "/v1/incidents", title="Storm")["id"]
    down = {"effects": {part: "partial_outage"}, "since": "2025-02-10T10:00:00Z"}
    published(lead, incident, "It stood.", **down)
    published(lead, incident, "It runs.", phase="resolved", since="2025-02-10T10:40:19.200Z")
    planned = {"start": "2025-03-04T00:00:00Z", "end": "2025-03-04T02:00:00Z"}
    work = made(lead, "/v1/incidents", title="New disks", kind="maintenance", **planned)["id"]
    published(lead, work, "We change disks.", effects={part: "under_maintenance"})
    (shown,) = served.nobody.get("/v1/status").json()["planned"]
    assert (shown["title"], shown["started_at"]) == ("New disks", planned["start"])
    hands.now = datetime(2025, 3, 5, tzinfo=UTC)
    (row,) = served.nobody.get("/v1/status").json()["components"]
    months = {each["month"]: each for each in row["months"]}
    assert months["2025-02"]["uptime_percent"] == "99.900"
    assert months["2025-02"]["down_seconds"] == 2_419
    march = months["2025-03"]
    assert (march["uptime_percent"], march["planned_maintenance_seconds"]) == ("100.000", 7_200)
    days = {each["on"]: each["condition"] for each in row["days"]}
    assert days["2025-02-10"] == "partial_outage"
    assert days["2025-03-04"] == "under_maintenance"


def test_incidents_are_listed_in_pages(served: Served) -> None:
    agent = served.as_("agent")
    ids = [made(agent, "/v1/incidents", title=f"No. {number}")["id"] for number in range(3)]
    first = agent.get("/v1/incidents?limit=2").json()
    rest = agent.get(f"/v1/incidents?limit=2&after={first['next']}").json()
    assert [each["id"] for each in first["items"] + rest["items"]] == ids[::-1]
    assert agent.get("/v1/incidents?is_over=true").json()["items"] == []
