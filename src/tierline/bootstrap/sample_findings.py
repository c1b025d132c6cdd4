"""What the product itself says about an installation, in the form that a truth file has.

Each finder is a query that a page or a report shows as well; here it is only put into words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.consent import Purpose
from tierline.accounts.exceptions import ExceptionState
from tierline.accounts.mismatches import GivenUnpaid, PaidWithoutEffect
from tierline.accounts.prompts import Prompt
from tierline.kernel.instants import from_micros, to_micros
from tierline.queries.contact_rotation import contact_rotations
from tierline.queries.contract_exceptions import contract_exceptions, contract_mismatches
from tierline.queries.enforcement import enforcement_audit
from tierline.queries.withdrawn_consents import withdrawn_consents
from tierline.sample.story import COMPLETE_UNTIL
from tierline.sample.truth import Found

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads

AS_OF = to_micros(COMPLETE_UNTIL)
Finder = Callable[["Reads", int], Iterator[Found]]


def findings(application: Application) -> list[Found]:
    """Everything that the finders say at the end of the story, about accounts by name."""
    return application.read(_findings)


def _findings(reads: Reads) -> list[Found]:
    said = [found for finder in FINDERS for found in finder(reads, AS_OF)]
    named = reads.accounts.of_ids(sorted({each.subject for each in said}))
    return [
        Found(
            each.finder,
            named[each.subject].name if each.subject in named else each.subject,
            each.values,
        )
        for each in said
    ]


def _side_letters(reads: Reads, at: int) -> Iterator[Found]:
    for each in contract_exceptions(reads, at):
        agreed = each.agreed
        if agreed.state is ExceptionState.in_force and agreed.tightened is not None:
            values = {
                "target": agreed.feature,
                "within": str(agreed.tightened),
                "since": _day(agreed.start),
            }
            yield Found("side_letters", each.account, values)


def _expired_exceptions(reads: Reads, at: int) -> Iterator[Found]:
    for each in contract_exceptions(reads, at):
        agreed = each.agreed
        if agreed.state in (ExceptionState.expired, ExceptionState.ended):
            values = {
                "feature": agreed.feature,
                "state": agreed.state.value,
                "until": _day(agreed.until),
            }
            yield Found("expired_exceptions", each.account, values)


def _mismatches(reads: Reads, at: int) -> Iterator[Found]:
    for each in contract_mismatches(reads, at):
        match each.found:
            case PaidWithoutEffect(add_on=add_on, keys=keys, runs_on=runs_on, yearly=yearly):
                values = {"runs_on": ", ".join(runs_on), "yearly": _amount(yearly)}
                finder = "paid_without_effect"
            case GivenUnpaid(add_on=add_on, keys=keys, yearly=unpaid):
                values, finder = {"yearly": _amount(unpaid)}, "given_unpaid"
        yield Found(finder, each.account, {"add_on": add_on, "targets": str(len(keys)), **values})


def _rotating_contacts(reads: Reads, at: int) -> Iterator[Found]:
    for each in contact_rotations(reads, at):
        if each.is_rotating:
            values = {"people": str(each.people), "places": str(each.places)}
            yield Found("rotating_contacts", each.account, values)


def _withdrawn_consents(reads: Reads, at: int) -> Iterator[Found]:
    """Of those who are spoken to by what they use."""
    for each in withdrawn_consents(reads, at):
        if each.statement.purpose is Purpose.personalisation:
            values = {
                "purpose": each.statement.purpose.value,
                "since": _day(each.statement.at),
                "upsell": _may(Prompt.upsell in each.allowed),
                "limit_notice": _may(Prompt.limit_notice in each.allowed),
                "prompts_suppressed": str(sum(each.suppressed.values())),
            }
            yield Found("withdrawn_consents", each.account, values)


def _may(is_allowed: bool) -> str:
    return "allowed" if is_allowed else "blocked"


def _unenforced_promises(reads: Reads, _at: int) -> Iterator[Found]:
    for coverage in enforcement_audit(reads):
        for promise in coverage.unenforced:
            values = {
                "version": coverage.version,
                "coverage_percent": str(coverage.percent),
            }
            yield Found("unenforced_promises", promise.id, values)


def _day(at: int) -> str:
    return from_micros(at).date().isoformat()


def _amount(amount: Decimal | None) -> str:
    """Without noughts at the end."""
    return "" if amount is None else f"{amount.normalize():f}"


FINDERS: tuple[Finder, ...] = (
    _side_letters,
    _expired_exceptions,
    _mismatches,
    _rotating_contacts,
    _withdrawn_consents,
    _unenforced_promises,
)
