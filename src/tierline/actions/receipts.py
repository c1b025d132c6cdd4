"""A signed receipt for one case of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.kernel.instants import from_micros
from tierline.milestones.receipt import receipt_of, signed

if TYPE_CHECKING:
    from tierline.cases.log import CaseLog
    from tierline.kernel.signing import SigningKey
    from tierline.milestones.terms import Terms


def receipt_for(log: CaseLog, case_id: str, terms: Terms, key: SigningKey) -> dict[str, Any]:
    """The receipt of a case as of the log's end, signed. Raises NotFound for an unknown case."""
    history = log.history(log.place_of(case_id))
    return signed(receipt_of(history, terms, from_micros(log.as_of)), key)
