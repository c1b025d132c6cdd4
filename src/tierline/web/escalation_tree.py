"""An escalation as both sides see it: each level, what brings a case there, and who holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tierline.bootstrap.escalations import tree_of
from tierline.calendars.local_time import zone_named
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.queries.actors import users_named
from tierline.routing.agent import first_name
from tierline.routing.chain_words import climb_words, trigger_words, why_words
from tierline.routing.rota import Why
from tierline.web.reading import words_of
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.queries.actors import NamedUser
    from tierline.queries.cases import WholeCase
    from tierline.routing.chain import Node
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def tree_panel(
    visit: Visit, reads: Reads, whole: WholeCase, owner: str | None
) -> dict[str, Any] | None:
    """The escalation of a case with its lit level and when it climbs on; None where it has ended.
    Both sides see the same levels at the same instants."""
    tree = tree_of(reads, whole, owner, visit.now)
    if not tree.is_live:
        return None
    nodes = [rung.node for rung in tree.rungs]
    rows = tree_rows(visit, nodes, names_of(reads, nodes), lit=tree.lit)
    zone = zone_named(whole.case.time_zone or "UTC")
    for row, rung in zip(rows, tree.rungs, strict=True):
        if row["opens_at"] is not None:
            row["opens_at"] = row["opens_at"].astimezone(zone)
        if rung.climb is not None:
            row["at"] = rung.climb.at.astimezone(zone)
            row["is_past"] = rung.climb.at <= visit.now
            name = words_of(MILESTONE_NAMES[MilestoneKind(rung.climb.milestone)], visit.language)
            row["when"] = climb_words(rung.climb, name, visit.language)
    if tree.is_with_owner:
        rows.insert(0, _owner_row(visit, reads, owner))
    return {"levels": rows, "is_promised": tree.is_promised}


def _owner_row(visit: Visit, reads: Reads, owner: str | None) -> dict[str, Any]:
    """Whoever has a case that has climbed to no level yet, as the level that it is at."""
    user = users_named(reads.snapshot, {owner}).get(owner) if owner else None
    name = user.name if user else ""
    return {
        "role": visit.language.phrase("Whoever has the case"),
        "name": name if is_staff(visit) else first_name(name),
        "when": "" if name else visit.language.phrase("Nobody has it yet"),
        "why": "",
        "is_hierarchical": False,
        "is_lit": True,
        "reach": "",
        "at": None,
        "is_vacant": False,
        "is_closed": False,
        "opens_at": None,
    }


def names_of(reads: Reads, nodes: Sequence[Node]) -> dict[str, NamedUser]:
    """Who holds these levels, by id."""
    named = {node.held.user for node in nodes if node.held.user is not None}
    return users_named(reads.snapshot, named) if named else {}


def tree_rows(
    visit: Visit, nodes: Sequence[Node], names: dict[str, NamedUser], *, lit: int | None = None
) -> list[dict[str, Any]]:
    """The levels as a page draws them. A customer reads first names alone, and of nobody why."""
    is_ours = is_staff(visit)
    found = []
    for place, node in enumerate(nodes):
        user = node.held.user
        name = names[user].name if user in names else ""
        is_of_no_case = lit is None and node.held.why is Why.no_owner
        is_vacant = user is None and node.is_in_hours and not is_of_no_case
        found.append(
            {
                "role": words_of(node.level.role, visit.language),
                "name": name if is_ours else first_name(name),
                "when": _sentence(trigger_words(node.level, visit.language)),
                "why": _why(node, is_of_no_case=is_of_no_case) if is_ours else "",
                "is_hierarchical": node.level.is_hierarchical,
                "is_lit": place == lit,
                "reach": node.reach,
                "at": None,
                "is_vacant": is_vacant and is_ours,
                "is_closed": is_ours and not node.is_in_hours,
                "opens_at": node.opens_at,
            }
        )
    return found


def _why(node: Node, *, is_of_no_case: bool) -> str:
    return "whoever has the case then" if is_of_no_case else why_words(node.held)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
