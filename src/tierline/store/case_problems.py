"""Problems in the database: what they are, the cases that they cause, and what was said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tierline.cases.problem import Problem, ProblemUpdate
from tierline.cases.standing import ENDED
from tierline.kernel.errors import NotFound
from tierline.store.cases import case_table
from tierline.store.columns import Instant, Whole, Words
from tierline.store.evidence import without_words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

problem_table = table(
    "problem",
    sa.Column("id", Words, primary_key=True),
    sa.Column("number", Whole, nullable=False, unique=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("cause", Words, nullable=False),
    sa.Column("workaround", Words, nullable=False),
    sa.Column("declared_at", Instant, nullable=False),
    sa.Column("declared_by", Words, nullable=False),
    sa.Column("resolved_at", Instant),
)
problem_case_table = table(
    "problem_case",
    sa.Column("case_id", Words, sa.ForeignKey("support_case.id"), primary_key=True),
    sa.Column("problem_id", Words, sa.ForeignKey("problem.id"), nullable=False),
    sa.Column("linked_at", Instant, nullable=False),
    sa.Column("linked_by", Words, nullable=False),
    sa.Index("problem_case_problem_id", "problem_id"),
)
problem_update_table = table(
    "problem_update",
    sa.Column("id", Words, primary_key=True),
    sa.Column("problem_id", Words, sa.ForeignKey("problem.id"), nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("drafted_at", Instant, nullable=False),
    sa.Column("drafted_by", Words, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("published_by", Words),
    sa.Column("cases", Whole, nullable=False),
    sa.Index("problem_update_problem_id", "problem_id", "id"),
)
_problem, _link, _update = problem_table.c, problem_case_table.c, problem_update_table.c
_case = case_table.c
_WORD = (
    problem_table.update()
    .where(_problem.id == sa.bindparam("its_id"))
    .values(
        title=sa.bindparam("new_title"),
        cause=sa.bindparam("new_cause"),
        workaround=sa.bindparam("new_workaround"),
        resolved_at=sa.bindparam("new_end"),
    )
)
_INSERT, _LINK = problem_table.insert(), problem_case_table.insert()
_UNLINK = problem_case_table.delete().where(_link.case_id == sa.bindparam("its_case"))
_INSERT_UPDATE = problem_update_table.insert()
_SAY = (
    problem_update_table.update()
    .where(_update.id == sa.bindparam("its_id"))
    .values(
        text=sa.bindparam("new_text"),
        published_at=sa.bindparam("new_at"),
        published_by=sa.bindparam("new_by"),
        cases=sa.bindparam("new_cases"),
    )
)


class ProblemReads:
    """Reads of problems."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def get(self, problem: str) -> Problem:
        """The problem of an id. Raises NotFound."""
        found = self.chosen(sa.select(problem_table).where(_problem.id == problem))
        if not found:
            raise NotFound(f"There is no problem '{problem}'.")
        return found[0]

    def chosen(self, statement: sa.Select[Any]) -> list[Problem]:
        """The problems of rows of their table, in the order of the statement."""
        return [Problem(**row) for row in self.snapshot.execute(statement).mappings()]

    def of_case(self, case: str) -> Problem | None:
        """The problem that causes a case."""
        chosen = sa.select(problem_table).join(problem_case_table, _link.problem_id == _problem.id)
        return next(iter(self.chosen(chosen.where(_link.case_id == case))), None)

    def cases_of(self, problem: str) -> tuple[str, ...]:
        """The cases that it causes, the oldest first."""
        chosen = sa.select(_link.case_id).where(_link.problem_id == problem)
        return tuple(self.snapshot.execute(chosen.order_by(_link.case_id)).scalars())

    def open_cases_of(self, problem: str) -> tuple[str, ...]:
        """Those of them that have not ended."""
        chosen = (
            sa.select(_case.id)
            .join(problem_case_table, _link.case_id == _case.id)
            .where(
                _link.problem_id == problem,
                _case.state.not_in(sorted(state.value for state in ENDED)),
            )
        )
        return tuple(self.snapshot.execute(chosen.order_by(_case.id)).scalars())

    def updates_of(self, problem: str) -> tuple[ProblemUpdate, ...]:
        """What was written of it, the newest first."""
        chosen = sa.select(problem_update_table).where(_update.problem_id == problem)
        rows = self.snapshot.execute(chosen.order_by(_update.id.desc())).mappings()
        return tuple(_update_of(row) for row in rows)

    def update(self, problem: str, update: str) -> ProblemUpdate:
        """One of them. Raises NotFound."""
        chosen = sa.select(problem_update_table).where(
            _update.id == update, _update.problem_id == problem
        )
        row = self.snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no update '{update}' of this problem.")
        return _update_of(row)

    def texts_naming(self, words: Collection[str]) -> list[str]:
        """What was written of problems in which any of the words stands."""
        found = [text for row in self._naming(problem_table, _TEXTS, words) for text in row[1:]]
        found += [row[1] for row in self._naming(problem_update_table, ("text",), words)]
        return [text for text in found if _holds(text, words)]

    def _naming(
        self, among: sa.Table, texts: Sequence[str], words: Collection[str]
    ) -> list[tuple[str, ...]]:
        chosen = sa.select(among.c.id, *(among.c[name] for name in texts))
        rows = [tuple(row) for row in self.snapshot.execute(chosen)] if words else []
        return [row for row in rows if any(_holds(text, words) for text in row[1:])]


