"""The rows of a tier: one severity, its targets, and the terms that stand beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Form
from tierline.connectors.keys import key_of
from tierline.connectors.reading import boolean, mapping
from tierline.connectors.support_plan.channels import channel_terms
from tierline.connectors.support_plan.durations import read_duration
from tierline.connectors.support_plan.severities import ANY

if TYPE_CHECKING:
    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft

KINDS = {
    "acknowledge": "acknowledge",
    "first_response": "first_response",
    "next_reply": "next_response",
    "next_response": "next_response",
    "update_cadence": "periodic_update",
    "restore": "restore",
    "workaround": "restore",
    "resolution": "resolution",
    "post_mortem": "post_mortem",
}
"""The milestone that a column of the plan times."""

ABSENCES = (
    (re.compile(r"best effort"), "best_effort"),
    (re.compile(r"no sla|not offered|none promised"), "not_promised"),
    (re.compile(r"not applicable"), "not_applicable"),
    (re.compile(r"cut off in copy|not in (the )?copy"), "not_known"),
)
_ASKS = re.compile(r"must be asked|must ask|on request|needs? ")
_WORDS = {"needs": "needs", "includes": "delivers", "label": "label"}
_FLAGS = {"beta": "beta", "inferred": "inferred"}


def add_targets(draft: Draft, source: Path, rows: object, holder: Path) -> None:
    """All rows of a tier as targets."""
    stated = mapping(draft.facts, source, rows)
    draft.holder(holder).setdefault("targets", [])
    for name, row in stated.items():
        _add_row(draft, (*source, name), mapping(draft.facts, (*source, name), row), holder)
    if not stated:
        draft.facts.carry(source, (*holder, "targets"))


def _add_row(draft: Draft, source: Path, row: dict[str, Any], holder: Path) -> None:
    severity = key_of(str(source[-1]))
    places = [
        _add_target(draft, (*source, column), row, holder) for column in row if column in KINDS
    ]
    if not places:
        return
    _carry_hours(draft, source, row, places)
    _words(draft, source, row, places[0])
    if "note" in row:
        _note(draft, (*source, "note"), row["note"], places[0])
    if "definition" in row and severity in draft.catalog["severities"]:
        said = draft.words((*source, "definition"), row["definition"])
        draft.catalog["severities"][severity]["means"] = said
        draft.facts.carry((*source, "definition"), ("severities", severity, "means"))
    if "channel" in row:
        _channel(draft, (*source, "channel"), row["channel"], holder, places[0])
    _escalation(draft, source, row, holder)


def _add_target(draft: Draft, source: Path, row: dict[str, Any], holder: Path) -> Path:
    targets = draft.holder(holder)["targets"]
    place = (*holder, "targets", len(targets))
    severity = key_of(str(source[-2]))
    target: dict[str, Any] = {"severity": severity, "milestone": KINDS[str(source[-1])]}
    value = row[str(source[-1])]
    stated = read_duration(draft.words(source, value)) if value is not None else None
    if value is not None and stated is None:
        message = f"'{value}' is not a duration of this format."
        advice = "Write 15m, 4h, 2d, or 4bh, 2bd for business time, or null."
        draft.facts.fault(source, "bad_duration", message, advice)
    target["within"] = str(stated.duration) if stated else None
    if stated is not None:
        phrase = draft.words((*source[:-1], "hours"), row.get("hours")) or None
        hours = draft.hours.key(phrase, is_business=stated.is_business)
        target["hours"] = hours or draft.hours.key("business")
        if stated.is_negotiable:
            target["negotiable"] = True
    targets.append(target)
    draft.facts.carry(source, (*place, "within"))
    return place


def _carry_hours(draft: Draft, source: Path, row: dict[str, Any], places: list[Path]) -> None:
    """A phrase that names no hours that we know is kept as words beside the target."""
    if "hours" not in row:
        return
    path = (*source, "hours")
    phrase = draft.words(path, row["hours"])
    targets = draft.holder(places[0][:2])["targets"]
    first = targets[places[0][-1]]
    if first.get("hours") is None:
        draft.facts.carry(path, places[0])
    elif draft.hours.key(phrase or None) is None:
        first["note"] = f"Hours: {phrase}"
        draft.facts.carry(path, (*places[0], "note"), form=Form.text)
    else:
        for place in places:
            if targets[place[-1]].get("hours"):
                draft.facts.carry(path, (*place, "hours"))
    if "paging" in phrase.lower():
        severity = key_of(str(source[-1]))
        draft.feature("paging", "Paging", "support_experience", group="Channels")
        severities = [severity] if severity != ANY else []
        term = {"kind": "channel", "channel": "paging", "severities": severities}
        draft.facts.carry(path, draft.term(places[0][:2], "paging", term))


def _words(draft: Draft, source: Path, row: dict[str, Any], place: Path) -> None:
    target = draft.holder(place[:2])["targets"][place[-1]]
    for field, where in _WORDS.items():
        if row.get(field) is not None:
            target[where] = draft.words((*source, field), row[field])
            draft.facts.carry((*source, field), (*place, where))
    for field, where in _FLAGS.items():
        if field in row:
            target[where] = boolean(draft.facts, (*source, field), row[field])
            draft.facts.carry((*source, field), (*place, where))


def _note(draft: Draft, source: Path, value: object, place: Path) -> None:
    """A note that says why there is no target, or what speed takes, is more than a note."""
    target = draft.holder(place[:2])["targets"][place[-1]]
    said = draft.words(source, value)
    for pattern, absence in ABSENCES:
        if target["within"] is None and pattern.search(said.lower()):
            target["absence"] = absence
            draft.facts.carry(source, (*place, "absence"))
            return
    if _ASKS.search(said.lower()) and "needs" not in target:
        target["needs"] = said
        draft.facts.carry(source, (*place, "needs"))
        return
    target["note"] = f"{target['note']}; {said}" if "note" in target else said
    draft.facts.carry(source, (*place, "note"), form=Form.text)


def _channel(draft: Draft, source: Path, value: object, holder: Path, place: Path) -> None:
    """`emergency form; on-call engineer`: how to reach us at this severity, and who answers."""
    severity = key_of(str(source[-2]))
    for part in draft.words(source, value).split(";"):
        said = part.strip()
        terms = channel_terms(draft, said, [severity] if severity != ANY else [])
        if terms:
            for key, term in terms.items():
                draft.facts.carry(source, draft.term(holder, key, term))
        else:
            key = key_of(said)
            draft.feature(key, said[:1].upper() + said[1:], "support_experience")
            term = {"kind": "expertise", "level": "specialist", "role": said}
            term_place = draft.term(holder, key, term | {"severities": [severity]})
            draft.holder(place[:2])["targets"][place[-1]]["answered_by"] = key
            draft.facts.carry(source, term_place, (*place, "answered_by"))


def _escalation(draft: Draft, source: Path, row: dict[str, Any], holder: Path) -> None:
    """The line that a case starts at, and the time after which it climbs."""
    severity = key_of(str(source[-1]))
    line = re.search(r"\d+", draft.words((*source, "starts_at"), row.get("starts_at")))
    if line:
        number = int(line[0])
        key = draft.feature(
            f"first_line_{severity}", f"First line, {severity}", "support_experience"
        )
        level = "specialist" if number > 1 else "generalist"
        term = {"kind": "expertise", "level": level, "severities": [severity]}
        place = draft.term(holder, key, term | {"starts_at_line": number})
        draft.facts.carry((*source, "starts_at"), (*place, "starts_at_line"))
    path = (*source, "escalation_threshold")
    stated = read_duration(draft.words(path, row.get("escalation_threshold")))
    if stated:
        phrase = draft.words((*source, "hours"), row.get("hours")) or None
        tree = f"{holder[1]}_{severity}"
        level_ = {"role": "Next line of support", "after": str(stated.duration)}
        hours = draft.hours.key(phrase, is_business=stated.is_business)
        if hours:
            level_["hours"] = hours
        trees = draft.catalog.setdefault("escalation", {})
        trees[tree] = {"name": f"Escalation, {severity}", "levels": [level_]}
        draft.holder(holder).setdefault("escalation", {})[severity] = tree
        draft.facts.carry(path, ("escalation", tree, "levels", 0, "after"))
