"""Exports of other desks for tests, as their vendors' pages describe them."""

from __future__ import annotations

import json
from typing import Any


def metric(case: int, name: str, kind: str, at: str, **stated: Any) -> dict[str, Any]:
    """A ticket metric event of Zendesk."""
    whole = {"id": 1, "ticket_id": case, "metric": name, "instance_id": 1, "type": kind}
    return {**whole, "time": f"2025-03-{at}:00Z", **stated}


def ticket(case: int, at: str, **stated: Any) -> dict[str, Any]:
    """A ticket of Zendesk."""
    whole = {
        "id": case,
        "url": f"https://acme.zendesk.com/api/v2/tickets/{case}.json",
        "created_at": f"2025-03-{at}:00Z",
        "updated_at": "2025-03-10T09:00:00Z",
        "status": "solved",
        "priority": "urgent",
        "subject": f"Line {case} stands",
        "description": "Nothing moves.",
        "organization_id": None,
        "requester_id": 7,
        "via": {"channel": "email"},
        "tags": ["line"],
    }
    return {**whole, **stated}


def zendesk(account: str | None = None) -> dict[str, Any]:
    """One case solved in nine hours, and one that waits for its requester."""
    sla = {"target": 60, "target_in_seconds": 3600, "business_hours": False, "policy": {"id": 1}}
    return {
        "tickets": [
            ticket(1, "03T08:00", organization_id=account),
            ticket(2, "04T08:00", organization_id=account, status="pending", priority="high"),
        ],
        "ticket_metric_events": [
            metric(1, "reply_time", "activate", "03T08:00"),
            metric(1, "reply_time", "apply_sla", "03T08:00", sla=sla),
            metric(1, "agent_work_time", "activate", "03T08:00"),
            metric(
                1,
                "agent_work_time",
                "apply_sla",
                "03T08:00",
                sla={**sla, "target_in_seconds": 7200},
            ),
            metric(1, "reply_time", "fulfill", "03T08:30"),
            metric(1, "agent_work_time", "breach", "03T10:00"),
            metric(1, "agent_work_time", "fulfill", "03T17:00"),
            metric(2, "agent_work_time", "activate", "04T08:00"),
            metric(2, "agent_work_time", "pause", "04T09:00"),
            metric(2, "requester_wait_time", "pause", "04T09:00"),
        ],
    }


def as_bytes(export: dict[str, Any]) -> bytes:
    """The export as it is sent."""
    return json.dumps(export).encode()


def zendesk_audits() -> list[dict[str, Any]]:
    """What was changed and said in the first case of `zendesk`."""

    def audit(at: str, author: int, *events: dict[str, Any]) -> dict[str, Any]:
        times = {"created_at": f"2025-03-{at}:00Z", "via": {"channel": "web"}}
        return {"id": 1, "ticket_id": 1, "author_id": author, **times, "events": list(events)}

    def changed(field: str, value: str, before: str | None) -> dict[str, Any]:
        return {"type": "Change", "field_name": field, "value": value, "previous_value": before}

    def said(text: str, *, is_public: bool = True) -> dict[str, Any]:
        return {"type": "Comment", "body": text, "public": is_public}

    return [
        audit(
            "03T08:00",
            7,
            {"type": "Create", "field_name": "status", "value": "new"},
            {"type": "Create", "field_name": "priority", "value": "normal"},
        ),
        audit("03T08:30", 3, said("We look at it."), changed("status", "open", "new")),
        audit("03T08:40", 3, changed("priority", "urgent", "normal")),
        audit("03T09:00", 3, said("Which line?"), changed("status", "pending", "open")),
        audit("03T10:00", 7, said("The third."), changed("status", "open", "pending")),
        audit("03T10:30", 3, said("PLC again.", is_public=False)),
        audit("03T17:00", 3, said("It runs."), changed("status", "solved", "open")),
    ]


