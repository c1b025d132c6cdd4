"""Cases and promises drawn at random, with every rule that a catalog may state."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, week_of
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE, CaseHistory
from tierline.catalog.clock_rules import (
    CalendarChangeRule,
    ClockRules,
    ClockStart,
    Pause,
    Reopen,
    ReopenRule,
    RetargetRule,
)
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.durations import Duration
from tierline.kernel.instants import SECOND_US
from tierline.milestones.terms import PromisedTarget, Terms

TIERS = ("bronze", "silver", "gold")
SEVERITIES = ("S1", "S2", "S3")
REASONS = ("customer", "vendor", "nobody")
NINE_TO_FIVE = (Window(9 * 3600, 17 * 3600),)
HOURS = {
    "always": ALWAYS_OPEN,
    "berlin": BusinessHours(
        time_zone="Europe/Berlin",
        week=week_of(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), NINE_TO_FIVE)),
        holidays=(date(2025, 4, 1),),
    ),
    "nights": BusinessHours(
        time_zone="America/New_York",
        week=week_of({"sat": (Window(22 * 3600, 6 * 3600),), "mon": (Window(0, 86_400),)}),
    ),
}
WARNINGS = ((), (Decimal(50), Decimal(75)), (Decimal("12.5"), Decimal(100)))
START = datetime(2025, 3, 25, 6, tzinfo=UTC)  # five days before Berlin's clocks go forward


@st.composite
def clock_rules(draw: st.DrawFn) -> ClockRules:
    pauses = {
        reason: Pause(
            name=reason,
            stops=tuple(draw(st.sets(st.sampled_from(list(MilestoneKind)), max_size=4))),
            needs_question=draw(st.booleans()),
        )
        for reason in REASONS[:2]
    }
    return ClockRules(
        starts=draw(st.sampled_from(list(ClockStart))),
        pauses=pauses,
        retarget=draw(st.sampled_from(list(RetargetRule))),
        retarget_floor=Duration(seconds=draw(st.integers(0, 90_000))),
        calendar_change=draw(st.sampled_from(list(CalendarChangeRule))),
        reopen=Reopen(
            rule=draw(st.sampled_from(list(ReopenRule))),
            within=Duration(seconds=draw(st.integers(0, 400_000))),
        ),
    )


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    keys = [(t, s, k) for t in TIERS for s in SEVERITIES for k in MilestoneKind]
    chosen = set(keys) - draw(st.sets(st.sampled_from(keys), max_size=30))
    return Terms(
        catalog="x",
        version="2025-01-01",
        digest="",
        tiers=TIERS,
        severities=SEVERITIES,
        targets={
            key: PromisedTarget(
                ".".join(key),
                draw(st.integers(1, 200_000)) * SECOND_US,
                draw(st.sampled_from(list(HOURS))),
                warn_at_percent=draw(st.sampled_from(WARNINGS)),
            )
            for key in keys
            if key in chosen
        },
        rules={tier: draw(clock_rules()) for tier in TIERS},
        hours=HOURS,
        local_hours=frozenset({"berlin"}),
    )


def _value(draw: st.DrawFn, kind: EventKind) -> str:
    if kind in (EventKind.opened, EventKind.severity_changed, EventKind.severity_set):
        return draw(st.sampled_from([*SEVERITIES, "S9"]))
    if kind is EventKind.tier_changed:
        return draw(st.sampled_from([*TIERS, "platinum"]))
    if kind in (EventKind.paused, EventKind.paused_without_question):
        return draw(st.sampled_from(REASONS))
    return ""


@st.composite
def histories(draw: st.DrawFn) -> list[CaseHistory]:
    later = [kind for kind in EventKind if kind is not EventKind.opened]
    later += [EventKind.resolved, EventKind.reopened, EventKind.severity_changed] * 2
    found = []
    for number in range(draw(st.integers(1, 4))):
        at = START + timedelta(seconds=draw(st.integers(0, 500_000)))
        events = [CaseEvent(at, EventKind.opened, _value(draw, EventKind.opened))]
        for kind in draw(st.lists(st.sampled_from(later), max_size=12)):
            at += timedelta(seconds=draw(st.one_of(st.just(0), st.integers(1, 250_000))))
            events.append(CaseEvent(at, kind, _value(draw, kind)))
        tier = draw(st.sampled_from([*TIERS, "unknown"]))
        zone = draw(st.sampled_from(["", "Asia/Kolkata", "America/New_York"]))
        attributes = {CUSTOMER_TIME_ZONE: zone}
        found.append(CaseHistory(f"case{number}", tier, tuple(events), attributes))
    return found
