"""The company as a whole: its customers, what happens to their contracts, and what is planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tierline.kernel.errors import NotFound
from tierline.sample.case_year import lived_year
from tierline.sample.cast import Cast
from tierline.sample.customers import Customer, customers
from tierline.sample.delivery import Batch, Mishaps, batches
from tierline.sample.happenings import Deed, Happening
from tierline.sample.incidents import INCIDENTS, StoryIncident
from tierline.sample.knowledge import KnowledgeStory, ordinary_knowledge
from tierline.sample.ordinary import ordinary_happenings
from tierline.sample.people import people_happenings
from tierline.sample.pilot import TakesPart, pilot, pilot_happenings
from tierline.sample.plants import PLANTS
from tierline.sample.rises import with_risen_fees
from tierline.sample.shape import Shape, shape_of
from tierline.sample.sources import source_happenings
from tierline.sample.truth import Decoy, Planted, Truth, Values
from tierline.sample.usage import Habit

if TYPE_CHECKING:
    from tierline.sample.case_life import CaseLife


@dataclass(frozen=True, slots=True)
class RaisedCase:
    """A case, and the name of the customer who raises it; None for somebody whom we do not know."""

    life: CaseLife
    who: str | None


@dataclass(slots=True)
class Company:
    """A company while it is made up. Plants add to it; without plants it is the control."""

    cast: Cast
    shape: Shape
    customers: list[Customer]
    truth: Truth
    happenings: list[Happening] = field(default_factory=list)
    cases: list[RaisedCase] = field(default_factory=list)
    habits: dict[str, Habit] = field(default_factory=dict)
    """By part; who has none lives as chance has it."""
    mishaps: Mishaps = field(default_factory=Mishaps)
    taking_part: list[TakesPart] = field(default_factory=list)
    """In the pilot of monthly health checks."""
    knowledge: KnowledgeStory = field(default_factory=KnowledgeStory)
    incidents: list[StoryIncident] = field(default_factory=lambda: list(INCIDENTS))

    def customer(self, part: str) -> Customer:
        """Who plays a part."""
        for each in self.customers:
            if each.part == part:
                return each
        raise NotFound(f"Nobody plays '{part}'.")

    def habit(self, part: str) -> Habit:
        """How a part uses the product, to be changed."""
        return self.habits.setdefault(part, Habit())

    def use(self) -> Iterator[Batch]:
        """What everybody reports, as it comes in."""
        return batches(self.customers, self.cast, self.habits, self.mishaps)

    def tell(self, at: datetime, part: str, *deeds: Deed) -> None:
        """Let something happen to the contract of a part."""
        who = self.cast.name(part)
        self.happenings += [Happening(at, who, deed) for deed in deeds]

    def raise_case(self, life: CaseLife, customer: Customer) -> None:
        """Let a customer raise one case more."""
        self.cases.append(RaisedCase(life, customer.name))

    def plant(self, plant: str, finder: str, subject: str, values: Values) -> None:
        """Write down what must be found."""
        self.truth.planted.append(Planted(plant, finder, subject, values))

    def decoy(self, part: str, because: str) -> None:
        """Write down who must not be named."""
        self.truth.decoys.append(Decoy(self.cast.name(part), because))


def company(seed: int, size: str | Shape, *, is_control: bool) -> Company:
    """The company of a seed and a size."""
    cast, shape = Cast(seed), shape_of(size)
    who = with_risen_fees(customers(cast, shape), cast)
    made = Company(cast, shape, who, Truth(seed, shape.name, is_control))
    made.happenings += ordinary_happenings(made.customers, cast, has_plants=not is_control)
    made.happenings += people_happenings(made.customers, cast)
    made.happenings += source_happenings(made.customers, cast, has_plants=not is_control)
    names = {each.part: each.name for each in who}
    made.cases = [
        RaisedCase(life, names[life.story.account.name])
        for life in lived_year(seed, shape, has_plants=not is_control)
    ]
    _begin_pilot(made)
    made.knowledge = ordinary_knowledge(made.customers, cast)
    for plant in () if is_control else PLANTS:
        plant(made)
    made.happenings = in_order(made.happenings)
    made.cases.sort(key=lambda each: each.life.story.opened)
    return made


def _begin_pilot(made: Company) -> None:
    written = Counter(each.who for each in made.cases if each.who is not None)
    made.taking_part = pilot(made.customers, made.cast, written)
    made.happenings += pilot_happenings(made.taking_part)
    for each in made.taking_part:
        made.habit(each.customer.part).checks = each.checks


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    """By instant; of one instant in the order in which they were told."""
    return sorted(happenings, key=lambda each: each.at)
