"""What chat channels and pagers are told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tierline.kernel.errors import Invalid
from tierline.kernel.facts import Fact
from tierline.kernel.ids import FactId
from tierline.webhooks.formats import Notice, WebhookFormat, content_in, notice_of, trial_in
from tierline.webhooks.webhook import check

AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
NAMES = {"case": "12", "account": "Fir & <Sons>", "severity": "S1", "tier": "priority"}
ADDRESS = "https://desk.example/cases/case_1"


def notice(kind: str = "MilestoneBreached", **body: object) -> Notice:
    told = {"case": "case_1", "milestone": "first_response", "cycle": 0, "what": "breach"}
    fact = Fact(FactId("fact_1"), AT, AT, kind, "account_1", {**told, **body})
    return notice_of(fact, NAMES, ADDRESS)


def sent(format_: WebhookFormat, of: Notice) -> dict[str, Any]:
    return dict(json.loads(content_in(format_, of, "key")))


def test_slack_is_told_in_its_own_letters() -> None:
    told = sent(WebhookFormat.slack, notice())
    assert told["text"] == "Case 12: the first response was missed"
    (section,) = told["blocks"]
    assert section["text"]["text"] == f"*<{ADDRESS}|Case 12: the first response was missed>*"
    assert section["fields"][0]["text"] == "*Account*\nFir &amp; &lt;Sons&gt;"


def test_teams_is_told_by_an_adaptive_card() -> None:
    told = sent(WebhookFormat.teams, notice_of(notice().fact, {"case": "12", "account": "[a](b)"}))
    (attachment,) = told["attachments"]
    assert told["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"], "actions" in card) == ("AdaptiveCard", "1.4", False)
    assert card["body"][1]["facts"][0] == {"title": "Account", "value": "\\[a\\](b)"}


@pytest.mark.parametrize(
    ("kind", "action", "severity"),
    [
        ("MilestoneBreached", "trigger", "error"),
        ("MilestoneWarned", "trigger", "warning"),
        ("CaseOpened", "trigger", "info"),
        ("CaseAcknowledged", "acknowledge", None),
        ("CaseResolved", "resolve", None),
    ],
)
def test_a_case_is_one_alert_of_a_pager(kind: str, action: str, severity: str | None) -> None:
    told = sent(WebhookFormat.pager, notice(kind))
    assert (told["routing_key"], told["dedup_key"]) == ("key", "case_1")
    assert told["event_action"] == action
    assert told.get("payload", {}).get("severity") == severity


def test_a_pager_s_summary_is_cut_where_its_api_cuts_it() -> None:
    long = notice_of(notice().fact, {"case": "1" * 2_000})
    assert len(sent(WebhookFormat.pager, long)["payload"]["summary"]) == 1_024


def test_trying_a_pager_wakes_nobody() -> None:
    told = json.loads(trial_in(WebhookFormat.pager, notice("WebhookTested"), "key"))
    assert told["event_action"] == "resolve"


def test_a_fact_that_nobody_has_words_for_is_told_by_its_kind() -> None:
    fact = Fact(FactId("fact_1"), AT, AT, "CatalogPublished", "acme", {})
    assert notice_of(fact, {}).title == "Catalog published (acme)"


def test_who_would_be_missing_is_told_of_whom_and_why() -> None:
    body = {"account": "account_1", "role": None, "words": "Nobody stands in for its people."}
    fact = Fact(FactId("fact_1"), AT, AT, "CoverLacking", "no_deputy account_1", body)
    assert notice_of(fact, {"account": "Pine"}).title == "Pine: Nobody stands in for its people."
    vacancy = {**body, "account": None, "role": "Lead", "words": "Nobody holds it."}
    vacant = Fact(FactId("fact_1"), AT, AT, "CoverLacking", "vacancy Lead", vacancy)
    assert notice_of(vacant, {}).title == "Lead: Nobody holds it."


def test_people_are_not_told_of_everything() -> None:
    with pytest.raises(Invalid) as refused:
        check("https://a.example/", (), "", allows_plain=False, format_=WebhookFormat.slack)
    assert [fault.path for fault in refused.value.faults] == ["kinds"]
