"""Two real logs under catalogs chosen for them: every case accounted for, nothing flips, and the
old tool's own verdicts are met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from tierline import bootstrap
from tierline.actions.replay import Draft, Replay, replay
from tierline.actions.selection import opened_between
from tierline.catalog.load import load_catalog
from tierline.kernel.instants import to_micros
from tierline.milestones.terms import terms_of

EXAMPLES = Path(__file__).parents[2] / "examples"
LOGS = {
    "servicenow": ("data/uci-incident-log/incident_event_log.csv.gz", 24_918),
    "volvo": ("data/bpic2013-volvo-incidents/VINST-new.csv.gz", 7_554),
}
CHOSEN_BEFORE = to_micros(datetime(2016, 5, 1, tzinfo=UTC))
"""The hours and targets of the ServiceNow catalog were chosen on incidents opened before."""


@cache
def replayed(name: str, path: Path, start: int | None = None) -> Replay:
    reading = bootstrap.read_log(path, bootstrap.read_mapping(EXAMPLES / name / "mapping.yaml"))
    terms = terms_of(load_catalog(EXAMPLES / name / "catalog.yaml"))
    log, outside = opened_between(reading.log, start, None)
    drafts = [Draft("in force", terms_of(load_catalog(EXAMPLES / name / "catalog.yaml")))]
    return replay(log, terms, drafts, refused=(*reading.refused, *outside))


@pytest.mark.parametrize("name", list(LOGS))
def test_every_case_is_judged_or_listed_with_a_reason(
    name: str, shared: Callable[[str], Path]
) -> None:
    path, cases = LOGS[name]
    coverage = replayed(name, shared(path)).scorecard.coverage
    assert coverage.read == cases
    assert all(each.reason for each in coverage.listed)


@pytest.mark.parametrize("name", list(LOGS))
def test_the_catalog_in_force_flips_nothing(name: str, shared: Callable[[str], Path]) -> None:
    path, _ = LOGS[name]
    (draft,) = replayed(name, shared(path)).drafts
    assert draft.comparison.overall().flips == 0
    assert draft.overall == replayed(name, shared(path)).scorecard.overall


GROUP = ("moderate", "never waited")


def test_moderate_incidents_that_never_waited_are_all_compared(
    shared: Callable[[str], Path],
) -> None:
    (agreement,) = replayed("servicenow", shared(LOGS["servicenow"][0])).agreements
    row = next(each for each in agreement.groups if each.group == GROUP)
    assert row.compared == 18_003
    assert row.baseline == pytest.approx(0.754, abs=0.0005)


def test_the_later_of_them_agree_with_made_sla(shared: Callable[[str], Path]) -> None:
    (agreement,) = replayed("servicenow", shared(LOGS["servicenow"][0]), CHOSEN_BEFORE).agreements
    row = next(each for each in agreement.groups if each.group == GROUP)
    assert row.share is not None
    assert row.share >= 0.99
    assert row.baseline == pytest.approx(0.871, abs=0.0005)
