"""Documents: what search looks through, and who may find what.

A document is made from its record alone, so that the index can be thrown away and made again. It
holds words and no text; who may find it stands in it as words too (`scope`), which nobody can type.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from tierline.knowledge.words import words_of

MOST_WORDS = 7_900
"""So many words of a part of a document are found; what follows after them is not."""


class DocumentKind(StrEnum):
    """What can be found."""

    article = auto()
    case = auto()
    note = auto()
    """How a case was resolved, and why so: among us."""


_PLACE = {DocumentKind.case: 0, DocumentKind.note: 1 << 40, DocumentKind.article: 2 << 40}
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`record` is the id of the case or article. `words` may be read by everybody whom the scope
    lets in, `notes` by us alone. Parts are folded words with a blank between them."""

    kind: DocumentKind
    number: int
    record: str
    scope: str
    title: str
    words: str
    notes: str

    @property
    def key(self) -> int:
        """What the index calls it; newer records of a kind have higher ones."""
        return key_of(self.kind, self.number)


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may find: documents of these kinds, and of those with at least one of the
    scopes; None for all of them, and for what is among us in them."""

    kinds: frozenset[DocumentKind]
    scopes: frozenset[str] | None


def key_of(kind: DocumentKind, number: int) -> int:
    """What the index calls the record of a kind that has this number."""
    return _PLACE[kind] + number


def part(texts: Iterable[str], already: str = "") -> str:
    """The words of some texts, after those that are there already."""
    found = already.split()
    for text in texts:
        if len(found) >= MOST_WORDS:
            break
        found += words_of(text, MOST_WORDS - len(found))
    return " ".join(found)


def scope_of(kind: DocumentKind, let_in: Collection[str] = ()) -> str:
    """The scope of a document that those who are let in find, and we."""
    return " ".join([_word("kind", kind.value), *sorted(let_in)])


def of_kind(kind: DocumentKind) -> str:
    """The word in the scope of every document of a kind."""
    return _word("kind", kind.value)


def for_account(account: str) -> str:
    """The word for what an account may find."""
    return _word("account", account)


def for_tier(tier: str) -> str:
    """The word for what customers of a tier may find."""
    return _word("tier", tier)


def case_document(
    number: int, case: str, account: str | None, subject: str, *, said: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Document:  # fmt: skip
    """A case: its number and subject, what was said in public, and what was noted among us. One of
    an account is found by the account."""
    let_in = [] if account is None else [for_account(account)]
    return Document(
        kind=DocumentKind.case,
        number=number,
        record=case,
        scope=scope_of(DocumentKind.case, let_in),
        title=part([str(number), subject]),
        words=part(said),
        notes=part(notes),
    )


def note_document(
    number: int, case: str, subject: str, *, asked: Sequence[str], how: Sequence[str],
    why: Sequence[str],
) -> Document:  # fmt: skip
    """How a case was resolved and why: what it was about, and how and why it was answered."""
    return Document(
        kind=DocumentKind.note,
        number=number,
        record=case,
        scope=scope_of(DocumentKind.note),
        title=part([subject]),
        words=part([*asked, *how]),
        notes=part(why),
    )


def _word(what: str, name: str) -> str:
    """One word of letters and digits, whatever the name is, and another one for each name."""
    return f"{what}{name.encode().hex()}"
