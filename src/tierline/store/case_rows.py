"""The rows of a case: what is kept of it, of its facts, messages and signals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tierline.cases.case import Case, CaseMessage
from tierline.cases.event import CaseEvent
from tierline.cases.standing import CaseState
from tierline.kernel.instants import from_micros
from tierline.milestones.signals import Signal
from tierline.store.cases import NO_DUE_TIME


def case_row(
    case: Case, state: CaseState, severity: str, next_due_at: datetime | None
) -> dict[str, Any]:
    """What is kept of a case, with its index."""
    return {
        "id": case.id,
        "number": case.number,
        "account_id": case.account,
        "contact_id": case.contact,
        "channel": case.channel.value,
        "access": case.access.value,
        "subject": case.subject,
        "coverage": case.coverage.value,
        "contract_id": case.contract,
        "tier": case.tier,
        "terms_digest": case.terms or None,
        "time_zone": case.time_zone,
        "opened_at": case.events[0].at,
        **indexed_as(state, severity, next_due_at),
    }


def indexed_as(state: CaseState, severity: str, next_due_at: datetime | None) -> dict[str, Any]:
    """The index of a case in its row."""
    due_at = next_due_at or NO_DUE_TIME
    return {"state": state.value, "severity": severity, "next_due_at": due_at}


def event_row(
    case: str, place: int, event: CaseEvent, *, by: str, recorded_at: datetime
) -> dict[str, Any]:
    """What is kept of a fact."""
    return {
        "case_id": case,
        "place": place,
        "kind": event.kind.name,
        "value": event.value,
        "at": event.at,
        "recorded_at": recorded_at,
        "by": by,
    }


def message_row(message: CaseMessage) -> dict[str, Any]:
    """What is kept of a message."""
    return {
        "id": message.id,
        "case_id": message.case,
        "place": message.place,
        "author": message.author,
        "contact_id": message.contact,
        "is_public": int(message.is_public),
        "text": message.text,
    }


def index_row(
    case: str, state: CaseState, severity: str, next_due_at: datetime | None
) -> dict[str, Any]:
    """What brings the index of a case up to its facts."""
    return {
        "its_id": case,
        "new_state": state.value,
        "new_severity": severity,
        "new_due_at": next_due_at or NO_DUE_TIME,
    }


def signal_row(case: str, signal: Signal, *, now: datetime) -> dict[str, Any]:
    """What is kept of what was told of a clock."""
    return {
        "case_id": case,
        "milestone": signal.kind.value,
        "cycle": signal.cycle,
        "what": signal.what,
        "promise_id": signal.promise_id,
        "at": from_micros(signal.at),
        "noticed_at": now,
    }
