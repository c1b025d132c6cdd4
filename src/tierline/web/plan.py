"""The plan as its customer sees it: what it gives, what it does not, what is used and when it
resets. Every figure comes from the same functions as the account page and the check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.agreed import exclusions_of
from tierline.calendars.local_time import zone_named
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words import milestone_name, severity_name
from tierline.kernel.instants import to_micros
from tierline.queries.accelerated_responses import accelerated_responses
from tierline.queries.account_entitlements import account_entitlements
from tierline.queries.balances import balances_of
from tierline.queries.usage_recent import RecentUse, recent_use
from tierline.web.accelerated_responses import response_row
from tierline.web.accounts import balance_row, term_of
from tierline.web.badges import coverage_badge, payment_badge
from tierline.web.layers import EntitlementRow, entitlement_rows
from tierline.web.named_people import named_people
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import account_asked, may_with, places_about

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.catalog.catalog import Catalog
    from tierline.languages.language import Language
    from tierline.queries.accelerated_responses import OwedResponse
    from tierline.queries.account_entitlements import AccountEntitlements
    from tierline.store.records import Reads
    from tierline.web.named_people import People


@dataclass(frozen=True, slots=True)
class SeverityTargets:
    """The targets of one severity, in the order of the milestones; None where there is none."""

    name: str
    cells: tuple[EntitlementRow | None, ...]


@shown_to(Permission.read_contracts)
def plan(visit: Visit) -> Response:
    """Of one's own account, or of another that one sees: `?account=`."""
    id_ = account_asked(visit)
    visit.caller.require(Permission.read_contracts, id_)
    at = to_micros(visit.now)

    def work(
        reads: Reads,
    ) -> tuple[Account, AccountEntitlements, RecentUse, list[OwedResponse], People]:
        account = reads.accounts.get(id_)
        return (
            account,
            account_entitlements(reads, id_, at, visit.language),
            recent_use(reads, id_, at),
            accelerated_responses(reads.snapshot, id_),
            named_people(visit, reads, id_, zone_named(account.time_zone)),
        )

    account, found, recent, owed, people = visit.application.read(work)
    span = visit.application.rulebook.span_of(id_, at)
    zone = zone_named(account.time_zone)
    contract = found.coverage.contract
    features = entitlement_rows(found, zone, targets=False, language=visit.language)
    milestones, severities = _targets(found, zone, visit.language)
    return visit.page(
        "pages/plan.html",
        account=account,
        is_own=visit.caller.accounts is not None,
        places=places_about(visit, id_),
        plan=found.plan,
        contract=contract,
        exclusions=tuple(exclusions_of(contract, found.catalog, at).values())
        if contract and found.catalog
        else (),
        coverage=coverage_badge(found.coverage.state),
        payment=None if contract is None else payment_badge(contract.payment_at(at)),
        term=None if contract is None else term_of(contract, zone),
        balances=[
            balance_row(id_, each, zone, visit.language)
            for each in balances_of(span, visit.application.answers.ask, at, recent)
        ],
        may_read_cases=may_with(visit, Permission.read_cases, id_),
        accelerated=[
            response_row(each, found.catalog, visit.now, zone, visit.language) for each in owed
        ],
        included=[row for row in features if row.is_included],
        people=people,
        zone=account.time_zone,
        missing=[row for row in features if not row.is_included],
        milestones=milestones,
        severities=severities,
    )


def _targets(
    found: AccountEntitlements, zone: tzinfo, language: Language
) -> tuple[list[str], list[SeverityTargets]]:
    """The milestones that anything is promised for, and the targets of each severity."""
    known = entitlement_rows(found, zone, targets=True, language=language)
    rows = {row.key: row for row in known if row.is_included}
    kinds = [kind for kind in MilestoneKind if any(_kind_of(key) == kind.value for key in rows)]
    severities = list(dict.fromkeys(key.partition(".")[0] for key in rows))
    return (
        [milestone_name(kind, language) for kind in kinds],
        [
            SeverityTargets(
                _name(found.catalog, severity),
                tuple(rows.get(f"{severity}.{kind.value}") for kind in kinds),
            )
            for severity in severities
        ],
    )


def _kind_of(key: str) -> str:
    return key.partition(".")[2]


def _name(catalog: Catalog | None, severity: str) -> str:
    return severity if catalog is None else severity_name(catalog, severity)


ROUTES: list[Any] = [Route("/plan", plan, methods=["GET"])]
