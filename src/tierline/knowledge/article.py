"""An article: its versions, none of which ever changes, and which of them is read by whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto

from tierline.kernel.errors import Fault, Invalid
from tierline.knowledge.document import EVERYBODY, Document, DocumentKind, for_tier, part, scope_of

TITLE_LIMIT_CHARACTERS = 200
TEXT_LIMIT_CHARACTERS = 50_000
TOPICS_LIMIT_COUNT = 10
TOPIC_LIMIT_CHARACTERS = 60
TIERS_LIMIT_COUNT = 50
CUSTOMERS = "customers"
"""The word in the scope of what every customer may find."""


class Audience(StrEnum):
    """For whom an article is."""

    public = auto()
    customers = auto()
    """Those of some tiers, or of all of them."""
    us = auto()


class ArticleState(StrEnum):
    """Where an article is in its life."""

    draft = auto()
    published = auto()
    retired = auto()


class ArticleEventKind(StrEnum):
    """What happens to an article, beside being written."""

    published = auto()
    retired = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What somebody writes. `text` is Markdown. `tiers` narrow down which customers read it; none:
    all of them. Topics are what it is about, in a word or two each."""

    title: str
    text: str
    audience: Audience
    tiers: frozenset[str] = frozenset()
    topics: tuple[str, ...] = ()

    @property
    def let_in(self) -> frozenset[str]:
        """The words for those who may read it once it is published; we always may."""
        match self.audience:
            case Audience.public:
                return frozenset({EVERYBODY})
            case Audience.customers:
                return frozenset(for_tier(tier) for tier in self.tiers) or frozenset({CUSTOMERS})
            case Audience.us:
                return frozenset()


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """A wording as it was written, the `number`-th from 1."""

    number: int
    wording: Wording
    written_at: datetime
    written_by: str


@dataclass(frozen=True, slots=True)
class ArticleEvent:
    """A version was published, or the article was retired (`version` is then the one in force)."""

    kind: ArticleEventKind
    version: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Article:
    """`number` is what people call it by: 112 is KB-112."""

    id: str
    number: int
    versions: tuple[ArticleVersion, ...]
    events: tuple[ArticleEvent, ...] = ()

    @property
    def state(self) -> ArticleState:
        """Draft until a version is published; then as the last event says."""
        if not self.events:
            return ArticleState.draft
        return ArticleState(self.events[-1].kind.value)

    @property
    def newest(self) -> ArticleVersion:
        """The version that was written last."""
        return self.versions[-1]

    @property
    def in_force(self) -> ArticleVersion | None:
        """The version that is read; None for a draft, and for what was retired."""
        if self.state is not ArticleState.published:
            return None
        return self.versions[self.events[-1].version - 1]

    def read_by(self, scopes: frozenset[str] | None) -> ArticleVersion | None:
        """The version that somebody reads who has these scopes; we (None) also read a draft and
        what was retired. None where they do not read it."""
        version = self.in_force
        if scopes is None:
            return version or self.newest
        if version is None or version.wording.let_in.isdisjoint(scopes):
            return None
        return version

    @property
    def document(self) -> Document | None:
        """What search looks through; None where it is not to be found."""
        version = self.in_force
        if version is None:
            return None
        wording = version.wording
        return Document(
            kind=DocumentKind.article,
            number=self.number,
            record=self.id,
            scope=scope_of(DocumentKind.article, wording.let_in),
            title=part([name_of(self.number), wording.title]),
            words=part([*wording.topics, wording.text]),
            notes="",
        )


def name_of(number: int) -> str:
    """What people call an article by."""
    return f"KB-{number}"


def refuse_faults(wording: Wording, known_tiers: Collection[str]) -> None:
    """Raise Invalid with everything that is wrong with a wording."""
    faults = [
        *_length(wording.title, "title", TITLE_LIMIT_CHARACTERS),
        *_length(wording.text, "text", TEXT_LIMIT_CHARACTERS),
        *(
            fault
            for number, topic in enumerate(wording.topics)
            for fault in _length(topic, f"topics[{number}]", TOPIC_LIMIT_CHARACTERS)
        ),
    ]
    if len(wording.topics) > TOPICS_LIMIT_COUNT:
        message = f"An article has at most {TOPICS_LIMIT_COUNT} topics."
        faults.append(Fault("too_many", message, "topics"))
    unknown = sorted(wording.tiers - set(known_tiers))
    if unknown:
        message = f"No published catalog has the tier '{unknown[0]}'."
        hint = f"Write some of: {', '.join(sorted(known_tiers))}."
        faults.append(Fault("unknown_tier", message, "tiers", hint))
    if wording.tiers and wording.audience is not Audience.customers:
        message = "Only an article for customers is narrowed down to tiers."
        faults.append(Fault("no_tiers", message, "tiers", "Leave the tiers out."))
    if faults:
        raise Invalid("The article cannot be kept as it is written.", faults)


def _length(text: str, name: str, limit_characters: int) -> list[Fault]:
    if not text.strip():
        return [Fault("missing", "Nothing is written here.", name)]
    if len(text) > limit_characters:
        return [Fault("too_long", f"This has at most {limit_characters:,} characters.", name)]
    return []
