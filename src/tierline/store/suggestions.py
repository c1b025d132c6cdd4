"""The solved cases that are most alike some texts, with what was said of them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from tierline.cases.playbook_run import GuideEventKind
from tierline.cases.standing import ENDED
from tierline.knowledge.document import DocumentKind, Reach
from tierline.knowledge.suggestion import MOST_VOTES, SolvedCase
from tierline.store.cases import case_table
from tierline.store.guides import case_guide_event_table
from tierline.store.routing import agent_table, case_routing_table
from tierline.store.search import SearchReads
from tierline.store.unit_of_work import Snapshot

_AMONG_US = Reach(frozenset({DocumentKind.case}), None)
_LOOKED_AT = 2 * MOST_VOTES
"""So many alike cases are looked at: those that are still open have no vote."""
_ENDED = tuple(state.value for state in ENDED)
_case, _routing, _said = case_table.c, case_routing_table.c, case_guide_event_table.c


class SuggestionReads:
    """Reads of what is alike and solved."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._found: dict[tuple[tuple[str, ...], str], tuple[SolvedCase, ...]] = {}

    def solved_alike(self, texts: Sequence[str], *, without: str = "") -> tuple[SolvedCase, ...]:
        """Solved cases of all accounts that are most alike some texts, the most alike first,
        `without` the case that they are of. Among us: it tells of other customers' cases. Several
        parts of a page ask the same of one snapshot, which is read once."""
        asked = tuple(texts), without
        if asked not in self._found:
            self._found[asked] = self._solved_alike(texts, without)
        return self._found[asked]

    def _solved_alike(self, texts: Sequence[str], without: str) -> tuple[SolvedCase, ...]:
        alike = SearchReads(self._snapshot).alike(texts, _AMONG_US, most=_LOOKED_AT)
        scores = {found.record: how.score for found, how in alike if found.record != without}
        if not scores:
            return ()
        rows = {row.id: row for row in self._snapshot.execute(_labels(list(scores)))}
        found = [
            SolvedCase(
                record=record,
                number=rows[record].number,
                score=score,
                topic=rows[record].topic or "",
                skills=frozenset(rows[record].skills or ()),
                level=str(rows[record].level or ""),
            )
            for record, score in scores.items()
            if record in rows
        ]
        return tuple(found[:MOST_VOTES])


def _labels(cases: Sequence[str]) -> sa.Select[tuple[str, int, str, object, int]]:
    topic = (
        sa.select(_said.value)
        .where(_said.case_id == _case.id, _said.kind == GuideEventKind.topic_set.value)
        .order_by(_said.place.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(
            _case.id, _case.number, topic.label("topic"), _routing.skills, agent_table.c.level
        )
        .outerjoin(case_routing_table, _routing.case_id == _case.id)
        .outerjoin(agent_table, agent_table.c.user_id == _routing.user_id)
        .where(_case.id.in_(cases), _case.state.in_(_ENDED))
    )