class ProblemRecords(ProblemReads):
    """The same inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def next_number(self) -> int:
        """The number after the highest."""
        highest: int | None = self._unit.execute(sa.select(sa.func.max(_problem.number))).scalar()
        return (highest or 0) + 1

    def save(self, problem: Problem) -> None:
        """Write a problem down, new or in other words."""
        changed = {
            "its_id": problem.id,
            "new_title": problem.title,
            "new_cause": problem.cause,
            "new_workaround": problem.workaround,
            "new_end": problem.resolved_at,
        }
        if self._unit.write(_WORD, changed) == 0:
            self._unit.write(_INSERT, {each.name: getattr(problem, each.name) for each in _problem})

    def link(self, problem: str, case: str, occasion: Occasion) -> None:
        """Write down that it causes a case."""
        row = {"problem_id": problem, "case_id": case}
        self._unit.write(_LINK, row | {"linked_at": occasion.now, "linked_by": occasion.by})

    def unlink(self, case: str) -> None:
        """Write down that it does not."""
        self._unit.write(_UNLINK, {"its_case": case})

    def save_update(self, update: ProblemUpdate) -> None:
        """Write an update down, new or published."""
        changed = {
            "its_id": update.id,
            "new_text": update.text,
            "new_at": update.published_at,
            "new_by": update.published_by,
            "new_cases": update.cases,
        }
        if self._unit.write(_SAY, changed) == 0:
            row = {each.name: getattr(update, each.name, None) for each in _update}
            self._unit.write(_INSERT_UPDATE, row | {"problem_id": update.problem})

    def erase_people(self, words: Sequence[str]) -> None:
        """Take what names people out of what was written of problems."""
        for among, texts in ((problem_table, _TEXTS), (problem_update_table, ("text",))):
            rows = self._naming(among, texts, words)
            plain: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in texts}
            clear = among.update().where(among.c.id == sa.bindparam("its_id")).values(**plain)
            self._unit.write(
                clear,
                [
                    {"its_id": id_}
                    | {
                        f"new_{name}": without_words(text, words)
                        for name, text in zip(texts, found, strict=True)
                    }
                    for id_, *found in rows
                ],
            )


_TEXTS = ("title", "cause", "workaround")


def _holds(text: str, words: Collection[str]) -> bool:
    return any(word.lower() in text.lower() for word in words)


def _update_of(row: sa.RowMapping) -> ProblemUpdate:
    stated = {name: value for name, value in row.items() if name != "problem_id"}
    return ProblemUpdate(problem=row["problem_id"], **stated)
