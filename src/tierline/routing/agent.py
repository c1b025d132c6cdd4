"""An agent: one of ours who works on cases, with what they may see, know and carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours
from tierline.calendars.calendar import calendar_for
from tierline.kernel.errors import Fault, Invalid
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Iterable

LOWEST_LEVEL, HIGHEST_LEVEL = 1, 3
LEVELS = range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)
LEVEL_NAMES = {1: message("first line"), 2: message("second line"), 3: message("senior")}
CAPACITY_LIMIT_CASES = 500
WORDS_LIMIT = 100
WORD_LIMIT_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """`regions` are those whose data they may see, `pod` the group of people who look after the
    same accounts, `capacity` how many open cases they have at once. `quiet` are the hours in which
    nobody writes to them but for the worst severity; None: there are none."""

    user: str
    level: int = LOWEST_LEVEL
    capacity: int = 10
    skills: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    clearances: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    pod: str = ""
    hours: BusinessHours = ALWAYS_OPEN
    quiet: BusinessHours | None = None
    absent_until: datetime | None = None

    def is_absent(self, at: datetime) -> bool:
        """Whether they are away."""
        return self.absent_until is not None and at < self.absent_until

    def is_at_work(self, at: datetime) -> bool:
        """Whether they are there, and in their hours."""
        return not self.is_absent(at) and calendar_for(self.hours).is_open(at)

    def may_be_told_at(self, at: datetime) -> datetime:
        """The first moment from `at` on that is not in their quiet hours."""
        if self.quiet is None:
            return at
        calendar = calendar_for(self.quiet)
        return calendar.next_close(at) if calendar.is_open(at) else at


def plain_words(words: Iterable[str], path: str) -> frozenset[str]:
    """Skills, regions and the like in the one form in which they are compared. Raises Invalid."""
    found = {" ".join(word.split()).lower() for word in words} - {""}
    bad = [word for word in found if len(word) > WORD_LIMIT_CHARACTERS or not word.isprintable()]
    if bad or len(found) > WORDS_LIMIT:
        message = f"A word here has at most {WORD_LIMIT_CHARACTERS} characters."
        if len(found) > WORDS_LIMIT:
            message = f"At most {WORDS_LIMIT} words stand here."
        raise Invalid("The agent cannot be kept as stated.", [Fault("bad_word", message, path)])
    return frozenset(found)


def first_name(name: str) -> str:
    """What a customer reads of somebody's name."""
    return name.strip().partition(" ")[0]
