"""What the product itself says about an installation, in the form that a truth file has.

Each finder is a query that a page or a report shows as well; here it is only put into words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.consent import Purpose
from tierline.accounts.contact import ContactRole
from tierline.accounts.exceptions import ExceptionState
from tierline.accounts.mismatches import GivenUnpaid, PaidWithoutEffect
from tierline.accounts.prompts import Prompt
from tierline.bootstrap.sample_case_findings import case_findings
from tierline.bootstrap.sample_desk_findings import DESK_FINDERS
from tierline.bootstrap.sample_identities import IDENTITY_FINDERS, identity_findings
from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import from_micros, to_micros
from tierline.queries.activation import rights_in_use
from tierline.queries.case_coverage import PROMISED, case_coverage
from tierline.queries.contacts import rotating_accounts
from tierline.queries.contract_exceptions import (
    contract_exceptions,
    contract_mismatches,
    contracts_in_force,
)
from tierline.queries.enforcement import enforcement_audit
from tierline.queries.expansion import recurring_accounts
from tierline.queries.feature_use import StoredUse, Use
from tierline.queries.health import declining_accounts, idle_accounts
from tierline.queries.overages import rates_exceeded, waived_overages
from tierline.queries.telemetry import silences, telemetry_counts
from tierline.queries.upgrades import SIGNS, followed_accounts
from tierline.queries.withdrawn_consents import withdrawn_consents
from tierline.sample.story import COMPLETE_UNTIL, FIRST_DAY, LAST_DAY
from tierline.sample.truth import Found
from tierline.scorecards.activation import by_feature
from tierline.scorecards.expansion import expansion
from tierline.scorecards.upgrade_trigger import upgrade_trigger

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.store.records import Reads

AS_OF = to_micros(COMPLETE_UNTIL)
Finder = Callable[["Reads", int], Iterator[Found]]
UseFinder = Callable[["Reads", Use], Iterator[Found]]
_TODAY = COMPLETE_UNTIL.date()
_A_YEAR = timedelta(365)
_THREE_WEEKS = timedelta(21)
_YEAR = FIRST_DAY, LAST_DAY + timedelta(1)
_RECEIVED = datetime.combine(FIRST_DAY, time(0), UTC), COMPLETE_UNTIL


@dataclass(frozen=True, slots=True)
class Findings:
    """What was said; and the finders that could not be asked, with the reason."""

    said: list[Found]
    not_asked: dict[str, str]


def findings(reads: Reads) -> Findings:
    """Everything that the finders say at the end of the story, about accounts by name."""
    said = [found for finder in FINDERS for found in finder(reads, AS_OF)]
    use = StoredUse(reads)
    said += [found for of_use in USE_FINDERS for found in of_use(reads, use)]
    not_asked: dict[str, str] = {}
    try:
        said += identity_findings(reads, COMPLETE_UNTIL)
    except Invalid as error:
        if error.code != "no_linkage":
            raise
        not_asked = dict.fromkeys(IDENTITY_FINDERS, str(error))
    said += case_findings(reads)
    named = reads.accounts.of_ids(sorted({each.subject for each in said}))
    found = [
        replace(each, subject=named[each.subject].name) if each.subject in named else each
        for each in said
    ]
    return Findings(found, not_asked)


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
    end = from_micros(at)
    role = ContactRole.named_contact
    for each in rotating_accounts(reads, role, start=end - _A_YEAR, end=end):
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


def _declining_use(reads: Reads, use: Use) -> Iterator[Found]:
    """Those who decline now, and did three weeks ago: a quiet holiday is no decline. Beside it when
    they renew and whether they pay, as on a list of accounts to call."""
    ranks = [
        {each.account: rank for rank, each in enumerate(declining_accounts(reads, use, day), 1)}
        for day in (_TODAY - _THREE_WEEKS, _TODAY)
    ]
    held = {each.account: each for each in contracts_in_force(reads, AS_OF)}
    for each in declining_accounts(reads, use, _TODAY):
        if each.account in ranks[0]:
            contract = held[each.account]
            values = {
                "rank_before": str(ranks[0][each.account]),
                "rank": str(ranks[1][each.account]),
                "before": _amount(each.before),
                "now": _amount(each.now),
                "fall_percent": str(each.percent),
                "renews": "" if contract.end is None else _local_day(contract.end, contract),
                "payment": contract.payment_at(AS_OF).value,
            }
            yield Found("declining_use", each.account, values)


def _waived_overage(reads: Reads, use: Use) -> Iterator[Found]:
    for each in waived_overages(reads, use, *_YEAR):
        overage = each.overage
        values = {
            "feature": each.feature,
            "month": f"{each.start:%Y-%m}",
            "used": _amount(overage.used),
            "over": _amount(overage.beyond),
            "overage": _amount(overage.amount),
            "cap": _amount(overage.cap),
            "waived": _amount(overage.waived),
            "notices": str(len(overage.thresholds)),
        }
        yield Found("waived_overage", each.account, values)


def _over_limit(reads: Reads, use: Use) -> Iterator[Found]:
    for each in rates_exceeded(reads, use, *_YEAR):
        values = {
            "feature": each.feature,
            "limit": _amount(each.limit),
            "highest_percent": str(each.highest_percent),
            "days": str(each.days),
            "first": each.first.isoformat(),
            "last": each.last.isoformat(),
        }
        yield Found("over_limit", each.account, values)


def _unused_promises(reads: Reads, use: Use) -> Iterator[Found]:
    rights = rights_in_use(reads, use, AS_OF, start=_YEAR[0], end=_YEAR[1])
    for rank, each in enumerate(by_feature(rights), start=1):
        if each.is_unused:
            values = {
                "rank": str(rank),
                "entitled": str(each.entitled),
                "used": str(each.used),
                "wasted": _amount(each.wasted),
                "evidence": each.evidence.value,
            }
            yield Found("unused_promises", each.feature, values)


def _idle_accounts(reads: Reads, use: Use) -> Iterator[Found]:
    for each in idle_accounts(reads, use, AS_OF, start=_YEAR[0], end=_YEAR[1]):
        values = {
            "used": str(each.activation.used),
            "entitled": str(each.activation.entitled),
            "percent": str(each.activation.percent),
            "criticality": each.criticality or "",
            "step_down": "yes" if each.may_step_down else "no",
        }
        yield Found("idle_accounts", each.activation.account, values)


def _upgrade_triggers(reads: Reads, use: Use) -> Iterator[Found]:
    """And of what came in beside, the share of those who showed the signs."""
    followed = followed_accounts(reads, use, *_YEAR)
    trigger = upgrade_trigger(followed)
    if trigger.is_trigger:
        values = {
            "with_signs": str(trigger.with_signs),
            "rose_with": str(trigger.rose_with),
            "without_signs": str(trigger.without_signs),
            "rose_without": str(trigger.rose_without),
        }
        yield Found("upgrade_triggers", " + ".join(SIGNS), values)
        activated = {each.account for each in followed if each.is_activated}
        for each in expansion(recurring_accounts(reads, *_YEAR), activated):
            values = {
                "expansion": str(each.total),
                "of_activated": str(each.of_some),
                "percent": str(each.percent),
            }
            yield Found("expansion_share", " + ".join(SIGNS), values)


def _telemetry(reads: Reads, _use: Use) -> Iterator[Found]:
    for each in silences(reads.snapshot, *_RECEIVED):
        values = {"last_heard": each.last_at.date().isoformat(), "missed": str(each.missed)}
        yield Found("telemetry_gaps", each.source, values)
    counts = telemetry_counts(reads.snapshot, *_RECEIVED)
    for name in ("duplicates", "late"):
        if counts[name]:
            yield Found("telemetry_quality", name, {"events": str(counts[name])})


def _cases_without_plan(reads: Reads, at: int) -> Iterator[Found]:
    for each in case_coverage(reads.snapshot, since=_RECEIVED[0], until=from_micros(at)):
        if each.coverage not in PROMISED:
            values = {"cases": str(each.cases), "with_a_clock": str(each.with_a_clock)}
            yield Found("cases_without_plan", each.coverage.value, values)


def _day(at: int) -> str:
    return from_micros(at).date().isoformat()


def _local_day(at: int, contract: Contract) -> str:
    return from_micros(at).astimezone(zone_named(contract.time_zone)).date().isoformat()


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
    _cases_without_plan,
    *DESK_FINDERS,
)
USE_FINDERS: tuple[UseFinder, ...] = (
    _declining_use,
    _waived_overage,
    _over_limit,
    _unused_promises,
    _idle_accounts,
    _upgrade_triggers,
    _telemetry,
)
