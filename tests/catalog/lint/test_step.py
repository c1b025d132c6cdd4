"""A step is scored by what changes for the customer, and not by the number of rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tierline.catalog.document import parse_document
from tierline.catalog.lint.context import Context
from tierline.catalog.lint.step import Step, step_between
from tierline.catalog.load import parse_catalog

HEAD = "format: tierline/catalog/1\ncatalog: shop\nversion: 2025-07-01\ncompany: A shop\n"


def step_of(features: dict[str, int], *, below: str = "", above: str = "") -> Step:
    """The step to a tier that has all of the features, from one that has none."""
    listed = "".join(
        f"  {key}: {{name: {key}, axis: outcome, value: {value}}}\n"
        for key, value in features.items()
    )
    terms = "".join(f"      {key}: {{kind: included}}\n" for key in features)
    text = (
        f"{HEAD}features:\n  base: {{name: base, axis: outcome, value: 1}}\n{listed}"
        "business_hours:\n  always: {always_open: true}\n"
        "  office: {week: {mon-fri: '09:00-17:00'}}\n"
        "severities: {S1: {name: Critical}}\n"
        f"tiers:\n  low:\n    name: Low\n    terms:\n      base: {{kind: included}}\n{below}"
        f"  high:\n    name: High\n    terms:\n      base: {{kind: included}}\n{terms}{above}"
    )
    context = Context(parse_catalog(parse_document(text, "shop.yaml")), date(2025, 7, 1))
    [(low, high)] = context.steps
    return step_between(context, low, high)


def test_low_value_items_are_no_step() -> None:
    step = step_of({"colours": 2, "badge": 1})
    assert not step.is_real
    assert step.score == 2


def test_ten_low_value_items_more_weigh_no_more_than_one_real_one() -> None:
    padded = step_of({"colours": 2} | {f"badge{n}": 2 for n in range(10)})
    real = step_of({"recovery": 3})
    assert not padded.is_real
    assert padded.score < real.score
    assert padded.score == step_of({"colours": 2}).score


def test_real_items_add_up() -> None:
    assert step_of({"recovery": 3, "phone": 6}).score == 9


def test_a_clearly_earlier_target_is_a_real_step() -> None:
    low = "    hours: office\n    targets: [{severity: S1, milestone: restore, within: P2D}]\n"
    high = "    hours: always\n    targets: [{severity: S1, milestone: restore, within: PT4H}]\n"
    assert step_of({}, below=low, above=high).is_real


def test_a_slightly_earlier_target_is_none() -> None:
    low = "    hours: always\n    targets: [{severity: S1, milestone: restore, within: PT4H}]\n"
    high = "    hours: always\n    targets: [{severity: S1, milestone: restore, within: PT3H50M}]\n"
    assert not step_of({}, below=low, above=high).is_real


def test_the_same_number_on_more_hours_is_a_real_step() -> None:
    low = "    hours: office\n    targets: [{severity: S1, milestone: restore, within: PT4H}]\n"
    high = "    hours: always\n    targets: [{severity: S1, milestone: restore, within: PT4H}]\n"
    assert step_of({}, below=low, above=high).is_real


def test_a_step_knows_what_it_costs() -> None:
    low = "    price: {model: flat, amount: 1200, per: year}\n"
    high = "    price: {model: per_unit, amount: 130, unit: seat}\n"
    assert step_of({"phone": 6}, below=low, above=high).price_delta == Decimal(30)