SERVICENOW: dict[str, Any] = {
    "incident": [
        {
            "sys_id": "26d1744d",
            "number": "INC0010006",
            "opened_at": "2025-03-03 08:00:00",
            "resolved_at": "2025-03-03 12:00:00",
            "closed_at": "2025-03-08 12:00:00",
            "state": "7",
            "hold_reason": "",
            "priority": "2",
            "assigned_to": {"link": "https://x.service-now.com/u/1", "value": "u1"},
            "company": {"link": "https://x.service-now.com/c/1", "value": "c1"},
            "caller_id": "u7",
            "caller_id.user_name": "ada",
            "short_description": "Line 3 stands",
            "description": "Nothing moves.",
            "contact_type": "self-service",
            "u_plant": "Ulm",
        }
    ],
    "sys_audit": [
        {"documentkey": "26d1744d", "fieldname": field, "oldvalue": old, "newvalue": new,
         "sys_created_on": f"2025-03-{at}:00"}
        for at, field, old, new in (
            ("03 08:10", "assigned_to", "", "u1"),
            ("03 08:10", "state", "1", "2"),
            ("03 09:00", "state", "2", "3"),
            ("03 09:00", "hold_reason", "", "4"),
            ("03 10:00", "hold_reason", "4", ""),
            ("03 10:00", "state", "3", "2"),
            ("03 12:00", "state", "2", "6"),
            ("08 12:00", "state", "6", "7"),
        )
    ],
    "sys_journal_field": [
        {"element_id": "26d1744d", "element": element, "value": text, "sys_created_by": who,
         "sys_created_on": f"2025-03-03 {at}:00"}
        for at, element, who, text in (
            ("08:20", "comments", "bob", "We look at it."),
            ("08:40", "comments", "ada", "Thank you."),
            ("08:50", "work_notes", "bob", "PLC again."),
        )
    ],
    "task_sla": [
        {"task": {"link": "https://x.service-now.com/t/1", "value": "26d1744d"}, "stage": stage,
         "has_breached": breached, "sla.target": target, "sys_updated_on": "2025-03-03 12:00:00"}
        for stage, breached, target in (
            ("completed", "false", "response"),
            ("completed", "true", "resolution"),
        )
    ],
}  # fmt: skip


def jira() -> dict[str, Any]:
    """One request that waits for its customer, is resolved and opened again."""

    def history(at: str, field: str, before: str | None, after: str) -> dict[str, Any]:
        item = {"field": field, "fromString": before, "toString": after}
        return {
            "created": f"2025-03-{at}:00.000+0100",
            "author": {"accountId": "b"},
            "items": [item],
        }

    def cycle(breached: bool, stop: str) -> dict[str, Any]:
        goal = {"millis": 14_400_000, "friendly": "4h"}
        return {"breached": breached, "stopTime": {"iso8601": stop}, "goalDuration": goal}

    resolution = [
        cycle(False, "2025-03-03T12:00:00+0100"),
        cycle(True, "2025-03-05T12:00:00+0100"),
    ]
    first = [cycle(False, "2025-03-03T10:00:00+0100")]
    fields = {
        "created": "2025-03-03T09:00:00.000+0100",
        "status": {"name": "Resolved"},
        "priority": {"name": "High"},
        "assignee": {"displayName": "Bob"},
        "reporter": {"accountId": "a"},
        "summary": "Line 3 stands",
        "customfield_10030": {"name": "Time to resolution", "completedCycles": resolution},
        "customfield_10031": {"name": "Time to first response", "completedCycles": first},
        "comment": {
            "comments": [
                {"created": "2025-03-03T10:00:00.000+0100", "author": {"accountId": "b"},
                 "body": "Which line?", "jsdPublic": True},
                {"created": "2025-03-03T11:00:00.000+0100", "author": {"accountId": "a"},
                 "body": "The third.", "jsdPublic": True},
                {"created": "2025-03-03T11:30:00.000+0100", "author": {"accountId": "b"},
                 "body": "PLC again.", "jsdPublic": False},
            ]
        },
    }  # fmt: skip
    histories = [
        history("05T12:00", "status", "Reopened", "Resolved"),
        history("05T09:00", "status", "Resolved", "Reopened"),
        history("03T12:00", "status", "Waiting for support", "Resolved"),
        history("03T11:00", "status", "Waiting for customer", "Waiting for support"),
        history("03T10:00", "status", "Open", "Waiting for customer"),
        history("03T09:30", "assignee", None, "Bob"),
    ]
    issue = {"id": "1", "key": "OPS-1", "fields": fields, "changelog": {"histories": histories}}
    return {"issues": [issue], "isLast": True}


