"""A signed receipt for one case: of a log, or of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros
from tierline.milestones.receipt import receipt_of, signed

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.case_clocks import KnownCases
    from tierline.cases.log import CaseLog
    from tierline.kernel.signing import SigningKey
    from tierline.milestones.terms import Terms


def receipt_for(log: CaseLog, case_id: str, terms: Terms, key: SigningKey) -> dict[str, Any]:
    """The receipt of a case as of the log's end, signed. Raises NotFound for an unknown case."""
    history = log.history(log.place_of(case_id))
    return signed(receipt_of(history, terms, from_micros(log.as_of)), key)


def receipt_of_case(
    cases: KnownCases, case_id: str, as_of: datetime, key: SigningKey
) -> dict[str, Any]:
    """The receipt of a case as it stands at an instant, signed. Raises NotFound for an unknown one,
    and for one that nothing was promised for."""
    case = cases.get(case_id)
    if not case.terms:
        raise NotFound("Nothing was promised for this case, so there is nothing to recompute.")
    now = max(as_of, case.in_time[-1].at)
    return signed(receipt_of(case.history, cases.terms(case.terms), now), key)
