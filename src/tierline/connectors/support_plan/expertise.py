"""Who answers, and what they do on dates: `designated TAM`, `quarterly business review`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tierline.connectors.keys import key_of

if TYPE_CHECKING:
    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft

_ASSIGNMENTS = (
    (re.compile(r"\badd-on\b"), "add_on"),
    (re.compile(r"\bdedicated\b"), "dedicated"),
    (re.compile(r"\b(designated|named)\b"), "designated"),
    (re.compile(r"\b(pool of|pooled|shared)\b"), "pooled"),
)
_EVERY = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "annual": "year",
    "yearly": "year",
}
_EVERY_WORD = re.compile(rf"\b({'|'.join(_EVERY)})\b\s*", re.IGNORECASE)
_ON_REQUEST = re.compile(r"\s*\bon request\b", re.IGNORECASE)
_SERVICE = re.compile(r"(\d+) h(?:ours)?/(month|quarter|year)")
_COUNT = re.compile(r"(\d+) ([a-z]+)")
_EXTRA = re.compile(r"extra ([a-z]+) (\d+) ([A-Z]{3})/(month|year)")


def add_expert(draft: Draft, source: Path, value: object, holder: Path, *, key: str) -> None:
    """A named engineer, a team, a pool. `false` says in writing that there is none."""
    name = key.replace("_", " ").capitalize()
    draft.feature(key, name, "support_experience", enforced_by="workflow")
    if isinstance(value, bool):
        place = draft.term(holder, key, {"kind": "included", "included": value})
        draft.facts.carry(source, (*place, "included"))
        return
    phrase = draft.words(source, value)
    who, _, more = phrase.partition(",")
    extra, _, surplus = more.partition(";")
    place = draft.term(holder, key, expert_term(who, key))
    draft.facts.carry(source, (*place, "role"), (*place, "assignment"), (*place, "level"))
    for part in re.split(r"[,()]", extra):
        _part(draft, source, part.strip(), holder, key)
    _extra_unit(draft, source, surplus.strip(), holder, key)


def expert_term(phrase: str, key: str) -> dict[str, Any]:
    """`pool of TAMs` is pooled; what is left of the words is the role."""
    assignment, role = "pooled", phrase
    for pattern, found in _ASSIGNMENTS:
        if pattern.search(phrase.lower()):
            assignment = found
            role = pattern.sub("", phrase.strip()).strip()
            break
    if "team" in phrase.lower():
        level = "pod"
    else:
        level = "specialist" if assignment == "pooled" else "named_engineer"
    role = role or key.replace("_", " ")
    return {"kind": "expertise", "level": level, "assignment": assignment, "role": role}


def _part(draft: Draft, source: Path, said: str, holder: Path, key: str) -> None:
    """One of the things that come with an expert: hours a month, a region, a visit."""
    every = _EVERY_WORD.match(said)
    service, count = _SERVICE.fullmatch(said), _COUNT.fullmatch(said)
    term: dict[str, Any]
    if service:
        what, term = (
            "hours",
            {
                "kind": "service_units",
                "amount": int(service[1]),
                "unit": "hour",
                "per": service[2],
            },
        )
    elif count:
        what = f"{count[2]}s"
        term = {"kind": "quantity", "limit": int(count[1]), "unit": count[2]}
    elif every:
        what = key_of(_EVERY_WORD.sub("", said))
        term = {"kind": "deliverable", "what": what, "per": _EVERY[every[1].lower()]}
        if re.search(r"on-?site", said):
            term |= {"what": "Visit on site", "on_site": True}
    else:
        return
    feature = f"{key}_{what}"
    draft.feature(feature, feature.replace("_", " ").capitalize(), "outcome", enforced_by="person")
    draft.facts.carry(source, draft.term(holder, feature, term))


def _extra_unit(draft: Draft, source: Path, said: str, holder: Path, key: str) -> None:
    """`extra unit 6000 USD/month`: an add-on for this tier that extends what the unit brings."""
    found = _EXTRA.fullmatch(said)
    if not found:
        return
    add_on: dict[str, Any] = {
        "name": f"Extra {found[1]}: {key.replace('_', ' ')}",
        "price": {"model": "flat", "amount": int(found[2]), "per": found[4]},
        "available_for": [holder[1]],
        "extends": {f"{key}_{found[1]}s": 1},
    }
    hours = draft.holder(holder)["terms"].get(f"{key}_hours")
    if hours:
        add_on["extends"][f"{key}_hours"] = hours["amount"]
    name = f"extra_{key}_{found[1]}"
    draft.catalog.setdefault("add_ons", {})[name] = add_on
    draft.facts.carry(source, ("add_ons", name, "price"), ("add_ons", name, "name"))


def add_review(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """`quarterly enhanced health check on request` is due work; other words stay words."""
    phrase = draft.words(source, value)
    every = _EVERY_WORD.search(phrase)
    what = _ON_REQUEST.sub("", _EVERY_WORD.sub("", phrase)).strip()
    key = draft.feature(
        key_of(what.lower()), what[:1].upper() + what[1:], "outcome", enforced_by="person"
    )
    term: dict[str, Any] = {"kind": "deliverable", "what": what, "per": "year"}
    if every:
        term["per"] = _EVERY[every[1].lower()]
    if _ON_REQUEST.search(phrase):
        term["on_request"] = True
    draft.facts.carry(source, draft.term(holder, key, term))