SALESFORCE: dict[str, str] = {
    "Case.csv": "Id,CaseNumber,CreatedDate,ClosedDate,Status,Priority,Subject,Description,"
    "AccountId,ContactId,Origin\n"
    "500A,00001026,2025-03-03T08:00:00.000Z,2025-03-04T08:00:00.000Z,Closed,High,Line 3,Stands,"
    "001A,003A,Email\n",
    "CaseHistory.csv": "Id,CaseId,Field,OldValue,NewValue,CreatedDate\n"
    "1,500A,created,,,2025-03-03T08:00:00.000Z\n"
    "2,500A,Status,New,Working,2025-03-03T08:10:00.000Z\n"
    "3,500A,Priority,Medium,High,2025-03-03T08:20:00.000Z\n"
    "4,500A,Status,Working,Closed,2025-03-04T08:00:00.000Z\n",
    "CaseMilestone.csv": "CaseId,MilestoneType.Name,IsViolated,IsCompleted,TargetResponseInMins,"
    "LastModifiedDate\n"
    "500A,First Response,false,true,60,2025-03-03T08:30:00.000Z\n"
    "500A,Resolution Time,true,true,480,2025-03-04T08:00:00.000Z\n",
    "EmailMessage.csv": "ParentId,Incoming,TextBody,MessageDate\n"
    "500A,0,We look at it.,2025-03-03T08:30:00.000Z\n"
    "500A,1,Thank you.,2025-03-03T09:00:00.000Z\n",
}

FRESHDESK: dict[str, Any] = {
    "tickets": [
        {
            "id": 20,
            "created_at": "2025-03-03T08:00:00Z",
            "priority": 4,
            "status": 4,
            "source": 1,
            "subject": "Line 3 stands",
            "description_text": "Nothing moves.",
            "company_id": 9,
            "requester_id": 7,
            "fr_escalated": False,
            "is_escalated": True,
            "stats": {
                "first_responded_at": "2025-03-03T08:30:00Z",
                "resolved_at": "2025-03-04T08:00:00Z",
                "closed_at": None,
                "reopened_at": None,
            },
        }
    ],
    "conversations": [
        {"id": 1, "ticket_id": 20, "incoming": False, "private": False, "body_text": "On it.",
         "created_at": "2025-03-03T08:30:00Z"},
        {"id": 2, "ticket_id": 20, "incoming": True, "private": False, "body_text": "Thanks.",
         "created_at": "2025-03-03T09:00:00Z"},
        {"id": 3, "ticket_id": 20, "incoming": False, "private": True, "body_text": "PLC.",
         "created_at": "2025-03-03T09:10:00Z"},
    ],
}  # fmt: skip


def intercom() -> dict[str, Any]:
    """One conversation, snoozed and closed, as the API gives it."""

    def part(at: int, kind: str, author: str, text: str | None = None) -> dict[str, Any]:
        who = {"type": author, "id": author}
        whole = {"id": str(at), "part_type": kind, "author": who, "body": text}
        return {**whole, "created_at": 1_740_988_800 + at * 60}

    parts = [
        part(5, "comment", "bot", "Somebody will answer."),
        part(30, "comment", "admin", "We look at it."),
        part(40, "snoozed", "admin"),
        part(60, "comment", "user", "And?"),
        part(60, "timer_unsnooze", "bot"),
        part(70, "note", "admin", "PLC again."),
        part(90, "close", "admin"),
    ]
    return {
        "type": "conversation",
        "id": "1911149811",
        "created_at": 1_740_988_800,
        "title": "Line 3 stands",
        "priority": "priority",
        "company": {"id": "c1"},
        "contacts": {"type": "contact.list", "contacts": [{"id": "u7"}]},
        "source": {"type": "conversation", "body": "Nothing moves.", "id": "1"},
        "sla_applied": {"sla_name": "VIP < 5m", "sla_status": "missed"},
        "conversation_parts": {"conversation_parts": parts, "total_count": len(parts)},
    }
