"""The probability of a breach counts milestones like it, and is held against what came after."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.cases.log import Labels
from tierline.kernel.instants import SECOND_US
from tierline.milestones.table import KINDS, NEVER, MilestoneTable, Verdict
from tierline.scorecards.breach_backtest import THRESHOLDS, backtest
from tierline.scorecards.breach_risk import LAST, LEAST, BreachRisk, learned, looks_at
from tierline.scorecards.breach_signs import Sign, place_of, signs_of

HOUR = 3600 * SECOND_US
KIND = KINDS[0].value
TIERS, SEVERITIES = ("standard", "standard+2", "priority"), ("S1", "S2")
HERE = Labels.of(["Europe/Berlin"] * 400)
"""Every account is in one zone."""
Row = tuple[float, int, int]
"""The share of its time that was used (over 1: missed), its tier and when it started, in hours."""


def table_of(rows: list[Row], allowed_hours: int = 8) -> MilestoneTable:
    """Milestones of one kind and severity."""
    used, tier, started = (np.array(column) for column in zip(*rows, strict=True))
    allowance = np.full(len(rows), allowed_hours * HOUR)
    start = started.astype(np.int64) * HOUR
    zeros = np.zeros(len(rows), dtype=np.int64)
    missed = used > 1
    return MilestoneTable(
        tiers=TIERS, severities=SEVERITIES, case=np.arange(len(rows)),
        kind=zeros.astype(np.int8), cycle=zeros.astype(np.int32), tier=tier.astype(np.int16),
        severity=zeros.astype(np.int16), started=start,
        stopped=start + (used * allowance).astype(np.int64),
        used=(used * allowance).astype(np.int64), allowance=allowance, due=start + allowance,
        breached=np.where(missed, start + allowance, NEVER),
        verdict=np.where(missed, Verdict.missed, Verdict.met).astype(np.int8),
    )  # fmt: skip


def taught(rows: list[Row], until_hours: int = 1_000) -> BreachRisk:
    return learned(table_of(rows), HERE, until=until_hours * HOUR)


def test_it_counts_those_that_were_still_open_and_says_so_in_words() -> None:
    risk = taught([(0.25, 0, 0)] * 20 + [(0.75, 0, 0)] * 10 + [(2.0, 0, 0)] * 10)
    found = risk.likelihood(KIND, "S1", "standard", used=0.5)
    assert found is not None
    assert (found.open, found.missed, found.share) == (20, 10, 11 / 22)
    assert found.because == (
        "of 20 like it that were still open at 50% of their time, 10 were missed "
        "(one missed and one met are added to the count: a few cases make nothing certain)"
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0, 3, allow_nan=False), min_size=LEAST, max_size=80),
    st.lists(st.floats(0, 0.99), min_size=2, max_size=5),
)
def test_it_never_falls_while_time_is_used(shares: list[float], looks: list[float]) -> None:
    risk = taught([(share, 0, 0) for share in shares])
    found = [risk.likelihood(KIND, "S1", "standard", used=used) for used in sorted(looks)]
    said = [each.share for each in found if each]
    assert len(said) == len(looks)
    assert said == sorted(said)
    assert all(0 < share < 1 for share in said)


def test_where_too_few_are_like_it_more_are_asked_and_then_nothing_is_said() -> None:
    rows: list[Row] = [(0.5, 0, 0)] * (LEAST - 1) + [(2.0, 2, 0)]
    found = taught(rows).likelihood(KIND, "S1", "priority", used=0.1)
    assert found is not None
    assert found.like == (KIND, "S1", "")
    of_another_severity = taught(rows).likelihood(KIND, "S2", "priority", used=0.1)
    assert of_another_severity is not None
    assert of_another_severity.like == (KIND, "", "")
    assert taught(rows[1:]).likelihood(KIND, "S1", "priority", used=0.1) is None
    assert not taught(rows, until_hours=0).pools
    assert taught(rows).likelihood("of no such kind", "S1", "priority", used=0.1) is None


def test_a_tier_with_a_better_promise_counts_as_its_tier_and_time_that_is_over_is_not_likely() -> (
    None
):
    risk = taught([(0.5, 0, 0)] * 20 + [(2.0, 1, 0)] * 10)
    found = risk.likelihood(KIND, "S1", "standard+7", used=0.1)
    assert found is not None
    assert (found.like, found.open) == ((KIND, "S1", "standard"), 30)
    assert risk.likelihood(KIND, "S1", "standard", used=1.0) is None


def test_what_was_met_early_teaches_nothing_before_its_time_is_over() -> None:
    rows: list[Row] = [(0.1, 0, 0)] * LEAST + [(0.1, 0, 20)] * 50
    found = taught(rows, until_hours=21).likelihood(KIND, "S1", "standard", used=0)
    assert found is not None
    assert found.open == LEAST


def test_held_against_what_came_after_it_says_how_many_breaches_an_alert_catches() -> None:
    before: list[Row] = [(0.5, 0, 0)] * 60 + [(0.99, 0, 0)] * 10 + [(2.0, 0, 0)] * 30
    after: list[Row] = [(0.5, 0, 100)] * 50 + [(0.99, 0, 100)] * 2 + [(2.0, 0, 100)] * 8
    table = table_of(before + after)
    risk = learned(table, HERE, until=50 * HOUR)
    found = backtest(risk, table, HERE, learned_until=50 * HOUR, until=1_000 * HOUR)
    assert (found.milestones, found.breaches, found.unknown, found.too_short) == (60, 8, 0, 0)
    assert found.short == 0
    said = [(band.low, band.open, band.missed, band.is_true) for band in found.bands]
    assert said == [(0.3, 60, 8, False), (0.7, 10, 8, True)]
    assert found.chosen is not None
    assert found.chosen.is_reached
    assert (found.chosen.alerts, found.chosen.caught) == (10, 8)
    assert found.chosen.share_false == pytest.approx(0.2)
    assert found.alerts[-1].share_false is None
    assert len(found.alerts) == len(THRESHOLDS)


def test_a_breach_with_less_time_than_an_alert_comes_ahead_counts_as_not_caught() -> None:
    rows: list[Row] = [(2.0, 0, 0)] * LEAST + [(2.0, 0, 100)] * 4
    long, short = table_of(rows), table_of(rows)
    short.allowance[-1] = SECOND_US
    for table, caught in ((long, 4), (short, 3)):
        risk = learned(table, HERE, until=50 * HOUR)
        found = backtest(risk, table, HERE, learned_until=50 * HOUR, until=1_000 * HOUR)
        assert (found.too_short, found.short) == (4 - caught, 4 - caught)
        assert (found.alerts[0].caught, found.alerts[0].breaches) == (caught, 4)


BERLIN, DENVER = "Europe/Berlin", "America/Denver"
LATE_HERE = LEAST + 10


def taught_by_zones() -> tuple[MilestoneTable, Labels, BreachRisk]:
    """Of what is open for long in Berlin all is missed, of what is open as long in Denver next to
    nothing; both are of one kind, severity and tier."""
    berlin: list[Row] = [(0.5, 0, 0)] * 60 + [(2.0, 0, 0)] * LATE_HERE
    denver: list[Row] = [(0.5, 0, 0)] * 60 + [(0.99, 0, 0)] * LATE_HERE + [(2.0, 0, 0)]
    table = table_of(berlin + denver)
    zone = Labels.of([BERLIN] * len(berlin) + [DENVER] * len(denver))
    return table, zone, learned(table, zone, until=1_000 * HOUR)


def sign(zone: str, due_hours: int = 8) -> Sign:
    return Sign(place_of("standard", zone, due_hours * HOUR), before=0, is_again=False)


def test_where_and_when_it_is_due_tells_apart_what_was_open_as_long() -> None:
    risk = taught_by_zones()[2]
    here, there = (
        risk.likelihood(KIND, "S1", "standard", used=0.94, sign=sign(zone))
        for zone in (BERLIN, DENVER)
    )
    assert here is not None
    assert there is not None
    assert (here.open, here.missed, here.counted) == (there.open, there.missed, there.counted)
    assert there.share < 0.2 < here.counted < 0.8 < here.share
    assert here.because.endswith(
        f"; what else is known of it makes {here.share:.0%} of {here.counted:.0%}, because at its "
        "tier in Europe/Berlin more is missed of what falls due from 06:00 to 09:00 UTC"
    )
    assert "because" not in there.because
    elsewhere = risk.likelihood(KIND, "S1", "standard", used=0.94, sign=sign(BERLIN, NEVER))
    unseen = risk.likelihood(KIND, "S1", "standard", used=0.94, sign=sign("Asia/Tokyo"))
    assert {each and each.share for each in (elsewhere, unseen)} == {here.counted}
    started = risk.likelihood(KIND, "S1", "standard", used=0, sign=sign(BERLIN))
    assert started is not None
    assert started.share == started.counted
    assert not started.signs


def test_with_too_few_misses_signs_say_nothing() -> None:
    rows: list[Row] = [(0.5, 0, 0)] * 60 + [(2.0, 0, 0)] * 5
    assert taught(rows).weights is None


def test_what_is_said_of_one_is_what_is_said_of_it_among_all() -> None:
    table, zone, risk = taught_by_zones()
    looks = looks_at(table, np.ones(len(table), dtype=np.bool_), (0.25, 0.75, LAST))
    known, shares = risk.shares(looks, table, signs_of(table, zone))
    assert len(known) == len(looks.rows)
    for row, used, share in zip(looks.rows, looks.used, shares, strict=True):
        told = risk.likelihood(
            KIND, "S1", "standard", used=used, sign=sign(zone.text(int(table.case[row])))
        )
        assert told is not None
        assert told.share == pytest.approx(share)


def test_what_was_missed_in_its_case_before_it_began_is_a_sign_and_what_came_later_is_none() -> (
    None
):
    rows: list[Row] = [(2.0, 0, 0), (0.5, 0, 20), (2.0, 0, 40), (0.5, 0, 42), (0.5, 0, 90)]
    table = replace(table_of(rows), case=np.array([0, 0, 0, 0, 1]), cycle=np.array([0, 1, 2, 3, 0]))
    found = signs_of(table, HERE)
    assert found.before.tolist() == [0, 1, 1, 1, 0]
    assert found.is_again.tolist() == [False, True, False, False, False]
