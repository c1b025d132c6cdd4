"""docs/replay.md says what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from small_world import INTAKE, terms, week

from tierline.actions.replay import Draft, replay
from tierline.cli.demo import demo
from tierline.cli.replay import replay as command
from tierline.scorecards.measures import measures
from tierline.web.replay_document import replay_document
from tierline.web.replay_rows import MILESTONE_HEADS

PAGE = (Path(__file__).parents[2] / "docs" / "replay.md").read_text()


@pytest.mark.parametrize("verb", [command, demo])
def test_every_option_is_described(verb: click.Command) -> None:
    for parameter in verb.params:
        for name in parameter.opts if isinstance(parameter, click.Option) else ["LOG"]:
            assert name in PAGE


def test_every_measure_is_described_as_it_is_registered() -> None:
    for each in measures().values():
        cells = (f"`{each.key}`", each.name, each.definition, each.formula, each.unit, each.owner)
        assert f"| {' | '.join(cells)} |" in PAGE


def test_every_key_of_the_document_is_described() -> None:
    document = replay_document(replay(week(), terms(), [Draft("d", terms())]), INTAKE)
    section = PAGE[PAGE.index("## JSON") : PAGE.index("## The metric")]
    described = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert described == set(document) - {"format"}
    for table in document["attainment"]:
        assert f"`{table}`" in section


def test_every_column_of_the_csv_is_described() -> None:
    section = PAGE[PAGE.index("## CSV") : PAGE.index("## Workbook")]
    for head in MILESTONE_HEADS:
        assert f"`{head}`" in section
