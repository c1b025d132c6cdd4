"""The annex of a contract says what checks and clocks go by, at each instant of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from small_offer import allowed_until, contract, micros, offer, sandboxes

import tierline
from tierline.accounts.account import Account
from tierline.accounts.agreed import Agreed, agreed_at, instant_in
from tierline.accounts.contract import Contract, Fee, HeldAddOn, Override, PlanPhase, Trial
from tierline.accounts.effective import effective_entitlements
from tierline.accounts.service_schedule import Beside, service_schedule
from tierline.accounts.service_schedule_difference import schedule_difference
from tierline.accounts.service_schedule_document import (
    ScheduleDifference,
    ScheduleRow,
    ServiceSchedule,
)
from tierline.accounts.signed_terms import add_on_signed, terms_signed
from tierline.cases.event import EventKind
from tierline.catalog.catalog import Catalog
from tierline.catalog.document import parse_document
from tierline.catalog.grid import grid_of
from tierline.catalog.load import parse_catalog
from tierline.catalog.statement import MilestoneKind, Period
from tierline.catalog.words_definitions import milestone_definition
from tierline.kernel.errors import Conflict, Invalid
from tierline.milestones.roles import Role, roles_of

SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"
AT = micros("2025-07-01")


def halyard() -> Catalog:
    return parse_catalog(parse_document(SAMPLE.read_text("utf-8"), "sample"))


def held(catalog: Catalog, *add_ons: str) -> tuple[HeldAddOn, ...]:
    start = micros("2025-01-01")
    return tuple(
        HeldAddOn(id=key, add_on=add_on_signed(catalog, key), start=start) for key in add_ons
    )


def on(catalog: Catalog, tier: str, **parts: object) -> Contract:
    start = micros("2025-01-01")
    return contract(plans=(PlanPhase(terms=terms_signed(catalog, tier), start=start),), **parts)


def schedule(of: Contract, catalog: Catalog, at: int = AT) -> ServiceSchedule:
    return sides(of, catalog, at)[1]


def sides(of: Contract, catalog: Catalog, at: int = AT) -> tuple[Agreed, ServiceSchedule]:
    agreed = agreed_at(of, catalog, at)
    return agreed, service_schedule(agreed, Beside(account=Account("acc_1", "Pine")))


def row(found: ServiceSchedule, key: str) -> ScheduleRow:
    rows = [each for part in (*found.targets, *found.sections) for each in part.rows]
    return next(each for each in rows if each.key == key)


def more_sandboxes() -> Override:
    return Override(
        id="more",
        feature="sandboxes",
        start=micros("2025-03-01"),
        end=micros("2025-09-01"),
        value=sandboxes(50),
        exception=allowed_until(),
    )


def test_the_plan_with_what_is_held_beside_it_is_one_promise() -> None:
    catalog = offer()
    found = schedule(on(catalog, "priority", add_ons=held(catalog, "extra", "phone_line")), catalog)
    assert row(found, "sandboxes").words == "6 sandboxes and no more"
    assert row(found, "sandboxes").given_by == "Plan Priority and Add-on Extra sandbox"
    assert row(found, "S1.acknowledge").words == "1 hour, day and night"
    assert [part.words for part in found.parts] == [
        "Plan Priority",
        "Add-on Extra sandbox",
        "Add-on Phone line",
    ]


def test_what_was_agreed_for_a_time_stands_in_it_for_that_time() -> None:
    catalog = offer()
    agreed = on(catalog, "priority", overrides=(more_sandboxes(),))
    words = [
        row(schedule(agreed, catalog, micros(day)), "sandboxes").words
        for day in ("2025-02-28", "2025-03-01", "2025-09-01")
    ]
    assert words == ["5 sandboxes and no more", "50 sandboxes", "5 sandboxes and no more"]
    part = schedule(agreed, catalog).parts[1]
    assert (part.words, part.start_on, part.last_on) == (
        "Override more: Sandboxes",
        "2025-03-01",
        "2025-08-31",
    )


def test_every_promise_of_it_is_one_that_a_check_and_a_clock_go_by() -> None:
    catalog = halyard()
    of = on(catalog, "enterprise")
    found = schedule(of, catalog)
    rows = [each for part in (*found.targets, *found.sections) for each in part.rows]
    entitled = effective_entitlements(of, AT)
    ids = {key: each.winner.promise_id for key, each in entitled.items() if each.winner}
    assert len(rows) > 25
    assert all(ids[each.key] == each.promise_id for each in rows)
    told = {each.key for each in rows} | set(catalog.every_plan)
    assert told == {key for key, each in entitled.items() if each.value is not None}


def test_its_words_are_those_of_the_grid() -> None:
    catalog = halyard()
    found, grid = schedule(on(catalog, "priority"), catalog), grid_of(catalog)
    column = next(tier for tier in grid.tiers if tier.key == "priority")
    assert found.exclusions == column.exclusions
    assert found.remedies == column.remedies
    assert found.digest == grid.digest
    cells = {
        each.what: next(cell.words for cell in each.cells if cell.tier == "priority")
        for part in (*grid.targets, *grid.terms)
        for each in part.rows
    }
    rows = [each for part in (*found.targets, *found.sections) for each in part.rows]
    assert {each.key: each.words for each in rows} == {each.key: cells[each.key] for each in rows}
    assert {fact.words for fact in found.hours} <= {fact.words for fact in grid.hours}


def test_what_an_add_on_gives_is_no_longer_left_out() -> None:
    catalog = halyard()
    bare = schedule(on(catalog, "priority"), catalog)
    more = schedule(on(catalog, "priority", add_ons=held(catalog, "named_engineer")), catalog)
    assert "A named engineer" in [each.text for each in bare.exclusions]
    assert "A named engineer" not in [each.text for each in more.exclusions]
    assert "Phone" in bare.not_given


def test_while_a_tier_is_on_trial_its_own_remedies_are_owed() -> None:
    catalog = halyard()
    terms = terms_signed(catalog, "enterprise")
    trial = Trial(id="try", terms=terms, start=micros("2025-06-01"), end=micros("2025-08-01"))
    found = schedule(on(catalog, "priority", trials=(trial,)), catalog)
    late = row(found, "S1.restore")
    assert late.given_by == "Trial Enterprise"
    assert (
        late.remedy
        == "10% of the monthly fee for each miss, at most 25% a month, paid without a claim"
    )
    assert late.promise_id in found.remedies[-1].for_promises


def test_the_fee_that_was_agreed_stands_for_the_listed_price() -> None:
    catalog = halyard()
    fee = Fee(amount=Decimal(2_500), per=Period.month)
    assert schedule(on(catalog, "priority", fee=fee), catalog).price == "$2,500 a month"


def test_it_defines_each_clock_that_it_promises_and_tells_response_from_resolution() -> None:
    found = schedule(on(halyard(), "standard"), halyard())
    labels = [fact.label for fact in found.definitions]
    assert labels[:3] == ["Severity", "Response and resolution", "Target and commitment"]
    assert "Post-mortem" not in labels  # Standard promises none
    assert {"Acknowledgement", "First response", "Resolution"} <= set(labels)


def test_a_promise_of_a_share_of_cases_says_so_and_how_it_is_measured() -> None:
    stated = offer().model_dump(mode="json", exclude_none=True)
    stated["tiers"]["priority"]["targets"][0]["attainment_percent"] = 95
    shared = Catalog.model_validate(stated)
    found = schedule(on(shared, "priority"), shared)
    assert row(found, "S1.acknowledge").words == "1 business hour, for 95% of cases"
    plain = schedule(on(offer(), "priority"), offer())
    assert set(found.measurement) - set(plain.measurement) == {found.measurement[-1]}


@pytest.mark.parametrize(
    ("fact", "kinds", "words"),
    [
        (EventKind.restored, ("acknowledge", "first_response", "restore"), "works again"),
        (EventKind.acknowledged, ("acknowledge",), "tell you that we have it"),
        (EventKind.post_mortem_published, ("post_mortem",), "published"),
    ],
)
def test_definitions_say_what_stops_a_clock(
    fact: EventKind, kinds: tuple[str, ...], words: str
) -> None:
    stopped = {kind.value for kind in MilestoneKind if roles_of(kind)[fact] is Role.stop}
    assert stopped == set(kinds)
    assert stopped == {kind.value for kind in MilestoneKind if words in milestone_definition(kind)}


def test_catalog_of_another_digest_is_refused() -> None:
    with pytest.raises(Conflict, match="digest"):
        agreed_at(contract(), offer(company="Other"), AT)


def test_an_instant_outside_of_the_contract_is_refused_and_none_stated_is_the_nearest() -> None:
    of = contract()
    with pytest.raises(Invalid, match="does not hold"):
        instant_in(of, AT, micros("2026-01-01"))
    assert instant_in(of, micros("2024-05-01")) == micros("2025-01-01")
    assert instant_in(of, micros("2030-01-01")) == micros("2026-01-01") - 1


def test_two_instants_of_one_contract_differ_by_what_was_agreed_between() -> None:
    catalog = offer()
    of = on(catalog, "priority", overrides=(more_sandboxes(),))
    found = schedule_difference(sides(of, catalog, micros("2025-02-01")), sides(of, catalog))
    (change,) = found.changes
    assert (change.old, change.new) == ("5 sandboxes and no more", "50 sandboxes")
    assert change.promise_id == "contract_1/more/sandboxes"
    assert ScheduleDifference.model_validate_json(found.model_dump_json()) == found


def test_two_contracts_differ_by_their_plans_worse_first() -> None:
    catalog = halyard()
    higher, lower = (
        sides(on(catalog, "enterprise"), catalog),
        sides(on(catalog, "standard"), catalog),
    )
    found = schedule_difference(higher, lower)
    told = {change.what: change for change in found.changes}
    assert found.changes[0].direction == "worse"
    assert (told["Plan"].old, told["Plan"].new) == ("Enterprise", "Standard")
    assert told["S1 acknowledgement"].new == "4 business hours"
    assert told["Escalation, every severity"].new is not None
    assert schedule_difference(lower, lower).changes == ()
