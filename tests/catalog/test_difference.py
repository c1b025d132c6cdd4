from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from tierline.catalog.canonical import plain_statement
from tierline.catalog.catalog import Catalog
from tierline.catalog.difference import difference, difference_values
from tierline.catalog.difference_change import Change, Direction
from tierline.kernel.errors import Invalid

Edit = Callable[[dict[str, Any]], object]


def changes(halyard: Catalog, edit: Edit) -> list[Change]:
    statement: dict[str, Any] = copy.deepcopy(plain_statement(halyard))
    edit(statement)
    return list(difference(halyard, Catalog.model_validate(statement)).changes)


def only(halyard: Catalog, edit: Edit) -> Change:
    found = changes(halyard, edit)
    assert len(found) == 1, found
    return found[0]


def target(statement: dict[str, Any], tier: str, place: int) -> dict[str, Any]:
    found: dict[str, Any] = statement["tiers"][tier]["targets"][place]
    return found


def test_the_same_catalog_has_no_difference(halyard: Catalog) -> None:
    assert difference(halyard, halyard).changes == ()


def test_another_spelling_of_the_same_promise_is_no_difference(halyard: Catalog) -> None:
    def rewrite(statement: dict[str, Any]) -> None:
        hours = statement["business_hours"]
        hours["day_and_night"] = hours["always"]
        statement["tiers"]["enterprise"]["hours"] = "day_and_night"
        for row in statement["tiers"]["enterprise"]["targets"]:
            row["hours"] = "always"

    assert [c.what for c in changes(halyard, rewrite)] == ["business_hours.day_and_night"]


@pytest.mark.parametrize(
    ("within", "direction"),
    [
        ("PT3H", Direction.better),
        ("PT5H", Direction.worse),
        ("P1D", Direction.worse),
        (None, Direction.worse),
    ],
)
def test_a_target_is_better_where_it_is_due_earlier(
    halyard: Catalog, within: str | None, direction: Direction
) -> None:
    change = only(halyard, lambda s: target(s, "standard", 0).update(within=within))
    assert change.direction is direction
    assert change.promise_id == "halyard/standard/S1.acknowledge"
    assert change.old == "4 business hours"


def test_hours_and_number_are_judged_together_by_the_wall_clock(halyard: Catalog) -> None:
    def to_always(within: str) -> Change:
        return only(
            halyard, lambda s: target(s, "standard", 0).update(within=within, hours="always")
        )

    assert to_always("PT4H").direction is Direction.better
    mixed = to_always("PT5H")
    assert mixed.direction is Direction.changed
    assert mixed.note.startswith("due later from ")


def test_losing_the_commitment_is_worse_at_the_same_number(halyard: Catalog) -> None:
    change = only(halyard, lambda s: target(s, "enterprise", 0).update(commitment=False))
    assert change.direction is Direction.worse
    assert "a commitment (5%" in (change.old or "")
    assert change.new == "15 minutes, day and night"


def test_faster_without_commitment_is_neither(halyard: Catalog) -> None:
    edit = {"commitment": False, "within": "PT5M"}
    change = only(halyard, lambda s: target(s, "enterprise", 0).update(edit))
    assert change.direction is Direction.changed


def test_a_change_that_words_do_not_show_is_told_in_a_note(halyard: Catalog) -> None:
    change = only(halyard, lambda s: target(s, "standard", 0).update(warn_at_percent=[25]))
    assert change.old == change.new == "4 business hours"
    assert change.note == "warnings at 50%, 75% and 90%, now at 25%"


