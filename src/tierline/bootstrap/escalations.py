"""The escalation of a case as every way to the desk shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.escalations import chain_of, climbs_of, lit_level
from tierline.cases.standing import ENDED

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.queries.cases import WholeCase
    from tierline.routing.chain import Chain
    from tierline.store.records import Reads


def escalation_of(reads: Reads, whole: WholeCase, now: datetime) -> tuple[Chain, int | None]:
    """The escalation of a case, and the level that it is at; None where it has ended or nothing is
    promised."""
    case, terms = whole.case, whole.terms
    chain = chain_of(reads, terms, case.tier, whole.standing.severity)
    if terms is None or whole.standing.state in ENDED:
        return chain, None
    return chain, lit_level(climbs_of(chain, case, whole.milestones, terms), now)
