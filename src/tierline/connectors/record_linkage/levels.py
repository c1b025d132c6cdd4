"""How two values of a kind compare, from the closest to the farthest, as levels for Splink.

Each level starts with the share of true pairs (`m`) and of all pairs (`u`) that one would expect
of it. Where there are enough records both are learned from them; where there are few they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tierline.accounts.evidence import FieldKind

_IS_NEAR = (
    "x = y OR jaro_winkler_similarity(x, y) >= 0.92 "
    "OR (least(len(x), len(y)) >= 4 AND (starts_with(x, y) OR starts_with(y, x)))"
)
_LEFTOVER = "list_filter(these, lambda x: len(list_filter(those, lambda y: is_near(x, y))) = 0)"
MACROS = (
    f"CREATE MACRO is_near(x, y) AS {_IS_NEAR}",
    f"CREATE MACRO leftover(these, those) AS len({_LEFTOVER})",
    "CREATE MACRO shared(these, those) AS len(list_intersect(these, those))",
)
"""What the conditions below use: two words are near if they may be one word with a typing error or
cut short; leftovers are the words of one that are near to none of the other."""


@dataclass(frozen=True, slots=True)
class Level:
    """A condition in SQL (`{f}` is the field), what it means, and the shares to start from."""

    words: str
    condition: str
    m: float
    u: float
    frequency_of: str | None = None
    contradicts: bool = False


_ELSE = "ELSE"


def _same(column: str = "{f}") -> str:
    return f'"{column}_l" = "{column}_r"'


def _near(similarity: float, column: str = "{f}") -> str:
    return f'jaro_winkler_similarity("{column}_l", "{column}_r") >= {similarity}'


def _within(edits: int) -> str:
    return f'damerau_levenshtein("{{f}}_l", "{{f}}_r") <= {edits}'


def _words(function: str, one: str = "l", other: str = "r") -> str:
    return f'{function}("{{f}}_words_{one}", "{{f}}_words_{other}")'


_LEFT, _RIGHT = _words("leftover"), _words("leftover", "r", "l")
_CONTAINED = f'{_words("shared")} = least(len("{{f}}_words_l"), len("{{f}}_words_r"))'

_PERSON = (
    Level("the same", _same(), 0.7, 0.004, frequency_of="{f}"),
    Level("nearly the same", _near(0.92), 0.12, 0.002),
    Level("alike", _near(0.85), 0.03, 0.003),
    Level("sound alike", _same("{f}_sound"), 0.01, 0.003),
    Level("a little alike", _near(0.7), 0.02, 0.03),
    Level("different", _ELSE, 0.12, 0.958),
)
_CODE = (
    Level("the same", _same(), 0.9, 0.0003),
    Level("one letter or digit apart", _within(1), 0.05, 0.0003),
    Level("two letters or digits apart", _within(2), 0.01, 0.0005),
    Level("different", _ELSE, 0.04, 0.9989, contradicts=True),
)
LEVELS: dict[FieldKind, tuple[Level, ...]] = {
    FieldKind.full_name: (
        Level("the same words", _same("{f}_sorted"), 0.6, 0.0005, frequency_of="{f}_sorted"),
        Level("the same words, nearly", f"{_LEFT} = 0 AND {_RIGHT} = 0", 0.1, 0.0002),
        Level("one is part of the other", f"{_LEFT} = 0 OR {_RIGHT} = 0", 0.15, 0.001),
        Level("nearly the same", _near(0.92), 0.05, 0.0003, contradicts=True),
        Level("some words the same", f"{_words('shared')} >= 1", 0.05, 0.015, contradicts=True),
        Level("different", _ELSE, 0.05, 0.983, contradicts=True),
    ),
    FieldKind.given_name: _PERSON,
    FieldKind.surname: _PERSON,
    FieldKind.address: (
        Level("the same words", _same("{f}_sorted"), 0.6, 0.0005),
        Level(
            "the same number, and one is part of the other",
            f"{_same('{f}_number')} AND {_CONTAINED}",
            0.15,
            0.0002,
        ),
        Level(
            "the same number and two words",
            f"{_same('{f}_number')} AND {_words('shared')} >= 2",
            0.05,
            0.0006,
        ),
        Level("nearly the same", _near(0.92), 0.08, 0.001),
        Level("the same number", _same("{f}_number"), 0.02, 0.003),
        Level(
            "half of the words the same",
            f'{_words("shared")} * 3.0 >= len("{{f}}_words_l") + len("{{f}}_words_r")',
            0.03,
            0.003,
        ),
        Level("different", _ELSE, 0.07, 0.9917),
    ),
    FieldKind.house_number: (
        Level("the same", _same(), 0.84, 0.014),
        Level("one digit apart", _within(1), 0.06, 0.2),
        Level("different", _ELSE, 0.1, 0.786),
    ),
    FieldKind.place: (
        Level("the same", _same(), 0.7, 0.03, frequency_of="{f}"),
        Level("nearly the same", _near(0.88), 0.2, 0.02),
        Level("different", _ELSE, 0.1, 0.95),
    ),
    FieldKind.postcode: (
        Level("the same", _same(), 0.75, 0.002, frequency_of="{f}"),
        Level("one letter or digit apart", _within(1), 0.1, 0.01),
        Level("the same area", _same("{f}_area"), 0.05, 0.005),
        Level("the same region", 'substr("{f}_l", 1, 2) = substr("{f}_r", 1, 2)', 0.03, 0.03),
        Level("different", _ELSE, 0.07, 0.953),
    ),
    FieldKind.date: (
        Level("the same", _same(), 0.8, 0.001, frequency_of="{f}"),
        Level("one digit apart", _within(1), 0.08, 0.002),
        Level("two digits apart", _within(2), 0.03, 0.014),
        Level("the same year", 'substr("{f}_l", 1, 4) = substr("{f}_r", 1, 4)', 0.02, 0.008),
        Level("different", _ELSE, 0.07, 0.975),
    ),
    FieldKind.phone: tuple(Level(each.words, each.condition, each.m, each.u) for each in _CODE),
    FieldKind.identifier: _CODE,
    FieldKind.email: (
        Level("the same", _same(), 0.6, 0.001, frequency_of="{f}"),
        Level(
            "the same before the @",
            "split_part(\"{f}_l\", '@', 1) = split_part(\"{f}_r\", '@', 1)",
            0.15,
            0.001,
        ),
        Level("nearly the same", _near(0.9), 0.15, 0.001),
        Level(
            "the same domain",
            "split_part(\"{f}_l\", '@', 2) = split_part(\"{f}_r\", '@', 2)",
            0.05,
            0.01,
        ),
        Level("different", _ELSE, 0.05, 0.987),
    ),
    FieldKind.domain: (
        Level("the same", _same(), 0.7, 0.002, frequency_of="{f}"),
        Level("nearly the same", _near(0.92), 0.05, 0.002),
        Level("different", _ELSE, 0.25, 0.996),
    ),
    FieldKind.category: (
        Level("the same", _same(), 0.7, 0.1, frequency_of="{f}"),
        Level("different", _ELSE, 0.3, 0.9),
    ),
}


def comparison(field: str, kind: FieldKind, *, learned: bool) -> dict[str, Any]:
    """The comparison of a field in Splink's own form. Frequencies of values count only where there
    are enough records to tell a common value from a rare one."""
    levels = [_splink_level(level, field, learned=learned) for level in LEVELS[kind]]
    return {"output_column_name": field, "comparison_levels": [_missing(field), *levels]}


def words_of(kind: FieldKind, level: int) -> str:
    """What the level means that Splink numbers so; it counts from the farthest, 0."""
    return level_of(kind, level).words


def level_of(kind: FieldKind, level: int) -> Level:
    """The level that Splink numbers so."""
    return LEVELS[kind][len(LEVELS[kind]) - 1 - level]


def contradictions(levels: Iterable[tuple[str, FieldKind, int]]) -> tuple[str, ...]:
    """The fields whose level speaks against the pair; -1 is the level of a missing value."""
    return tuple(
        field for field, kind, level in levels if level >= 0 and level_of(kind, level).contradicts
    )


def _missing(field: str) -> dict[str, Any]:
    return {
        "sql_condition": f'"{field}_l" IS NULL OR "{field}_r" IS NULL',
        "label_for_charts": "missing",
        "is_null_level": True,
    }


def _splink_level(level: Level, field: str, *, learned: bool) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "sql_condition": level.condition.replace("{f}", field),
        "label_for_charts": level.words,
        "m_probability": level.m,
        "u_probability": level.u,
    }
    if learned and level.frequency_of is not None:
        stated["tf_adjustment_column"] = level.frequency_of.replace("{f}", field)
    return stated
