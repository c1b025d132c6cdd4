"""The escalation of a case as every way to the desk shows it, to both sides alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.actions.escalations import chain_of, climbs_of, lit_level
from tierline.actions.routing_plans import nodes_at
from tierline.cases.standing import ENDED
from tierline.routing.chain import USUAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.queries.cases import WholeCase
    from tierline.routing.chain import Chain, Node
    from tierline.routing.notice import Climb
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the escalation of a case, and the climb that brought it there, or that would if
    nothing else happens; None where no clock that runs leads to it."""

    node: Node
    climb: Climb | None
    is_lit: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """`is_promised` where the catalog states it; else it is what we usually do. `lit` is the level
    that the case is at, None while it is at none. It `is_live` until the case has ended, where
    anything is promised."""

    chain: Chain
    rungs: tuple[Rung, ...]
    lit: int | None = None
    is_live: bool = False

    @property
    def is_with_owner(self) -> bool:
        """Whether the case has climbed to no level yet, and whoever has it is none of them."""
        return self.is_live and self.lit is None

    @property
    def is_promised(self) -> bool:
        """Whether the catalog that the case is held to states it."""
        return self.chain is not USUAL


def tree_of(reads: Reads, whole: WholeCase, owner: str | None, now: datetime) -> Tree:
    """The escalation of a case at an instant; `owner` is whoever has it."""
    case, terms = whole.case, whole.terms
    chain = chain_of(reads, terms, case.tier, whole.standing.severity)
    nodes = nodes_at(reads, chain, now, owner)
    if terms is None or whole.standing.state in ENDED:
        return Tree(chain, tuple(Rung(node, None, is_lit=False) for node in nodes))
    climbs = climbs_of(chain, case, whole.milestones, terms)
    lit = lit_level(chain, climbs, now)
    rungs = (
        Rung(node, _climb_to(place, climbs), is_lit=place == lit)
        for place, node in enumerate(nodes)
    )
    return Tree(chain, tuple(rungs), lit, is_live=True)


def _climb_to(level: int, climbs: Sequence[Climb]) -> Climb | None:
    """The first by a clock that runs: they stand in the order of their instants."""
    return next((each for each in climbs if each.level == level and each.is_running), None)
