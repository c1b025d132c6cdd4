"""What a holiday and a change of the clocks decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from small_world import HOUR, OFFICE, REPLY, RESOLVED, case, log, terms

from tierline.cases.history import CaseHistory
from tierline.kernel.instants import from_micros
from tierline.milestones.table import Verdict
from tierline.scorecards.calendar_effects import EffectKind, calendar_effects

FRIDAY = datetime(2025, 3, 28, 14, tzinfo=UTC)  # 15:00 in Berlin; the clocks change on Sunday


def slow(reply: float) -> CaseHistory:
    return case("x", "bronze", "S2", (reply, REPLY), (reply + 1, RESOLVED), opened=FRIDAY,
                customer_time_zone="Europe/Berlin")  # fmt: skip


def test_a_holiday_that_made_an_answer_come_in_time_is_named() -> None:
    monday_off = replace(OFFICE, holidays=(date(2025, 3, 31),))
    known = terms()
    held = replace(known, hours=dict(known.hours) | {"office": monday_off})
    found = calendar_effects([(3, log(slow(91)), held)])  # Tuesday 11:00, 4 open hours later
    (effect,) = [each for each in found if each.by is EffectKind.holiday]
    assert (effect.case, effect.milestone) == (3, "first_response")
    assert (effect.verdict, effect.without) == (Verdict.met, Verdict.missed)
    assert from_micros(effect.due) == datetime(2025, 4, 1, 13, tzinfo=UTC)
    assert from_micros(effect.due_without) == datetime(2025, 3, 31, 13, tzinfo=UTC)


def test_a_due_time_beyond_a_change_of_the_clocks_is_named_with_the_hour() -> None:
    (effect,) = calendar_effects([(0, log(slow(0.5)), terms())])
    assert effect.by is EffectKind.clock_change
    assert from_micros(effect.due) == datetime(2025, 3, 31, 13, tzinfo=UTC)
    assert effect.due_without - effect.due == HOUR
