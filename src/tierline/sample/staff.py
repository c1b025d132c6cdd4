"""Halyard's own people: 12 generalists, 7 specialists, 2 leads and an architect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.users import UserBooks, accept_invitation, invite_user
from tierline.sample.customers import at_noon
from tierline.sample.story import AGENTS, FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tierline.actions.occasion import Occasion

_NAMES = (
    "Anouk de Wit", "Bilal Haddad", "Carla Moreno", "Dirk Visser", "Esther Lim", "Frank Keller",
    "Gita Rao", "Hanna Lindqvist", "Ivan Petrenko", "Joy Tan", "Karim Nasser", "Lotte Maas",
    "Marco Bianchi", "Nora Jansen", "Omar Siddiqui", "Paula Reyes", "Quentin Leroy", "Ruth Ong",
    "Sven Dahl", "Tess Walker", "Udo Brandt", "Vera Costa",
)  # fmt: skip
LEADS = (20, 21)
_JOINED = at_noon(FIRST_DAY - timedelta(60))
_INVITED_BEFORE = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of Halyard's people, by the number that the helpdesk gave them."""

    number: int
    name: str

    @property
    def email(self) -> str:
        """Their address."""
        return f"agent-{self.number:02}@halyard.example"

    @property
    def role(self) -> Role:
        """What they are for."""
        return Role.lead if self.number in LEADS else Role.agent

    @property
    def queues(self) -> tuple[str, ...]:
        """Where they work."""
        return tuple(queue for queue, numbers in AGENTS.items() if self.number in numbers)


STAFF = tuple(Colleague(number, name) for number, name in enumerate(_NAMES, start=1))


def tell_staff(books: UserBooks, moment: Callable[[datetime], Occasion]) -> dict[int, str]:
    """Have all of them join; the ids of the users, by number."""
    return dict(_joined(books, moment))


def _joined(books: UserBooks, moment: Callable[[datetime], Occasion]) -> Iterator[tuple[int, str]]:
    for each in STAFF:
        invited = invite_user(
            books,
            each.email,
            frozenset({each.role}),
            account=None,
            caller=operator(),
            occasion=moment(_JOINED - _INVITED_BEFORE),
        )
        user = accept_invitation(
            books,
            invited.secret,
            each.name,
            email=None,
            password_hash=None,
            occasion=moment(_JOINED),
        )
        yield each.number, user.id
