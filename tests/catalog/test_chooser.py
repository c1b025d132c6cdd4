from __future__ import annotations

import copy
from itertools import product
from typing import Any

import pytest

from tierline.catalog.canonical import plain_statement
from tierline.catalog.catalog import Catalog
from tierline.catalog.chooser import choice_values, choose
from tierline.catalog.resolved import resolve_tiers
from tierline.kernel.errors import Invalid, LimitReached, NotFound

LOW = {"stop": "wait", "when": "office", "people": "few", "change": "no", "reach": "write"}


def test_who_needs_nothing_more_gets_the_lowest_tier(halyard: Catalog) -> None:
    choice = choose(halyard, LOW)
    assert (choice.tier, choice.meets_all, choice.next_tier) == ("standard", True, "priority")
    assert choice.reasons == ()


@pytest.mark.parametrize(
    ("answer", "tier", "promise"),
    [
        ({"people": "some"}, "priority", "halyard/priority/named_contacts"),
        ({"reach": "chat"}, "priority", "halyard/priority/chat"),
        ({"reach": "phone"}, "enterprise", "halyard/enterprise/phone"),
        ({"stop": "shift"}, "priority", "halyard/priority/S1.restore"),
        ({"when": "always"}, "enterprise", "halyard/enterprise/S1.acknowledge"),
        ({"change": "several"}, "enterprise", "halyard/enterprise/sandboxes"),
    ],
)
def test_one_need_leads_to_the_lowest_tier_that_meets_it(
    halyard: Catalog, answer: dict[str, str], tier: str, promise: str
) -> None:
    choice = choose(halyard, LOW | answer)
    assert choice.tier == tier
    assert [reason.met.promise_id for reason in choice.reasons] == [promise]
    assert choice.reasons[0].drove


def test_a_need_that_the_lower_tier_meets_as_well_did_not_drive_the_choice(
    halyard: Catalog,
) -> None:
    choice = choose(halyard, LOW | {"reach": "phone", "people": "some"})
    assert {r.need: r.drove for r in choice.reasons} == {
        "Named contacts: at least 5": False,
        "Phone": True,
    }


def test_every_combination_gives_one_tier_that_no_lower_tier_could_replace(
    halyard: Catalog,
) -> None:
    ladder = list(halyard.tiers)
    known = {
        term.promise_id
        for tier in resolve_tiers(halyard).values()
        for term in (*tier.terms.values(), *tier.targets.values())
    }
    keys = [list(question.answers) for question in halyard.chooser.values()]
    for answers in product(*keys):
        choice = choose(halyard, dict(zip(halyard.chooser, answers, strict=True)))
        assert choice.meets_all
        assert (choice.tier == ladder[0]) or any(reason.drove for reason in choice.reasons)
        assert {reason.met.promise_id for reason in choice.reasons} <= known


def test_where_no_tier_meets_all_the_nearest_one_says_what_is_not_met(halyard: Catalog) -> None:
    statement: Any = copy.deepcopy(plain_statement(halyard))
    statement["chooser"]["people"]["answers"]["many"]["needs"][0]["at_least"] = 50
    catalog = Catalog.model_validate(statement)
    choice = choose(catalog, LOW | {"people": "many", "reach": "chat"})
    assert (choice.tier, choice.meets_all) == ("priority", False)
    assert [reason.need for reason in choice.reasons if not reason.met.is_met] == [
        "Named contacts: at least 50"
    ]


def test_the_choice_says_what_is_not_included_and_what_the_next_tier_adds(
    halyard: Catalog,
) -> None:
    values: Any = choice_values(choose(halyard, LOW | {"reach": "chat"}))
    assert [e["promise_id"] for e in values["not_included"]] == [
        "halyard/priority/not.on_site",
        "halyard/priority/not.named_engineer",
    ]
    assert values["next"]["tier"] == "enterprise"
    adds = {gain["promise_id"]: gain["words"] for gain in values["next"]["adds"]}
    assert adds["halyard/enterprise/sandboxes"].startswith("Sandboxes: 3 sandboxes")
    assert adds["halyard/enterprise/S1.post_mortem"].endswith("instead of no target")


def test_a_tier_that_is_not_sold_is_not_recommended(halyard: Catalog) -> None:
    statement: Any = copy.deepcopy(plain_statement(halyard))
    statement["tiers"]["priority"]["availability"] = "legacy"
    choice = choose(Catalog.model_validate(statement), LOW | {"reach": "chat"})
    assert choice.tier == "enterprise"


def test_a_seventh_question_is_refused(halyard: Catalog) -> None:
    statement: Any = copy.deepcopy(plain_statement(halyard))
    for number in range(2):
        statement["chooser"][f"more{number}"] = statement["chooser"]["stop"]
    with pytest.raises(LimitReached, match="7 questions; 6 are the most"):
        choose(Catalog.model_validate(statement), LOW)


def test_a_catalog_without_questions_says_so(halyard: Catalog) -> None:
    with pytest.raises(NotFound, match="asks no questions"):
        choose(halyard.model_copy(update={"chooser": {}}), {})


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, "Not answered: stop, when"),
        (LOW | {"stop": "never"}, "There are: wait, shift, hours"),
        (LOW | {"colour": "red"}, "There is no question 'colour'"),
    ],
)
def test_wrong_answers_are_refused_with_what_there_is(
    halyard: Catalog, answers: dict[str, str], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        choose(halyard, answers)
