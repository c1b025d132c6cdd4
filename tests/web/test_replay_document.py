"""The report as JSON: stable keys, sums that hold, and no figure without a definition."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from small_world import INTAKE, terms, week

from tierline.actions.replay import Draft, replay
from tierline.scorecards.measures import measures
from tierline.web.replay_document import FORMAT, MOST_FLIPS, replay_document

NOT_FIGURES = {"line", "cycle", "fast_within_percent"}
"""Numbers that name a place or a rule and measure nothing."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    drafts = [Draft("shorter.yaml", terms(bronze_S1_resolution=5)), Draft("same.yaml", terms())]
    return json.loads(json.dumps(replay_document(replay(week(), terms(), drafts), INTAKE)))


def figures(value: Any, key: str = "") -> Iterator[str]:
    """The keys under which numbers stand."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from figures(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from figures(each, key)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield key


def test_every_figure_is_a_registered_measure(document: dict[str, Any]) -> None:
    assert set(figures(document)) - NOT_FIGURES - set(measures()) == set()


def test_every_measure_says_what_how_in_which_unit_and_who_answers(
    document: dict[str, Any],
) -> None:
    assert document["measures"].keys() == measures().keys()
    for entry in document["measures"].values():
        assert all(entry[part] for part in ("name", "definition", "formula", "unit", "owner"))


def test_every_measure_is_used_by_a_report(document: dict[str, Any]) -> None:
    words = {"evidence"}
    inside_lists = {"cases", "distinct", "filled", "rows", "total", "hour_missed", "hour_decided"}
    of_accounts = {"promises_kept", "promises_over"}  # told of accounts, and in no replay
    of_call_ins = {"call_in_answered", "experts_in_first_hour"}  # told of a desk's call-ins
    assert (
        set(measures()) - set(figures(document)) <= words | inside_lists | of_accounts | of_call_ins
    )


def test_the_document_names_its_form_its_catalog_and_its_log(document: dict[str, Any]) -> None:
    assert document["format"] == FORMAT == "tierline/replay/1"
    assert document["catalog"] == {"catalog": "x", "version": "2025-01-01", "digest": "sha256:0"}
    assert document["log"]["zone"] == "Europe/Berlin"
    assert document["log"]["source"] == "small.csv"


def test_cases_read_are_judged_plus_listed(document: dict[str, Any]) -> None:
    coverage = document["coverage"]
    assert coverage["cases_read"] == coverage["cases_judged"] + coverage["cases_listed"] == 7
    assert sum(each["cases"] for each in coverage["reasons"]) == coverage["cases_listed"]


def test_rows_read_add_up(document: dict[str, Any]) -> None:
    reading = document["reading"]
    parts = ("rows_used", "rows_without_effect", "rows_rejected", "rows_of_listed_cases")
    assert reading["rows_read"] == sum(reading[part] for part in parts)


def test_every_share_stands_with_its_n_and_interval(document: dict[str, Any]) -> None:
    rows = [document["attainment"]["overall"], *document["attainment"]["by_promise"]]
    for row in rows:
        assert row["decided"] == row["met"] + row["missed"]
        if row["decided"]:
            assert row["attainment_low"] <= row["attainment"] <= row["attainment_high"]
            assert row["evidence"] == ("weak" if row["decided"] < 8 else row["evidence"])


def test_a_miss_is_stated_to_the_second(document: dict[str, Any]) -> None:
    worst = document["misses"]["worst"][0]
    assert worst == {
        "case": "waited",
        "account": "Beta",
        "tier": "silver",
        "severity": "S1",
        "milestone": "resolution",
        "cycle": 1,
        "promise": "x/silver/S1.resolution",
        "started": "2025-03-03T08:00:00Z",
        "due": "2025-03-03T20:00:00Z",
        "stopped": "2025-03-03T23:00:00Z",
        "used": 39_600,
        "allowance": 28_800,
        "over": 10_800,
        "pauses": [{"reason": "waiting_on_customer", "paused_times": 1, "paused_for": 14_400}],
    }


def test_a_draft_lists_its_flips_and_for_whom(document: dict[str, Any]) -> None:
    shorter, same = document["drafts"]
    assert shorter["met_to_missed"] == 2 == shorter["flipped"]["total"]
    assert len(shorter["flipped"]["first"]) == 2 <= MOST_FLIPS
    assert shorter["by_account"][0]["account"] == "Acme"
    assert (same["flips"], same["flipped"]["total"]) == (0, 0)


def test_disagreements_with_the_old_tool_are_named(document: dict[str, Any]) -> None:
    (old,) = document["old_tool"]
    assert old["disagreements"] == {"total": 1, "cases": ["late answer"]}
