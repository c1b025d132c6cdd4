"""Exports of other desks become histories, as the mappings that ship read them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exports import FRESHDESK, SALESFORCE, SERVICENOW, intercom, jira, zendesk, zendesk_audits

from tierline.actions.imported_case import CaseFile, ImportedCase
from tierline.catalog.statement import MilestoneKind
from tierline.connectors.event_log.export_files import ListOfRecords, lists_of
from tierline.connectors.event_log.imported_cases import cases_of, read_cases
from tierline.connectors.event_log.vendors import mapping_of
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import SECOND_US

FIRST, RESOLUTION = MilestoneKind.first_response, MilestoneKind.resolution


def read(vendor: str, export: dict[str, Any]) -> CaseFile:
    files = [(f"{name}.json", json.dumps(held).encode()) for name, held in export.items()]
    return cases_of(lists_of(files), mapping_of(vendor), vendor)


def story(case: ImportedCase) -> list[str]:
    """What happened, hours after the opening."""
    opened = case.events[0].at
    return [
        f"{(event.at - opened).total_seconds() / 3600:g} {event.kind.name} {event.value}".strip()
        for event in case.events
    ]


def verdicts(case: ImportedCase) -> dict[MilestoneKind, tuple[bool, int | None]]:
    return {
        kind: (old.is_met, None if old.target_us is None else old.target_us // SECOND_US)
        for kind, old in case.verdicts.items()
    }


def test_zendesk_s_audits_tell_more_than_its_metric_events() -> None:
    told = read("zendesk", {"page": zendesk() | {"audits": zendesk_audits()}})
    case = told.cases[0]
    assert story(case) == [
        "0 opened S3",
        "0.5 public_reply",
        "0.666667 severity_changed S1",
        "1 public_reply",
        "1 paused waiting_on_customer",
        "2 customer_message",
        "2 resumed",
        "2.5 private_note",
        "9 public_reply",
        "9 resolved",
    ]
    assert [text for _, text in case.texts] == [
        "Nothing moves.", "We look at it.", "Which line?", "The third.", "PLC again.", "It runs."
    ]  # fmt: skip
    assert verdicts(case) == {FIRST: (True, 3600), RESOLUTION: (False, 7200)}
    assert case.kept["tickets"][0]["tags"] == ["line"]


def test_servicenow_s_audit_joins_state_and_reason() -> None:
    told = read("servicenow", SERVICENOW)
    (case,) = told.cases
    assert story(case) == [
        "0 opened S2",
        "0.166667 acknowledged",
        "0.333333 public_reply",
        "0.666667 customer_message",
        "0.833333 private_note",
        "1 paused waiting_on_vendor",
        "2 resumed",
        "4 resolved",
        "124 closed",
    ]
    assert verdicts(case) == {FIRST: (True, None), RESOLUTION: (False, None)}
    assert (case.account, case.contact, case.channel) == ("c1", "u7", "portal")
    assert case.kept["incident"][0]["u_plant"] == "Ulm"
    assert told.faults == ()


def test_servicenow_without_its_audit_knows_the_ends_alone() -> None:
    (case,) = read("servicenow", {"incident": SERVICENOW["incident"]}).cases
    assert story(case) == ["0 opened S2", "4 resolved", "124 closed"]


def test_jira_s_changelog_is_followed_from_its_beginning() -> None:
    told = read("jira", {"search": jira()})
    (case,) = told.cases
    assert story(case) == [
        "0 opened S2",
        "0.5 acknowledged",
        "1 public_reply",
        "1 paused waiting_on_customer",
        "2 customer_message",
        "2 resumed",
        "2.5 private_note",
        "3 resolved",
        "48 reopened",
        "51 resolved",
    ]
    assert verdicts(case) == {FIRST: (True, 14_400), RESOLUTION: (False, 14_400)}


def test_salesforce_s_data_export_is_read_from_csv(tmp_path: Path) -> None:
    for name, text in SALESFORCE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (case,) = read_cases([tmp_path], mapping_of("salesforce"), "salesforce").cases
    assert story(case) == [
        "0 opened S3",
        "0.333333 severity_changed S2",
        "0.5 public_reply",
        "1 customer_message",
        "24 closed",
    ]
    assert verdicts(case) == {FIRST: (True, 3600), RESOLUTION: (False, 28_800)}
    assert (case.account, case.subject, case.channel) == ("001A", "Line 3", "email")


def test_freshdesk_tells_the_last_time_of_each_state() -> None:
    (case,) = read("freshdesk", FRESHDESK).cases
    assert story(case) == [
        "0 opened S1",
        "0.5 public_reply",
        "1 customer_message",
        "1.16667 private_note",
        "24 resolved",
    ]
    assert verdicts(case) == {FIRST: (True, None), RESOLUTION: (False, None)}
    alone = read("freshdesk", {"tickets": FRESHDESK["tickets"]}).cases[0]
    assert story(alone) == ["0 opened S1", "0.5 public_reply", "24 resolved"]


def test_intercom_s_parts_tell_who_spoke() -> None:
    told = read("intercom", {"conversation": intercom()})
    (case,) = told.cases
    assert story(case) == [
        "0 opened S2",
        "0.0833333 automatic_reply",
        "0.5 public_reply",
        "0.666667 paused waiting_on_customer",
        "1 customer_message",
        "1 resumed",
        "1.16667 private_note",
        "1.5 resolved",
    ]
    assert verdicts(case) == {FIRST: (False, None)}
    assert (case.account, case.contact, case.channel) == ("c1", "u7", "chat")
    assert told.unknown == ()


def test_fields_that_nobody_names_are_listed_even_inside_of_others() -> None:
    export = intercom()
    export["source"]["weather"] = "rain"
    told = read("intercom", {"conversation": export})
    assert [(each.list, each.field) for each in told.unknown] == [
        ("conversations", "source.weather")
    ]


def test_lists_that_nobody_reads_are_named() -> None:
    told = read("zendesk", {"page": zendesk() | {"users": [{"id": 7}]}})
    assert told.unused == ("page.json: users (1 records)",)


def test_events_of_cases_that_are_not_there_are_told() -> None:
    export = zendesk()
    del export["tickets"][1]
    told = read("zendesk", {"page": export})
    assert [fault.code for fault in told.faults] == ["no_opening"]
    assert "Export the list of cases" in told.faults[0].write_instead


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"Id,Id\n1,2\n", "stands in its header twice"),
        ("a.csv", b"Id,Status\n1\n", "line 2 has more or fewer fields"),
        ("a.json", b'{"issues": [', "cannot be read"),
        ("a.json", b"\xff\xfe", "not UTF-8"),
        ("a.json", b"[" * 100_000, "nested too deep"),
        ("a.jsonl", b'{"id": 1}\n3\n', "something else than records"),
    ],
)
def test_every_file_that_cannot_be_read_is_told_at_once(
    name: str, content: bytes, said: str
) -> None:
    with pytest.raises(Invalid) as refused:
        lists_of([(name, content), ("b.json", b"}")])
    assert [fault.source for fault in refused.value.faults] == [name, "b.json"]
    assert said in str(refused.value.faults[0])


def test_a_mapping_without_records_reads_no_export() -> None:
    mapping = mapping_of("zendesk").model_copy(update={"records": {}})
    with pytest.raises(Invalid, match="reads no export"):
        cases_of([ListOfRecords("a", "a.json", [{"id": 1}])], mapping, "x")
