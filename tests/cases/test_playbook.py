"""Which playbook and script is right, which steps are late, and what a guide must not say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tierline.cases.playbook import Guide, Offered, parse_guide
from tierline.cases.playbook_run import GuideEvent, GuideEventKind, steps_of
from tierline.catalog.document import parse_document
from tierline.kernel.errors import Invalid

PAGE = (Path(__file__).parents[2] / "docs/playbooks.md").read_text("utf-8")
(SHOWN,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
VERBS = "playbooks.py", "playbook_edits.py"
OFFERED = Offered(frozenset({"standard", "priority"}), frozenset({"S1", "S2"}))
_NARROWER = "{key: b, name: B, severities: [S1], steps: [{key: s, do: x}]}]"
NINE = datetime(2025, 3, 3, 9, tzinfo=UTC)


def read(text: str) -> Guide:
    return parse_guide(parse_document(text, "guide.yaml"), OFFERED)


def codes(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(Invalid) as caught:
        read(f"format: tierline/playbooks/1\n{text}")
    return [(fault.code, fault.line) for fault in caught.value.faults]


def test_the_first_playbook_that_fits_is_right_and_steps_have_variants() -> None:
    guide = read(SHOWN)
    found = guide.playbook("outage", "S1", "standard")
    assert found is not None
    assert guide.playbook("how_to", "S1", "standard") is None
    of_standard = steps_of(found, ("standard", "S1"), [], lambda _: NINE)
    assert [each.step.key for each in of_standard] == ["confirm", "incident"]
    of_priority = steps_of(found, ("priority", "S1"), [], lambda _: NINE)
    assert [each.step.key for each in of_priority] == ["confirm", "call", "incident"]


def test_every_topic_of_every_tier_has_a_script() -> None:
    guide = read(SHOWN)
    for topic in ("", *guide.topics):
        for tier in ("", *OFFERED.tiers):
            assert guide.script(topic, tier) is not None
    told = guide.script("how_to", "standard")
    assert told is not None
    assert told.say is not None


def test_words_suggest_the_topic_and_only_whole_ones() -> None:
    guide = read(SHOWN)
    assert guide.suggested("NOTHING moves, we are down") == ("outage", ("down", "nothing moves"))
    assert guide.suggested("the download is slow") == ("", ())


def test_a_step_is_late_from_its_time_on_and_stays_so_where_it_was_done_later() -> None:
    (found, *_) = read(SHOWN).playbooks
    tick = GuideEvent(
        guide=1, kind=GuideEventKind.step_done, value="outage/confirm", at=NINE, by="user_a"
    )
    undone = GuideEvent(
        guide=1, kind=GuideEventKind.step_undone, value="outage/confirm", at=NINE, by="user_a"
    )

    def first(*events: GuideEvent, due: timedelta) -> tuple[bool, bool]:
        step = steps_of(found, ("standard", "S1"), events, lambda _: NINE + due)[0]
        return step.done_at is not None, step.is_late(NINE + timedelta(hours=1))

    assert first(tick, due=timedelta(0)) == (True, False)
    assert first(tick, due=-timedelta(microseconds=1)) == (True, True)
    assert first(tick, undone, due=timedelta(minutes=30)) == (False, True)
    assert first(due=timedelta(hours=1)) == (False, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scripts: [{topics: [x], included: a}]", {"unknown_topic", "no_default"}),
        (
            "scripts: [{included: a}, {tiers: [standard], included: b}]",
            {"no_default", "never_right"},
        ),
        ("scripts: [{tiers: [gold], included: a}, {included: b}]", {"unknown_tier"}),
        ("scripts: [{included: a, not_included: b}]", {"no_words"}),
        ("playbooks: [{key: a, name: A, steps: []}]", {"too_few"}),
        (
            "playbooks: [{key: a, name: A, steps: [{key: s, do: x}, {key: s, do: y}]}]",
            {"named_twice"},
        ),
        (
            "playbooks: [{key: a, name: A, steps: [{key: s, do: x}]}, " + _NARROWER,
            {"never_right"},
        ),
    ],
)
def test_what_is_wrong_is_told_at_once_with_its_line(text: str, expected: set[str]) -> None:
    found = codes(text)
    if expected == {"too_few"}:
        assert len(found) == 1
    else:
        assert {code for code, _ in found} == expected
    assert {line for _, line in found} == {2}


def test_the_page_names_every_route_and_fact() -> None:
    from tierline.api import beyond_plan, playbook_edits, playbook_use, playbooks

    of_all = [each.router.routes for each in (playbooks, playbook_edits, playbook_use, beyond_plan)]
    routes = {route.path for routes in of_all for route in routes}  # type: ignore[attr-defined]
    assert set(re.findall(r"^(?:GET|PUT|POST) +(/v1/\S*)", PAGE, re.MULTILINE)) == routes
    verbs = Path(playbooks.__file__).parents[1] / "actions"
    source = "".join((verbs / name).read_text("utf-8") for name in VERBS)
    facts = set(re.findall(r'"((?:Playbook|Case)[A-Z]\w+|PlaybooksPublished)"', source))
    assert set(re.findall(r"`((?:Playbook|Case)\w+)`", PAGE)) == facts
