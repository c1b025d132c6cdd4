"""A post-mortem: what is written about a case, or about the cases of an incident, in versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto

from tierline.cases.case_facts import CaseFacts
from tierline.kernel.errors import Fault, Invalid

FAILURE_MODE_LIMIT_CHARACTERS = 60


class Part(StrEnum):
    """A text of it. The last three are written for the customer, the others stay among us."""

    what_happened = auto()
    root_cause = auto()
    went_well = auto()
    went_badly = auto()
    luck = auto()
    told_what_happened = auto()
    told_cause = auto()
    told_prevention = auto()


TOLD = (Part.told_what_happened, Part.told_cause, Part.told_prevention)
OURS = tuple(part for part in Part if part not in TOLD)
NEEDED = (Part.what_happened, Part.root_cause, *TOLD)
"""Without these it is not published."""
DRAFT = "Draft"
"""A text that begins so is one of the machine's, and nobody has written it yet."""


class ActionState(StrEnum):
    """Where an action is in its life."""

    open = auto()
    done = auto()
    dropped = auto()
    """With a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemAction:
    """What somebody does so that it does not happen again. `owner` is a user; it is due at the end
    of a day in UTC. `is_told`: the customer reads its title, date and state."""

    id: str
    post_mortem: str
    title: str
    owner: str
    due_on: date
    is_told: bool
    added_at: datetime
    added_by: str
    state: ActionState = ActionState.open
    closed_at: datetime | None = None
    closed_by: str | None = None
    reason: str = ""

    def is_overdue(self, now: datetime) -> bool:
        """Whether its day is over and it is not done."""
        return self.state is ActionState.open and self.due_on < now.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAction:
    """An action as it stood in what was published; its state is that of the action."""

    id: str
    title: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """When a version went out, with the facts as they were known then, by case."""

    at: datetime
    by: str
    facts: tuple[CaseFacts, ...]
    actions: tuple[ToldAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemVersion:
    """What was written at one time. `failure_mode` is a word that recurs, empty while nobody knows
    it. A published version never changes."""

    number: int
    at: datetime
    by: str
    texts: Mapping[Part, str]
    failure_mode: str = ""
    publication: Publication | None = None

    def text(self, part: Part) -> str:
        """What stands in a part; empty where nothing does."""
        return self.texts.get(part, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortem:
    """Of one case, or of the cases that an incident causes. Versions stand in their order, the
    first of them a draft of the facts; actions by their due dates."""

    id: str
    incident: str | None
    cases: tuple[str, ...]
    begun_at: datetime
    begun_by: str
    versions: tuple[PostMortemVersion, ...]
    actions: tuple[PostMortemAction, ...]

    @property
    def latest(self) -> PostMortemVersion:
        """What is written now."""
        return self.versions[-1]

    @property
    def published(self) -> PostMortemVersion | None:
        """What the customer reads: the last that was published."""
        known = (each for each in reversed(self.versions) if each.publication is not None)
        return next(known, None)


class DebtState(StrEnum):
    """Whether a case owes a post-mortem."""

    owed = auto()
    drafted = auto()
    """Nobody asks for it, and it is being written."""
    published = auto()
    settled = auto()
    """It owes none: its severity was another in the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemDebt:
    """How a case stands with its post-mortem. `due_at` is None where nobody promised a time."""

    case: str
    post_mortem: str | None = None
    is_required: bool = False
    ended_at: datetime | None = None
    due_at: datetime | None = None
    published_at: datetime | None = None

    @property
    def state(self) -> DebtState:
        """What is to be done about it."""
        if self.published_at is not None:
            return DebtState.published
        if self.is_required:
            return DebtState.owed
        return DebtState.drafted if self.post_mortem is not None else DebtState.settled


def failure_mode_of(typed: str) -> str:
    """The word for a failure mode in the one form in which it recurs: `expired-certificate`. Raises
    Invalid."""
    word = re.sub(r"[\s_-]+", "-", typed.strip().casefold()).strip("-")
    if len(word) <= FAILURE_MODE_LIMIT_CHARACTERS and re.fullmatch(r"[\w.-]*", word):
        return word
    fault = Fault(
        "bad_failure_mode",
        f"A failure mode is a word of at most {FAILURE_MODE_LIMIT_CHARACTERS} letters and digits.",
        "failure_mode",
        "Write what recurs, as in expired-certificate.",
    )
    raise Invalid("The post-mortem cannot be kept as stated.", [fault])


def lacks(version: PostMortemVersion) -> tuple[str, ...]:
    """The parts that a version must have and has not, before it can go out."""
    missing = tuple(part.value for part in NEEDED if not _is_written(version.text(part)))
    return missing if version.failure_mode else (*missing, "failure_mode")


def _is_written(text: str) -> bool:
    return bool(text.strip()) and not text.startswith(f"{DRAFT} from ")
