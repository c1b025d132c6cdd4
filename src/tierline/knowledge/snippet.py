"""The piece of a text in which the words of a question stand, with the hits told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tierline.knowledge.question import Question
from tierline.knowledge.words import MOST_LETTERS, spans_of, words_of

_WORDS_SHOWN = 28
_WORDS_BEFORE = 6
_MOST_CHARACTERS = 4_000
"""So much of a text is looked at."""
_LONGEST_PIECE = 320


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of the text, as they were written; whether they are a hit."""

    text: str
    is_hit: bool


def snippet_of(texts: Iterable[str], question: Question) -> tuple[Piece, ...]:
    """Of the texts, the piece with the most different words of the question: the first one where
    several have as many, and the beginning where none has any."""
    best: tuple[int, str, list[tuple[int, int, str]]] | None = None
    for text in texts:
        shown = text[:_MOST_CHARACTERS]
        hits = _hits(shown, question)
        count, start = _densest(hits)
        if best is None or count > best[0]:
            best = count, *_cut(shown, hits, start)
    return () if best is None else _pieces(best[1], best[2])


def marked(text: str, question: Question) -> tuple[Piece, ...]:
    """The whole text, with the hits told apart."""
    return _pieces(text, [hit for hit in _hits(text, question) if hit[2]])


def _hits(text: str, question: Question) -> list[tuple[int, int, str]]:
    """Each word of the text with the word of the question that it is; empty for others."""
    whole = {word for phrase in question.phrases for word in phrase.words}
    starts = tuple(phrase.words[-1] for phrase in question.phrases if phrase.is_start)
    known: dict[str, str] = {}
    found = []
    for start, end in spans_of(text):
        written = text[start:end]
        hit = known.get(written)
        if hit is None:
            hit = known[written] = _hit(written, whole, starts)
        found.append((start, end, hit))
    return found


def _hit(written: str, whole: set[str], starts: Sequence[str]) -> str:
    # A single word of plain letters is folded as it is, which most are.
    words = (written.lower()[:MOST_LETTERS],) if written.isascii() else words_of(written)
    for word in words:
        if word in whole:
            return word
        for start in starts:
            if word.startswith(start):
                return start
    return ""


def _densest(hits: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    """How many different hits the best window has, and at which word it begins."""
    best = 0, 0
    for place, (_, _, hit) in enumerate(hits):
        if hit:
            within = {each for _, _, each in hits[place : place + _WORDS_SHOWN - _WORDS_BEFORE]}
            if len(within - {""}) > best[0]:
                best = len(within - {""}), place
    return best


def _cut(
    text: str, hits: Sequence[tuple[int, int, str]], place: int
) -> tuple[str, list[tuple[int, int, str]]]:
    """The text of a window, and the hits in it, counted from its beginning."""
    if not hits:
        return text[:_LONGEST_PIECE].strip(), []
    first = max(0, place - _WORDS_BEFORE)
    shown = hits[first : first + _WORDS_SHOWN]
    start = shown[0][0] if first else 0
    is_whole = first + _WORDS_SHOWN >= len(hits)
    end = min(len(text) if is_whole else shown[-1][1], start + _LONGEST_PIECE)
    before, after = "… " if first else "", "" if is_whole and end == len(text) else " …"
    moved = len(before) - start
    kept = [(at + moved, to + moved, hit) for at, to, hit in shown if hit and to <= end]
    return f"{before}{text[start:end]}{after}", kept


def _pieces(text: str, hits: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
    found, done = [], 0
    for start, end, _ in hits:
        found += [Piece(text[done:start], False), Piece(text[start:end], True)]
        done = end
    found.append(Piece(text[done:], False))
    return tuple(piece for piece in found if piece.text)