@pytest.mark.parametrize(
    ("path", "value", "direction"),
    [
        ("enterprise.terms.api_rate.limit", 500, Direction.worse),
        ("enterprise.terms.api_rate.limit", "unlimited", Direction.better),
        ("priority.terms.chat.hours", "office", Direction.changed),
        ("priority.terms.engineering_hours.at_limit.overage_amount", 200, Direction.worse),
        ("priority.terms.engineering_hours.at_limit.cap_percent_of_fee", 40, Direction.better),
        ("priority.terms.engineering_hours.rollover", True, Direction.better),
        ("enterprise.terms.uptime.percent", 99.99, Direction.better),
        ("enterprise.terms.expertise.assignment", "pooled", Direction.worse),
        ("enterprise.terms.health_check.per", "quarter", Direction.worse),
        ("enterprise.remedies.late_answer.cap_percent", 20, Direction.worse),
    ],
)
def test_terms_and_remedies_know_better_from_worse(
    halyard: Catalog, path: str, value: Any, direction: Direction
) -> None:
    def edit(statement: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        place = statement["tiers"]
        for step in steps:
            place = place[step]
        place[last] = value

    assert {change.direction for change in changes(halyard, edit)} == {direction}


def test_a_price_shows_the_money(halyard: Catalog) -> None:
    flat = only(halyard, lambda s: s["tiers"]["standard"]["price"].update(amount=510))
    assert (flat.direction, flat.note) == (Direction.worse, "+$20 (+4.1%)")
    share = only(halyard, lambda s: s["tiers"]["priority"]["price"].update(minimum=1700))
    assert (share.direction, share.note) == (Direction.better, "at $10,000: $1,900, now $1,700")


def test_a_new_exclusion_is_worse_and_a_lifted_one_better(halyard: Catalog) -> None:
    lifted = only(halyard, lambda s: s["tiers"]["standard"]["exclusions"].pop("on_site"))
    assert (lifted.direction, lifted.new) == (Direction.better, None)
    text = {"text": "Weekends", "alternative": "Take Enterprise"}
    added = only(halyard, lambda s: s["tiers"]["standard"]["exclusions"].update(weekends=text))
    assert (added.direction, added.old) == (Direction.worse, None)


def test_another_pause_is_worse_for_every_tier_that_it_reaches(halyard: Catalog) -> None:
    def edit(statement: dict[str, Any]) -> None:
        statement["clock_rules"]["pauses"]["parts"] = {"name": "Waiting for parts"}

    found = changes(halyard, edit)
    assert [(c.holder, c.direction) for c in found] == [
        (tier, Direction.worse) for tier in ("standard", "priority", "enterprise")
    ]


def test_a_new_name_keeps_the_promise_id(halyard: Catalog) -> None:
    change = only(halyard, lambda s: s["features"]["api_rate"].update(name="API calls"))
    assert change.kind.value == "renamed"
    assert (change.old, change.new) == ("API requests", "API calls")
    assert change.promise_id == "halyard/*/api_rate"


def test_a_tier_or_add_on_that_goes_is_worse(halyard: Catalog) -> None:
    tier = changes(halyard, lambda s: s["tiers"].pop("priority"))
    assert [c.promise_id for c in tier if c.direction is Direction.worse] == ["halyard/priority"]
    add_on = only(halyard, lambda s: s["add_ons"].pop("sandbox"))
    assert (add_on.direction, add_on.promise_id) == (Direction.worse, "halyard/+sandbox")


def test_worse_is_told_first_and_then_up_the_ladder(halyard: Catalog) -> None:
    def edit(statement: dict[str, Any]) -> None:
        target(statement, "enterprise", 0)["within"] = "PT20M"
        target(statement, "standard", 0)["within"] = "PT5H"
        target(statement, "standard", 1)["within"] = "PT1H"

    found = changes(halyard, edit)
    assert [(c.direction.value, c.holder) for c in found] == [
        ("worse", "standard"),
        ("worse", "enterprise"),
        ("better", "standard"),
    ]


def test_the_order_of_the_ladder_is_part_of_the_promise(halyard: Catalog) -> None:
    def edit(statement: dict[str, Any]) -> None:
        statement["tiers"] = dict(reversed(statement["tiers"].items()))

    assert only(halyard, edit).what == "Order of tiers"


def test_values_for_programs_carry_the_counts(halyard: Catalog) -> None:
    values = difference_values(difference(halyard, halyard))
    assert values["counts"] == {"worse": 0, "changed": 0, "better": 0}
    assert values["changes"] == []


def test_no_change_of_a_statement_is_passed_over(halyard: Catalog) -> None:
    """Change or drop one leaf after another: wherever the catalog still loads and says something
    else, the difference says so."""
    original = plain_statement(halyard)
    tried = 0
    for number, (path, other) in enumerate(_mutations(original)):
        if number % 7:
            continue
        changed = _mutated(original, path, other)
        try:
            catalog = Catalog.model_validate(changed)
            found = difference(halyard, catalog)
        except (ValidationError, Invalid):
            continue
        if catalog != halyard and path[0] not in ("version", "format"):
            tried += 1
            assert found.changes, path
    assert tried > 60


_GONE = object()


def _mutations(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key), _GONE
            yield from _mutations(part, (*path, key))
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, str):
        yield path, f"{value}x"
    elif value is not None:
        yield path, value + 1


def _mutated(original: Any, path: tuple[Any, ...], other: Any) -> Any:
    changed = copy.deepcopy(original)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if other is _GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = other
    return changed


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        (None, (["S1"], 30), Direction.better),
        ((["S1"], 30), None, Direction.worse),
        ((["S1"], 30), (["S1", "S2"], 30), Direction.better),
        ((["S1"], 30), (["S1"], 14), Direction.worse),
        ((["S1"], 30), (["S2"], 30), Direction.changed),
        ((["S1"], 30), (["S1", "S2"], 14), Direction.changed),
    ],
)
def test_an_accelerated_response_for_more_severities_and_for_longer_is_better(
    halyard: Catalog,
    old: tuple[list[str], int] | None,
    new: tuple[list[str], int] | None,
    direction: Direction,
) -> None:
    def state(statement: dict[str, Any], owed: tuple[list[str], int] | None) -> None:
        faster = owed and {"severities": owed[0], "within_days": owed[1]}
        late = statement["tiers"]["enterprise"]["remedies"]["late_answer"]
        late["accelerated_response"] = faster

    statement: dict[str, Any] = copy.deepcopy(plain_statement(halyard))
    state(statement, old)
    before = Catalog.model_validate(statement)
    state(statement, new)
    found = difference(before, Catalog.model_validate(statement)).changes
    assert {change.direction for change in found} == {direction}
