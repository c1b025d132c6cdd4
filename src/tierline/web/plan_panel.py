"""On the page of a case: what its customer's plan does not include, and what to offer instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.accounts.agreed import exclusions_of, instant_in
from tierline.kernel.instants import to_micros
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.cases.case import Case
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def plan_panel(visit: Visit, reads: Reads, case: Case) -> dict[str, Any] | None:
    """For our own people, in the words of the contract's annex; None where no contract covers the
    case, or its plan leaves nothing out."""
    if not is_staff(visit) or not case.contract:
        return None
    contract = reads.contracts.get(case.contract)
    at = instant_in(contract, to_micros(visit.now))
    plan = contract.plan_at(at)
    catalog = reads.catalogs.get(plan.catalog, plan.version.isoformat())
    exclusions = tuple(exclusions_of(contract, catalog, at).values())
    if not exclusions:
        return None
    return {"tier": plan.tier_name, "contract": contract.id, "exclusions": exclusions}
