"""What two versions say differently about triage: rows, and how many answers it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tierline.catalog.difference_change import Change, Direction, Kind
from tierline.catalog.triage_default import triage_for
from tierline.catalog.triage_table import ranks_of, recovery_minutes_of, rule_words, space_of
from tierline.catalog.words_amount import duration_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.triage_statement import Triage


def triage_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    """Rows that came and went, with what they do to every combination of answers; then reasons, the
    order, and the rules of disputes. A catalog without a table has the one by place."""
    if not old.severities or not new.severities:
        return
    before = triage_for(old.triage, tuple(old.severities))
    after = triage_for(new.triage, tuple(new.severities))
    if before.rules != after.rules:
        yield from _row_changes((old, before), (new, after))
    for what, was, is_ in _rest_of(before, after):
        if was != is_:
            yield _change(Direction.changed, what, was, is_)


def _row_changes(old: tuple[Catalog, Triage], new: tuple[Catalog, Triage]) -> Iterator[Change]:
    direction, note = _effect(old, new)
    was, is_ = ([rule_words(rule) for rule in each.rules] for _, each in (old, new))
    gone, come = [row for row in was if row not in is_], [row for row in is_ if row not in was]
    if gone or come or was != is_:
        yield _change(
            direction,
            "Triage table",
            "; ".join(gone) or None if gone or come else "rows in another order",
            "; ".join(come) or None if gone or come else "rows in this order",
            note,
        )
    reasons = {rule_words(rule): (rule.because, rule.level) for rule in old[1].rules}
    for rule in new[1].rules:
        row = rule_words(rule)
        known = reasons.get(row, (rule.because, rule.level))
        if known != (rule.because, rule.level):
            yield _change(Direction.changed, f"Triage: {row}", _said(*known),
                          _said(rule.because, rule.level))  # fmt: skip


def _said(because: str, level: object) -> str:
    return f"{because} ({level})" if level else because


def _effect(old: tuple[Catalog, Triage], new: tuple[Catalog, Triage]) -> tuple[Direction, str]:
    """Whether answers now give milder or worse severities, counted over every combination."""
    known = list(new[0].severities)
    named = {rule.severity for each in (old, new) for rule in each[1].rules}
    if list(old[0].severities) != known or not named <= set(known):
        return Direction.changed, ""
    limits = [recovery_minutes_of(rule) for each in (old, new) for rule in each[1].rules]
    times = [limit for limit in limits if limit is not None]
    was, is_ = (ranks_of(space_of(each.rules, times), each, known) for _, each in (old, new))
    milder, worse = int(np.sum(is_ > was)), int(np.sum(is_ < was))
    if not milder and not worse:
        return Direction.changed, "no answers give another severity"
    note = f"of {was.size:,} combinations of answers {milder:,} become milder and {worse:,} worse"
    if milder and worse:
        return Direction.changed, note
    return (Direction.worse if milder else Direction.better), note


def _rest_of(before: Triage, after: Triage) -> Iterator[tuple[str, str, str]]:
    was, is_ = before.disputes, after.disputes
    yield ("Triage: a dispute is decided within", duration_in_words(was.decide_within),
           duration_in_words(is_.decide_within))  # fmt: skip
    yield "Triage: a dispute is decided by", was.decided_by, is_.decided_by
    for question in dict.fromkeys([*before.questions, *after.questions]):
        asked = [each.questions.get(question) for each in (before, after)]
        told = [
            "" if words is None else "; ".join(filter(None, [words.ask, *words.answers.values()]))
            for words in asked
        ]
        yield f"Triage: words of {question.value.replace('_', ' ')}", told[0], told[1]


def _change(
    direction: Direction, what: str, old: str | None, new: str | None, note: str = ""
) -> Change:
    kind = Kind.added if not old else Kind.removed if not new else Kind.changed
    return Change(direction, kind, "", "", what, "", old or None, new or None, note)
