"""The two faces agree on every milestone of two real logs, under clocks of every kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from milestone_rows import column_rows, live_rows

from tierline import bootstrap
from tierline.catalog.clock_rules import ClockRules, Pause
from tierline.catalog.load import load_catalog
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.milestones.columns import judge
from tierline.milestones.terms import PromisedTarget, Terms, terms_of

ROOT = Path(__file__).parents[2]
LOGS = {
    "servicenow": ("data/uci-incident-log/incident_event_log.csv.gz", 24_918),
    "volvo": ("data/bpic2013-volvo-incidents/VINST-new.csv.gz", 7_554),
}
STOPPED = (MilestoneKind.acknowledge, MilestoneKind.restore, MilestoneKind.resolution)


@pytest.mark.parametrize("name", list(LOGS))
def test_the_columnar_replay_equals_the_live_fold(name: str, shared: Callable[[str], Path]) -> None:
    path, cases = LOGS[name]
    mapping = bootstrap.read_mapping(ROOT / "examples" / name / "mapping.yaml")
    log = bootstrap.read_log(shared(path), mapping).log
    assert len(log) == cases
    sample = terms_of(load_catalog(ROOT / "src/tierline/sample/halyard-2025-07-01.yaml"))
    terms = every_kind(sample, log.tier.names, log.value.names)
    histories = (log.history(place) for place in range(len(log)))
    expected = live_rows(histories, terms, from_micros(log.as_of))
    found = column_rows(judge(log, terms))
    assert len(found) >= 6 * cases
    assert found == expected


def every_kind(terms: Terms, tiers: tuple[str, ...], names: tuple[str, ...]) -> Terms:
    """A target of its own for every kind and severity, on three calendars, with pauses."""
    waits = tuple(name for name in names if name.startswith("waiting"))
    severities = tuple(name for name in names if name not in waits)
    hours = list(terms.hours)
    targets = {
        (tier, severity, kind): PromisedTarget(
            f"{tier}/{severity}.{kind}",
            (7 * rank + 3 * place + 2) * 3600 * SECOND_US,
            hours[(rank + place) % len(hours)],
        )
        for tier in tiers
        for rank, severity in enumerate(severities)
        for place, kind in enumerate(MilestoneKind)
    }
    rules = ClockRules(pauses={wait: Pause(name=wait, stops=STOPPED) for wait in waits})
    return dataclasses.replace(
        terms,
        tiers=tiers,
        severities=severities,
        targets=targets,
        rules=dict.fromkeys(tiers, rules),
    )
