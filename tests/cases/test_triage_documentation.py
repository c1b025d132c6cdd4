"""docs/triage.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from tierline.api import disputes, triage
from tierline.catalog.document import parse_document
from tierline.catalog.load import parse_catalog
from tierline.catalog.triage_questions import QUESTIONS
from tierline.catalog.triage_statement import DisputeRules
from tierline.kernel.durations import Duration

PAGE = (Path(__file__).parents[2] / "docs/triage.md").read_text("utf-8")
HEAD = """
format: tierline/catalog/1
catalog: x
version: 2026-01-01
company: X
severities: {S1: {name: a}, S2: {name: b}, S3: {name: c}}
"""


def test_it_names_every_question_with_its_answers() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", PAGE, re.MULTILINE))
    for each in QUESTIONS:
        assert re.findall(r"`(\w+)`", rows[each.key.value]) == list(each.answers)


def test_the_table_that_it_shows_is_read() -> None:
    (table,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    catalog = parse_catalog(parse_document(HEAD + table, "triage.md"))
    assert catalog.triage is not None
    assert len(catalog.triage.rules) == 5


def test_it_names_every_route_and_fact() -> None:
    routes = {
        route.path
        for router in (triage.router, disputes.router)
        for route in router.routes  # type: ignore[attr-defined]  # of an API
    }
    named = set(re.findall(r"^(?:GET|PUT|POST) +(/v1/\S*)", PAGE, re.MULTILINE))
    assert named == routes
    told = set(re.findall(r"^\| `(Severity\w+)` \|", PAGE, re.MULTILINE))
    source = Path(triage.__file__).parents[1] / "actions"
    texts = "".join((source / name).read_text("utf-8") for name in ("triage.py", "disputes.py"))
    assert told == set(re.findall(r'"(Severity\w+)"', texts))


def test_a_dispute_has_four_hours_where_nothing_is_said() -> None:
    assert DisputeRules().decide_within == Duration(seconds=4 * 3600)
    assert "four hours where it says nothing" in PAGE
