"""In whose hands a told case is: the product routes it when it is opened, and again when it is
known what it needs; who is routed works on it. The people who play a part in the story have their
own cases handed over to them, and a case is passed on to a specialist where the history says so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.handoffs import HandoffBooks, Users, hand_over
from tierline.actions.post_mortem_facts import Trails
from tierline.actions.rerouting import need_case_skills
from tierline.actions.routing import (
    Routing,
    need_of,
    route_waiting,
    take_case,
)
from tierline.routing.choice import may_keep
from tierline.sample import desk, words
from tierline.sample.chance import Chance

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.sample.case_life import CaseLife

MACHINE = "machine"
_NEEDS_FIELD_BUS_OF_THOUSAND = 100


class ToldRouting(Routing, Trails, Protocol):
    """The records of routing, asked at the instant that is told."""

    now: datetime

    def settle(self, case: str, ended_at: datetime | None) -> None: ...


class HandBooks(HandoffBooks, Protocol):
    """What giving cases out needs."""

    @property
    def routing(self) -> ToldRouting: ...
    @property
    def users(self) -> Users: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Halyard's people: ids of users by number, and every instant at which somebody begins to
    work, in order."""

    agents: Mapping[int, str]
    begins: Sequence[datetime]

    def ids(self, numbers: Collection[int]) -> frozenset[str]:
        """The users of these numbers."""
        return frozenset(self.agents[number] for number in numbers)


class Hands:
    """Who works on one case while it is told."""

    def __init__(
        self,
        books: HandBooks,
        people: People,
        life: CaseLife,
        moment: Callable[[datetime, str], Occasion],
    ) -> None:
        self._books, self._people, self._moment = books, people, moment
        self._story = life.story
        self._chance = Chance(life.story.seed, "hands", life.story.number)
        self._case = ""
        self._looked = datetime.min.replace(tzinfo=UTC)
        self._own = people.agents[life.story.agent]
        self.user = self._own
        """Who works on it: whoever has it, or had it last; in the queue the one of the history."""

    def received(self, case: Case, at: datetime) -> None:
        """It was opened, and routed if anybody may have it."""
        self._case, self._looked = case.id, at
        self._follow()

    def wait_until(self, until: datetime) -> None:
        """What waits in the queue is given out whenever somebody begins to work."""
        begins = self._people.begins
        while self._owner is None:
            place = bisect_right(begins, self._looked)
            if place == len(begins) or begins[place] > until or not self._books.routing.waiting(1):
                return
            self._looked = self._books.routing.now = begins[place]
            route_waiting(self._books, self._moment(self._looked, MACHINE))
            self._follow()

    def take_up(self, at: datetime) -> None:
        """Somebody takes it up: who has it, but for the parts of the story."""
        whose = self._by_the_story()
        if self._owner is None:
            self._take(whose or self._own, at)
        elif whose not in (None, self._owner):
            self._hand_over(whose or "", words.HANDED_OVER, at)

    def say_skills(self, at: datetime) -> None:
        """Once it was looked at it is known what it needs; who lacks that has it no more."""
        skill = desk.SKILLS_OF.get(self._story.category)
        if skill is None:
            return
        skills = {skill}
        if skill == desk.INTEGRATION and self._story.has_plants and not self._is_part:
            skills |= self._rare_skill()
        need_case_skills(self._books, self._case, frozenset(skills), self._moment(at, self.user))
        self._follow()

    def act(self, at: datetime) -> None:
        """Somebody does something: a case that nobody has is taken by hand."""
        if self._owner is None:
            case = self._books.cases.get(self._case)
            lead = self._people.agents[desk.LEAD_OF_SKILLS]
            self._take(self._own if self._fits(self._own, case) else lead, at)

    def pass_on(self, at: datetime) -> bool:
        """To a specialist, with a summary; False where that is nobody's part."""
        if self._by_the_story() is not None:
            return False
        case = self._books.cases.get(self._case)
        numbers = self._chance.shuffled(desk.specialists())
        for user in (self._people.agents[number] for number in numbers):
            if user != self._owner and self._fits(user, case):
                self._hand_over(user, words.PASSED_ON, at)
                return True
        return False

    def settle(self, ended_at: datetime | None) -> None:
        """It is told to its end."""
        self._books.routing.settle(self._case, ended_at)

    # who and why -------------------------------------------------------------------------------

    @property
    def _owner(self) -> str | None:
        return self._books.routing.ownership(self._case).user

    def _by_the_story(self) -> str | None:
        """Who has it by the story; None where routing has its way."""
        story = self._story
        if not story.has_plants:
            return None
        is_personal = (
            story.account.name == desk.PERSONAL_CONTACT and story.agent in desk.specialists()
        )
        case = self._books.cases.get(self._case)
        if (is_personal or self._is_part) and self._fits(self._own, case):
            return self._own
        parts = self._people.ids(desk.PARTS)
        if self._owner not in parts:
            return None
        others = self._chance.shuffled(sorted(set(self._people.agents.values()) - parts))
        return next((user for user in (self._own, *others) if self._fits(user, case)), None)

    @property
    def _is_part(self) -> bool:
        return self._story.agent in desk.PARTS

    def _fits(self, user: str, case: Case) -> bool:
        books = self._books
        agent = next((each for each in books.routing.agents() if each.user == user), None)
        need = need_of(books, case, books.routing.ownership(case.id))
        plan = books.routing.plan()[1]
        return agent is not None and may_keep(need, agent, plan.levels(need.tier, need.severity))

    def _rare_skill(self) -> set[str]:
        chance = Chance(self._story.seed, "field bus", self._story.number)
        return {desk.FIELD_BUS} if chance.happens(_NEEDS_FIELD_BUS_OF_THOUSAND) else set()

    def _take(self, user: str, at: datetime) -> None:
        take_case(self._books, self._case, user, self._moment(at, user))
        self._follow()

    def _hand_over(self, to: str, summary: str, at: datetime) -> None:
        hand_over(self._books, self._case, to, summary, self._moment(at, self.user))
        self._follow()

    def _follow(self) -> None:
        self.user = self._owner or self.user
