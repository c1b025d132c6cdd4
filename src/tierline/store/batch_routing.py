"""Routing of a desk in memory: who has the cases of a batch, chosen among the agents of the
installation by its plan."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tierline.cases.standing import ENDED
from tierline.routing.assignment import Assignment, Ownership
from tierline.routing.need import WaitingCase
from tierline.store.routing import case_assignment_table, case_routing_table
from tierline.store.routing_records import assignment_row, ownership_row

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.routing.agent import Agent
    from tierline.routing.need import AccountNeed
    from tierline.routing.plan import Plan
    from tierline.store.batch_books import Read
    from tierline.store.case_batch import BatchCases
    from tierline.store.unit_of_work import UnitOfWork

_INSERT_ROUTING = case_routing_table.insert()
_INSERT_ASSIGNMENTS = case_assignment_table.insert()
_NEVER = datetime.max.replace(tzinfo=UTC)


class BatchRouting:
    """Who has the cases of a batch. Agents, needs and the plan are read once. What is asked about
    load and queue is asked at `now`, which whoever tells the cases sets."""

    def __init__(self, read: Read, cases: BatchCases) -> None:
        self._read, self._cases = read, cases
        self._owned: dict[str, tuple[Ownership, datetime]] = {}
        self._trails: dict[str, list[Assignment]] = {}
        self._needs: dict[str, AccountNeed | None] = {}
        self._busy: dict[str, list[datetime]] = {}
        self._picks = 0
        self.now = datetime.min.replace(tzinfo=UTC)

    @cached_property
    def _plan(self) -> Plan:
        plan: Plan = self._read(lambda reads: reads.routing.plan()[1])
        return plan

    @cached_property
    def _agents(self) -> tuple[Agent, ...]:
        agents: tuple[Agent, ...] = self._read(lambda reads: reads.routing.agents())
        return agents

    def plan(self) -> tuple[int, Plan]:
        """The plan, as one that nobody is told by: what a batch tells is long past."""
        return 0, self._plan

    def agents(self) -> tuple[Agent, ...]:
        """Everybody who works on cases."""
        return self._agents

    def leads(self) -> tuple[str, ...]:
        """Nobody is told of a climb."""
        return ()

    def our_users(self, named: Collection[str]) -> dict[str, str]:
        """Whoever is named is one of ours: they were when it was told."""
        return {each: each for each in named}

    def load(self) -> dict[str, int]:
        """How many of the cases that were told before each has now."""
        return {user: sum(end > self.now for end in ends) for user, ends in self._busy.items()}

    def settle(self, case: str, ended_at: datetime | None) -> None:
        """A case is told; whoever has it had it until it ended, or has it still. Cases are told in
        the order in which they were opened, so what ended before this one was is let go."""
        opened_at = self._cases.get(case).events[0].at
        for user, ends in self._busy.items():
            self._busy[user] = [end for end in ends if end > opened_at]
        owner = self.ownership(case).user
        if owner is not None:
            self._busy.setdefault(owner, []).append(ended_at or _NEVER)

    def need_of(self, account: str) -> AccountNeed | None:
        """What an account's cases need."""
        if account not in self._needs:
            self._needs[account] = self._read(lambda reads: reads.routing.need_of(account))
        return self._needs[account]

    def waiting(self, _limit: int) -> tuple[WaitingCase, ...]:
        """The case that is being told, where nobody has it."""
        case = self._cases.last
        if case is None or case.standing.state in ENDED or self.ownership(case.id).user is not None:
            return ()
        return (
            WaitingCase(
                id=case.id,
                number=case.number,
                account=case.account,
                tier=case.tier,
                severity=case.standing.severity,
                terms=case.terms,
                opened_at=case.events[0].at,
                due_at=None,
                need=self.need_of(case.account) if case.account else None,
                owned=self.ownership(case.id),
            ),
        )

    def picks(self) -> int:
        """How many cases have left the queue."""
        return self._picks

    def ownership(self, case: str) -> Ownership:
        """Who has a case."""
        return self._owned[case][0] if case in self._owned else Ownership(case=case)

    def keep_ownership(self, owned: Ownership, *, at: datetime) -> None:
        """Bring the index of a case up to its trail."""
        self._owned[owned.case] = owned, at

    def assign(self, step: Assignment) -> None:
        """Add a step of a case's ownership."""
        self._trails.setdefault(step.case, []).append(step)
        self._picks += step.pick is not None

    def trail(self, case: str) -> tuple[Assignment, ...]:
        """How a case went from hand to hand."""
        return tuple(self._trails.get(case, ()))

    def put_into(self, unit: UnitOfWork) -> None:
        """Write all of it."""
        owned = [
            ownership_row(each, at, is_open=self._cases.get(case).standing.state not in ENDED)
            for case, (each, at) in self._owned.items()
        ]
        steps = [assignment_row(each) for trail in self._trails.values() for each in trail]
        unit.write(_INSERT_ROUTING, owned)
        unit.write(_INSERT_ASSIGNMENTS, steps)

    def forget(self) -> None:
        """Let go of what was written."""
        self._owned.clear()
        self._trails.clear()
