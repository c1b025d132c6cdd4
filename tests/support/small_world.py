"""A few cases of two tiers on office hours in Berlin, small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tierline.actions.intake import Intake, RowsRead
from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, week_of
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CaseHistory
from tierline.cases.log import CaseLog
from tierline.catalog.clock_rules import ClockRules, Pause
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US
from tierline.milestones.terms import PromisedTarget, Terms

HOUR = 3600 * SECOND_US
MONDAY = datetime(2025, 3, 3, 8, tzinfo=UTC)  # 09:00 in Berlin, when the office opens
OFFICE = BusinessHours(
    time_zone="Europe/Berlin",
    week=week_of(
        dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (Window(9 * 3600, 17 * 3600),))
    ),
)
FIRST, RESOLUTION = MilestoneKind.first_response, MilestoneKind.resolution


def terms(version: str = "2025-01-01", **hours: int) -> Terms:
    """Bronze answers within 4 office hours and solves within 16, silver within 1 and 8 hours at
    any time; S2 is promised an answer only. `bronze_S1_resolution=20` changes one target."""
    stated = {
        ("bronze", "S1", FIRST): (4, "office"),
        ("bronze", "S1", RESOLUTION): (16, "office"),
        ("bronze", "S2", FIRST): (8, "office"),
        ("silver", "S1", FIRST): (1, "always"),
        ("silver", "S1", RESOLUTION): (8, "always"),
        ("silver", "S2", FIRST): (4, "always"),
    }
    targets = {
        (tier, severity, kind): PromisedTarget(
            f"x/{tier}/{severity}.{kind}",
            hours.get(f"{tier}_{severity}_{kind}", count) * HOUR,
            on,
        )
        for (tier, severity, kind), (count, on) in stated.items()
    }
    pauses = {"waiting_on_customer": Pause(name="Waiting", stops=(RESOLUTION,))}
    return Terms(
        catalog="x",
        version=version,
        digest="sha256:0",
        tiers=("bronze", "silver"),
        severities=("S1", "S2"),
        targets=targets,
        rules=dict.fromkeys(("bronze", "silver"), ClockRules(pauses=pauses)),
        hours={"office": OFFICE, "always": ALWAYS_OPEN},
        names={"bronze": "Bronze", "silver": "Silver", "S1": "Critical", "S2": "Minor"},
    )


def case(
    case_id: str,
    tier: str,
    severity: str,
    *steps: tuple[float, EventKind] | tuple[float, EventKind, str],
    opened: datetime = MONDAY,
    **attributes: str,
) -> CaseHistory:
    """A case from steps of (hours after opening, kind, value)."""
    events = [CaseEvent(opened, EventKind.opened, severity)]
    for after, kind, *value in steps:
        events.append(CaseEvent(opened + timedelta(hours=after), kind, *value))
    return CaseHistory(case_id, tier, tuple(events), attributes)


REPLY, RESOLVED = EventKind.public_reply, EventKind.resolved
PAUSED, RESUMED = EventKind.paused, EventKind.resumed
WAIT = "waiting_on_customer"


def log(*histories: CaseHistory, until: timedelta = timedelta(days=30)) -> CaseLog:
    """The log of these cases, complete up to a time after Monday."""
    return CaseLog.of(histories, MONDAY + until)


def week() -> CaseLog:
    """Seven cases: kept, answered late, solved late after a wait, still open, and two that the
    catalog does not know."""
    return log(
        case("kept", "bronze", "S1", (0.25, REPLY), (6, RESOLVED), account="Acme",
             verdict_resolution="met"),
        case("late answer", "bronze", "S1", (5, REPLY), (7, RESOLVED), account="Acme",
             verdict_resolution="missed"),
        case("waited", "silver", "S1", (0.5, REPLY), (1, PAUSED, WAIT), (5, RESUMED),
             (15, RESOLVED), account="Beta", verdict_resolution="missed"),
        case("question", "silver", "S2", (2, REPLY), (3, RESOLVED), account="Beta"),
        case("open", "bronze", "S2", opened=MONDAY + timedelta(days=30) - timedelta(hours=1),
             account="Acme"),
        case("gold case", "gold", "S1", (1, REPLY), account="Acme"),
        case("odd severity", "bronze", "S9", (1, REPLY)),
    )  # fmt: skip


INTAKE = Intake("small.csv", RowsRead(20, 18, 1, 1, 0))
