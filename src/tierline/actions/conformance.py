"""Vectors of business-time arithmetic, run through the product's own public functions.

A vector is `{id, op, schedule, input, expect}`; docs/conformance.md names the operations. Nothing
here looks at a vector's id or source: only at what it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tierline.actions.conformance_operations import OPERATIONS, BrokenVector, Question
from tierline.kernel.errors import Invalid, TierlineError
from tierline.kernel.instants import format_instant, parse_instant

_LONGEST_NAME = 120
_LONGEST_LINE = 2_000

Operation = Callable[[Question], object]


@dataclass(frozen=True, slots=True)
class VectorResult:
    """The outcome of one vector. `index` counts from 0; `problem` says why there is no answer."""

    index: int
    id: str
    op: str
    passed: bool
    expected: object
    got: object = None
    problem: str = ""

    def line(self) -> str:
        """The failure in one line, with what was got and what was expected."""
        place = f"vector {self.index} ({_short(self.id) or 'no id'}) {_short(self.op)}".rstrip()
        if self.problem:
            return f"FAILED {place}: {_printable(self.problem)}"
        return _printable(f"FAILED {place}: got {shown(self.got)}, expected {shown(self.expected)}")


def run_vectors(document: object) -> tuple[VectorResult, ...]:
    """Run a parsed file: a list of vectors, or a mapping that holds one as `vectors`.

    A vector that cannot be run is a failure with its reason; only a document that holds no vectors
    at all is `Invalid`.
    """
    vectors = document.get("vectors") if isinstance(document, Mapping) else document
    if isinstance(vectors, str) or not isinstance(vectors, Sequence):
        vectors = ()
    if not vectors:
        raise Invalid(
            "This file holds no vectors. Write a JSON list of them, or an object whose key "
            "'vectors' is that list.",
            code="no_vectors",
        )
    return tuple(run_vector(index, vector) for index, vector in enumerate(vectors))


def run_vector(index: int, vector: object) -> VectorResult:
    """Run one vector; the result says what went wrong, nothing is raised."""
    if not isinstance(vector, Mapping):
        return VectorResult(index, "", "", False, None, problem="a vector must be an object")
    name = vector.get("op", vector.get("kind"))
    blank = VectorResult(index, str(vector.get("id", "")), str(name or ""), False, None)
    if name is None:
        return _failed(blank, "it has no 'op'")
    if "expect" not in vector:
        return _failed(blank, "it has no 'expect'")
    operation = OPERATIONS.get(str(name))
    if operation is None:
        return _failed(blank, f"'{name}' is not a known op. Known: {', '.join(sorted(OPERATIONS))}")
    return _answered(blank, operation, vector)


def _answered(
    blank: VectorResult, operation: Operation, vector: Mapping[str, object]
) -> VectorResult:
    expected = vector["expect"]
    try:
        asked = Question(
            vector.get("schedule"), vector.get("input", {}), isinstance(expected, bool)
        )
        got = operation(asked)
    except BrokenVector as broken:
        return _failed(blank, str(broken), expected)
    except TierlineError as refusal:
        if expected == "error":
            return VectorResult(blank.index, blank.id, blank.op, True, expected, "error")
        return _failed(blank, f"refused: {refusal}", expected)
    except (ArithmeticError, LookupError, TypeError, ValueError) as crash:
        return _failed(blank, f"cannot be run ({type(crash).__name__}: {crash})", expected)
    passed = agrees(got, expected)
    return VectorResult(blank.index, blank.id, blank.op, passed, expected, got)


def agrees(got: object, expected: object) -> bool:
    """Whether an answer is the expected one: instants as instants, lists one by one."""
    if isinstance(got, datetime):
        return isinstance(expected, str) and _instant_or_none(expected) == got
    if isinstance(got, Sequence) and not isinstance(got, str):
        return (
            isinstance(expected, Sequence)
            and not isinstance(expected, str)
            and len(got) == len(expected)
            and all(agrees(mine, theirs) for mine, theirs in zip(got, expected, strict=True))
        )
    if isinstance(got, bool) or isinstance(expected, bool):
        return got is expected
    return got == expected


def shown(value: object) -> str:
    """A value as the file of vectors would write it."""
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)


def _instant_or_none(text: str) -> datetime | None:
    try:
        return parse_instant(text)
    except Invalid:
        return None


def _short(text: str) -> str:
    """Names come from a file of anybody's; a line stays a line."""
    kept = text if len(text) <= _LONGEST_NAME else text[:_LONGEST_NAME] + "…"
    return " ".join(_printable(kept).split())


def _printable(text: str) -> str:
    """Half a surrogate pair, legal in JSON, cannot be written to a terminal."""
    kept = text if len(text) <= _LONGEST_LINE else text[:_LONGEST_LINE] + "…"
    return kept.encode("utf-8", "backslashreplace").decode("utf-8")


def _failed(blank: VectorResult, problem: str, expected: object = None) -> VectorResult:
    return VectorResult(blank.index, blank.id, blank.op, False, expected, problem=problem)
