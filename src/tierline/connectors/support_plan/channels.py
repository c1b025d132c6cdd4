"""Channels in a vendor's words: `24/7 case portal`, `callback phone (English)`, `email/web`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Form
from tierline.connectors.keys import key_of

if TYPE_CHECKING:
    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft

KINDS = (
    (r"self.?help|documentation|docs|knowledge", "documentation"),
    (r"communit|forum", "community"),
    (r"e-?mail", "email"),
    (r"chat", "chat"),
    (r"call.?back", "call_back"),
    (r"slack|teams|shared channel", "shared_channel"),
    (r"screen.?share", "screen_share"),
    (r"phone|telephone", "phone"),
    (r"paging|pager", "paging"),
    (r"form\b", "form"),
    (r"portal|ticket|web|online", "portal"),
)
"""The kind of channel by a word of the phrase; the first that fits."""

_BEST_EFFORT = re.compile(r"\s*best.?efforts?", re.IGNORECASE)
_PRIORITY = re.compile(r"\bpriority\s+", re.IGNORECASE)
_ALWAYS = re.compile(r"\b24[/x]7\s*", re.IGNORECASE)
_LANGUAGES = re.compile(r"\s*\(([A-Z][a-z]+(?:, [A-Z][a-z]+)*)\)")
_FOR = re.compile(r"\s+for (\w+)$")


def add_channels(draft: Draft, source: Path, phrases: list[Any], holder: Path) -> None:
    """Every channel of a list. An unknown one is kept as words and counted as such."""
    for number, phrase in enumerate(phrases):
        path = (*source, number)
        said = draft.words(path, phrase)
        terms = channel_terms(draft, said, [])
        for key, term in terms.items():
            draft.facts.carry(path, draft.term(holder, key, term))
        if said and not terms:
            key = draft.feature(key_of(said), said, "support_experience", group="Channels")
            place = draft.term(holder, key, {"kind": "text", "text": said})
            draft.facts.carry(path, (*place, "text"), form=Form.text)


def channel_terms(draft: Draft, phrase: str, severities: list[str]) -> dict[str, dict[str, Any]]:
    """The terms by feature that a phrase means; none where it names no channel that we know."""
    parts = phrase.split("/") if re.fullmatch(r"[a-z-]+/[a-z-]+", phrase) else [phrase]
    terms = {}
    for part in parts:
        made = _one(draft, part, severities)
        if made is not None:
            terms[made[0]] = made[1]
    return terms


def _one(draft: Draft, phrase: str, severities: list[str]) -> tuple[str, dict[str, Any]] | None:
    term: dict[str, Any] = {}
    core = phrase
    for pattern, field in ((_BEST_EFFORT, "best_effort"), (_PRIORITY, "prioritised")):
        if pattern.search(core):
            term[field], core = True, pattern.sub("", core)
    if _ALWAYS.search(core):
        term["hours"], core = draft.hours.key("24x7"), _ALWAYS.sub("", core)
    languages = _LANGUAGES.search(core)
    if languages:
        term["languages"], core = languages[1].split(", "), _LANGUAGES.sub("", core)
    wanted = _FOR.search(core)
    if wanted:
        severities, core = [severity_named(draft, wanted[1])], _FOR.sub("", core)
    kind = next((kind for words, kind in KINDS if re.search(words, core.lower())), None)
    if kind is None:
        return None
    if severities:
        term["severities"] = severities
    name = core.strip()
    key = draft.feature(
        key_of(name.lower()), name[:1].upper() + name[1:], "support_experience", group="Channels"
    )
    return key, {"kind": "channel", "channel": kind, **term}


def severity_named(draft: Draft, word: str) -> str:
    """The severity of that name; `critical` is the worst one where none is called so."""
    known: list[str] = list(draft.catalog["severities"])
    by_name = {key.lower(): key for key in known}
    return by_name.get(word.lower(), known[0] if known else key_of(word))
