"""The sample year: the same bytes from the same seed, the shape of the story, and its plants."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tierline import bootstrap
from tierline.actions.replay import Draft, Replay, replay
from tierline.cases.history import CaseHistory
from tierline.catalog.load import load_catalog
from tierline.catalog.statement import MilestoneKind
from tierline.connectors.event_log.reading import LogReading
from tierline.governance.comparison import Change
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.table import Verdict
from tierline.milestones.terms import Terms, terms_of
from tierline.sample.export import packed, write_export
from tierline.sample.files import SampleFiles

FILES = SampleFiles()


@cache
def reading() -> LogReading:
    return bootstrap.read_log(FILES.log, bootstrap.read_mapping(FILES.mapping))


@cache
def terms(path: Path = FILES.catalog) -> Terms:
    return terms_of(load_catalog(path))


@cache
def replayed() -> Replay:
    return replay(reading().log, terms(), [Draft("draft", terms(FILES.draft))])


def histories(account: str) -> list[CaseHistory]:
    log = reading().log
    labels = log.attributes["account"]
    chosen = np.flatnonzero(labels.codes == labels.names.index(account))
    return [log.history(int(place)) for place in chosen]


def case(account: str, opened_at: datetime) -> dict[MilestoneKind, Milestone]:
    (history,) = [each for each in histories(account) if each.opened_at == opened_at]
    found = milestones_of(history, terms(), datetime(2026, 1, 5, 9, tzinfo=UTC))
    return {milestone.kind: milestone for milestone in found}


def test_the_generator_makes_what_is_shipped_and_packs_the_same_text_alike(tmp_path: Path) -> None:
    """What is shipped was made by another process, on another day."""
    shipped, written = gzip.decompress(FILES.log.read_bytes()), write_export(tmp_path).read_bytes()
    assert gzip.decompress(written) == shipped
    assert packed(shipped) == written


def test_the_export_is_small_enough_to_ship() -> None:
    assert FILES.log.stat().st_size < 1_500_000


def test_tiers_have_the_number_of_cases_of_the_story() -> None:
    log = reading().log
    counts = Counter(log.tier.text(place) for place in range(len(log)))
    for tier, planned in (("standard", 2746), ("priority", 3564), ("enterprise", 3168)):
        assert counts[tier] == pytest.approx(planned, rel=0.02)
    assert reading().cases_read == 9478
    assert len(log.attributes["account"].names) == 198


def test_dirty_rows_are_listed_and_everything_reconciles() -> None:
    assert reading().rows.reconcile
    assert (reading().rows.rejected, reading().rows.repeated) == (18, 24)
    codes = Counter(each.code for each in reading().refused)
    assert codes == {"no_severity": 4, "fact_before_opening": 2}


def test_every_kind_of_milestone_is_timed_and_sometimes_missed() -> None:
    table = replayed().table
    for kind in MilestoneKind:
        verdicts = set(table.verdict[table.of_kind(kind)].tolist())
        assert {int(Verdict.met), int(Verdict.missed)} <= verdicts, kind


def test_farrow_energys_sunday() -> None:
    found = case("Farrow Energy", datetime(2025, 9, 14, 2, 10, tzinfo=UTC))
    acknowledge, restore = found[MilestoneKind.acknowledge], found[MilestoneKind.restore]
    assert (acknowledge.used // 60_000_000, acknowledge.verdict) == (47, Verdict.missed)
    assert (restore.used // 60_000_000, restore.verdict) == (9 * 60 + 40, Verdict.missed)


def test_gulfport_medical_is_met_because_of_the_fourth_of_july() -> None:
    found = case("Gulfport Medical", datetime(2025, 7, 3, 20, 30, tzinfo=UTC))
    acknowledge = found[MilestoneKind.acknowledge]
    assert acknowledge.verdict is Verdict.met
    assert acknowledge.used == (90 + 120) * 60_000_000  # Thursday 15:30-17:00, Monday 9:00-11:00


def test_agent_07_is_whom_the_old_tool_believed() -> None:
    (agreement,) = replayed().agreements
    agents = reading().log.attributes["agent"]
    blamed = Counter(agents.text(int(place)) for place in agreement.disagreeing)
    assert blamed.most_common(1)[0][0] == "agent-07"
    assert blamed["agent-07"] > sum(blamed.values()) / 2


def test_the_security_queue_is_thin_in_the_last_quarter() -> None:
    log, table = reading().log, replayed().table
    rows = table.of_kind(MilestoneKind.acknowledge)
    place = table.case[rows]
    missed = table.verdict[rows] == Verdict.missed
    opened = log.opened_at[place].astype("datetime64[us]")
    categories = log.attributes["category"]
    secure = np.isin(
        categories.codes[place],
        [categories.names.index(n) for n in ("Security", "Sign-in", "Certificate expiry")],
    )
    weekday = (opened.astype("datetime64[D]").astype(int) + 3) % 7
    thin = secure & (opened >= np.datetime64("2025-10-01")) & np.isin(weekday, (1, 2, 3))
    assert missed[thin].mean() > 5 * missed[~thin].mean()


def test_casterline_motors_gets_answers_in_minutes_for_standard_money() -> None:
    cases = histories("Casterline Motors")
    assert len(cases) == 31
    assert {each.tier for each in cases} == {"standard"}
    assert sum(each.attributes["channel"] == "Phone" for each in cases) >= 6


def test_delmarva_logistics_falls_silent() -> None:
    assert max(each.opened_at for each in histories("Delmarva Logistics")).month == 9


def test_the_draft_flips_cases_both_ways_and_the_present_flips_none() -> None:
    (draft,) = replayed().drafts
    assert draft.comparison.overall().count(Change.met_to_missed) > 20
    assert draft.comparison.overall().count(Change.missed_to_met) > 20
    same = replay(reading().log, terms(), [Draft("same", terms())])
    assert same.drafts[0].comparison.overall().flips == 0
