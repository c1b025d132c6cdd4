"""In a steady desk with pieces of exponential length the rule is Erlang's, as published."""

from __future__ import annotations

import numpy as np
import pytest

from tierline.staffing.desk import SLOTS, Askers, Desk
from tierline.staffing.queue import line_of
from tierline.staffing.wait import in_time

ALWAYS = np.ones(SLOTS)
ONE = np.ones(1)


def steady(
    work: float, *, minutes: float, spread: float = 1.0, before: float = 0, after: float = 0
) -> Desk:
    return Desk(
        before=before * ALWAYS,
        same=work * ALWAYS,
        after=after * ALWAYS,
        piece_hours=minutes / 60,
        spread=spread,
    )


def people(count: int) -> np.ndarray:
    return np.full((1, SLOTS), count, dtype=np.int64)


@pytest.mark.parametrize(
    ("erlangs", "agents", "waits", "within_seconds", "share"),
    [
        # the worked example of the R package ErlangC 0.1.0 (CRAN, reference manual) and of
        # pyworkforce 0.5.1: 100 calls in 30 minutes of 3 minutes each, answered within 20 s
        (10.0, 14, 0.1741319335950498, 20, 0.8883500191794669),
        # the same package of R: 10 erlangs and 11 agents
        (10.0, 11, 0.6821182, None, None),
    ],
)
def test_who_waits_and_how_long_is_erlang_c(
    erlangs: float, agents: int, waits: float, within_seconds: float | None, share: float | None
) -> None:
    desk, staff = steady(erlangs, minutes=3), people(agents)
    line = line_of(desk, staff, ONE)
    assert 1 - line.is_free[0].mean() == pytest.approx(waits, abs=0.006)
    if within_seconds is not None:
        asked = [Askers(come=ALWAYS, open=ALWAYS)]
        found = in_time(desk, staff, ONE, line, asked, within_seconds / 3600)
        assert found[0] == pytest.approx(share, abs=0.004)


def test_priorities_wait_as_cobham_says() -> None:
    """Non-preemptive priorities, one server (Cobham 1954): W1 = R / (1 - r1), and W2 = R / ((1 -
    r1)(1 - r1 - r2)); the mean is summed from the probabilities."""
    first, second, hours = 0.3, 0.4, 0.5
    residual = (first + second) * hours
    for desk, expected in (
        (steady(first, minutes=30, after=second), residual / (1 - first)),
        (
            steady(second, minutes=30, before=first),
            residual / ((1 - first) * (1 - first - second)),
        ),
    ):
        line = line_of(desk, people(1), ONE)
        asked = [Askers(come=ALWAYS[:1].repeat(SLOTS), open=ALWAYS)]
        steps = np.linspace(0.05, 20, 80)
        late = [1 - in_time(desk, people(1), ONE, line, asked, float(each))[0] for each in steps]
        mean = late[0] * steps[0] + float(np.trapezoid(late, steps))
        assert mean == pytest.approx(expected, rel=0.06)
