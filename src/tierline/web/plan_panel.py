"""On the page of a case: what was agreed beside its customer's plan, and what the plan does not
include, with what to offer instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.accounts.agreed import agreed_target, exclusions_of, instant_in
from tierline.accounts.effective import effective
from tierline.accounts.exceptions import ExceptionKind, ExceptionState, exceptions_of
from tierline.accounts.layers import is_target
from tierline.calendars.local_time import zone_named
from tierline.catalog.clock_rules import Target
from tierline.catalog.words import capitalised, number_in_words, target_in_words
from tierline.kernel.instants import from_micros, to_micros
from tierline.web.agreed_documents import opens_as_page
from tierline.web.layers import target_name
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.accounts.exceptions import AgreedException
    from tierline.catalog.catalog import Catalog
    from tierline.queries.cases import WholeCase
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def plan_panel(visit: Visit, reads: Reads, whole: WholeCase) -> dict[str, Any] | None:
    """For our own people, in the words of the contract's annex; None where no contract covers the
    case, or nothing is agreed beside its plan and nothing left out of it."""
    case = whole.case
    if not is_staff(visit) or not case.contract:
        return None
    contract = reads.contracts.get(case.contract)
    at = instant_in(contract, to_micros(visit.now))
    plan = contract.plan_at(at)
    catalog = reads.catalogs.get(plan.catalog, plan.version.isoformat())
    exclusions = tuple(exclusions_of(contract, catalog, at).values())
    clauses = _clauses(contract, catalog, whole, at)
    if not exclusions and not clauses:
        return None
    return {
        "tier": plan.tier_name,
        "contract": contract.id,
        "exclusions": exclusions,
        "clauses": clauses,
    }


def _clauses(
    contract: Contract, catalog: Catalog, whole: WholeCase, at: int
) -> tuple[dict[str, Any], ...]:
    """What binds us beyond the plan: agreed beside it, and in force now or when the case was
    raised. What the clocks of its severity run by stands first."""
    raised = instant_in(contract, to_micros(whole.case.history.opened_at))
    then = {(each.kind, each.id) for each in exceptions_of(contract, raised) if _holds(each)}
    found = [
        _clause(contract, catalog, whole.standing.severity, each)
        for each in exceptions_of(contract, at)
        if _holds(each) or (each.kind, each.id) in then
    ]
    return tuple(sorted(found, key=lambda each: not each["is_of_severity"]))


def _holds(agreed: AgreedException) -> bool:
    return agreed.state is ExceptionState.in_force


def _clause(
    contract: Contract, catalog: Catalog, severity: str, agreed: AgreedException
) -> dict[str, Any]:
    is_clock = is_target(agreed.feature)
    name = target_name(agreed.feature) if is_clock else agreed.feature.replace("_", " ")
    what, planned = _words(contract, catalog, agreed)
    zone = zone_named(contract.time_zone)
    return {
        "name": capitalised(name),
        "is_of_severity": is_clock and agreed.feature.rpartition(".")[0] == severity,
        "what": what,
        "planned": planned,
        "since": from_micros(agreed.start).astimezone(zone),
        "until": from_micros(agreed.until).astimezone(zone),
        "agreed": agreed,
        "is_link": opens_as_page(agreed.document),
    }


def _words(contract: Contract, catalog: Catalog, agreed: AgreedException) -> tuple[str, str]:
    """What was agreed, and what the plan says; empty where that is told by no clock."""
    overrides = {each.id: each for each in contract.overrides}
    uplifts = {each.id: each for each in contract.uplifts}
    is_uplift = agreed.kind is ExceptionKind.uplift
    change = uplifts[agreed.id] if is_uplift else overrides[agreed.id]
    if change.units is not None:
        return f"{number_in_words(change.units)} more", ""
    if not isinstance(change.value, Target):
        return "Other terms", ""
    found = effective(contract, agreed.feature, agreed.start)
    signed = contract.plan_at(agreed.start).targets.get(agreed.feature)
    words = target_in_words(catalog, agreed_target(found, change.value))
    if signed is None:
        return words, ""
    return words, target_in_words(catalog, agreed_target(found, signed.target))
