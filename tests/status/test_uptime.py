from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from told_incidents import API, FINE, MAINTENANCE, MAJOR, NOON, PARTIAL, at

from tierline.kernel.instants import to_micros
from tierline.status.component import Condition
from tierline.status.incident import Spell
from tierline.status.uptime import Record, Uptime

MINUTE_US = 60_000_000
FOREVER = 1 << 62


def record(*spells: Spell, watched_from: float = -10_000) -> Record:
    now = to_micros(at(1_000))
    return Record(spells, watched=(to_micros(at(watched_from)), FOREVER), now=now)


def spell(
    start: float, end: float | None, condition: Condition, *, is_planned: bool = False
) -> Spell:
    return Spell(API, at(start), None if end is None else at(end), condition, is_planned)


def of(found: Record, start: float, end: float) -> Uptime:
    return found.uptime(to_micros(at(start)), to_micros(at(end)))


def test_a_month_with_43_minutes_and_12_seconds_down_is_99_9_percent() -> None:
    found = of(record(spell(0, 0.72, MAJOR)), -360, 360)
    assert (found.watched_us, found.down_us) == (720 * 60 * MINUTE_US, 2_592_000_000)
    assert found.percent == Decimal("99.900")


def test_two_incidents_at_the_same_time_are_down_once() -> None:
    found = record(spell(0, 2, MAJOR), spell(1, 3, PARTIAL), spell(1.5, 2, PARTIAL))
    assert of(found, 0, 10).down_us == 180 * MINUTE_US


def test_slow_is_not_down_and_what_still_is_counts_until_now() -> None:
    assert of(record(spell(0, 2, Condition.degraded_performance)), 0, 10).down_us == 0
    assert of(record(spell(990, None, MAJOR)), 980, 2_000).down_us == 600 * MINUTE_US


def test_planned_maintenance_is_not_counted_and_is_said() -> None:
    planned = spell(0, 4, MAINTENANCE, is_planned=True)
    found = of(record(planned, spell(3, 5, MAJOR)), 0, 10)
    assert (found.down_us, found.planned_us) == (60 * MINUTE_US, 240 * MINUTE_US)
    sudden = of(record(spell(0, 4, MAINTENANCE)), 0, 10)
    assert (sudden.down_us, sudden.planned_us) == (240 * MINUTE_US, 0)


def test_one_microsecond_down_never_reads_as_100() -> None:
    assert Uptime(10**15, 1, 0).percent == Decimal("99.999")
    assert Uptime(10**15, 0, 0).percent == Decimal("100.000")
    assert Uptime(0, 0, 0).percent is None


def test_what_was_not_watched_is_not_judged() -> None:
    found = record(spell(-5, 5, MAJOR), watched_from=0)
    assert of(found, -10, 10) == Uptime(600 * MINUTE_US, 300 * MINUTE_US, 0)
    assert not found.was_watched(to_micros(at(-10)), to_micros(at(0)))


def test_the_worst_of_a_day_is_told() -> None:
    found = record(spell(0, 1, MAJOR), spell(2, 3, PARTIAL))
    assert found.worst(to_micros(at(0)), to_micros(at(4))) is MAJOR
    assert found.worst(to_micros(at(1)), to_micros(at(4))) is PARTIAL
    assert found.worst(to_micros(at(1)), to_micros(at(2))) is FINE


@given(
    st.lists(
        st.tuples(
            st.integers(0, 60), st.integers(0, 60), st.sampled_from([MAJOR, MAINTENANCE]),
            st.booleans(),
        ),
        max_size=8,
    ),
    st.integers(0, 60),
)  # fmt: skip
def test_downtime_is_that_of_every_minute_and_parts_sum_to_the_whole(
    drawn: list[tuple[int, int, Condition, bool]], cut: int
) -> None:
    """Against the count of single minutes, of which each is down or is not."""
    spells = [
        spell(start / 60, end / 60, kind, is_planned=planned and kind is MAINTENANCE)
        for start, end, kind, planned in drawn
    ]
    found = record(*spells)
    base = to_micros(NOON)

    def minutes(is_planned: bool) -> set[int]:
        return {
            minute
            for start, end, kind, planned in drawn
            if (planned and kind is MAINTENANCE) is is_planned
            for minute in range(start, end)
        }

    whole = found.uptime(base, base + 60 * MINUTE_US)
    assert whole.down_us == len(minutes(False) - minutes(True)) * MINUTE_US
    assert whole.planned_us == len(minutes(True)) * MINUTE_US
    first = found.uptime(base, base + cut * MINUTE_US)
    second = found.uptime(base + cut * MINUTE_US, base + 60 * MINUTE_US)
    assert first.down_us + second.down_us == whole.down_us
    exact = Fraction(whole.watched_us - whole.down_us, whole.watched_us) * 100
    assert whole.percent is not None
    assert 0 <= exact - Fraction(whole.percent) < Fraction(1, 1000)
