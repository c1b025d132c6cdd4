"""A source file as facts, each of which must arrive somewhere.

Every scalar of the source, and every empty list or mapping, is a fact. A converter says of each
where it put it; what nobody claimed, or what stands nowhere in the catalog, was dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from tierline.catalog.document import Document, path_text
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog

Path = tuple[str | int, ...]


class Form(StrEnum):
    """What carries a fact in the catalog."""

    typed = "typed"
    """A field that a check, a clock or the grid reads."""
    text = "text"
    """Words for people."""
    dropped = "dropped"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact arrived: a path inside one of the catalogs made."""

    catalog: int
    path: Path


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the source and what became of it."""

    path: Path
    value: Any
    line: int
    form: Form
    places: tuple[Place, ...] = ()

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.value!r}"


@dataclass(slots=True)
class _Claim:
    form: Form
    places: list[Place] = field(default_factory=list)


class Facts:
    """The facts of one document, the claims on them, and the faults met in reading."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []
        self._values = dict(leaves(document.value))
        self._claims: dict[Path, _Claim] = {}
        self.catalog = 0
        """The number of the catalog that is being made; claims go there."""

    def carry(self, source: Path, *places: Path, form: Form = Form.typed) -> None:
        """The fact at `source` (or all facts below it) stands at `places` of the catalog."""
        below = [source] if source in self._values else self._below(source)
        for path in below:
            claim = self._claims.setdefault(path, _Claim(form))
            if form is Form.typed:
                claim.form = form
            claim.places += [Place(self.catalog, place) for place in places]

    def _below(self, source: Path) -> list[Path]:
        return [path for path in self._values if path[: len(source)] == source]

    def fault(self, path: Path, code: str, message: str, write_instead: str = "") -> None:
        """Note something that makes the file unreadable, at its line."""
        fault = self.document.at(Fault(code, message, "", write_instead), path)
        if fault not in self.faults:
            self.faults.append(fault)

    def raise_faults(self, wanted: str) -> None:
        """Raise Invalid with all faults in the order of their lines, if there are any."""
        if self.faults:
            faults = sorted(self.faults, key=lambda fault: (fault.line or 0, fault.column or 0))
            noun = "fault" if len(faults) == 1 else "faults"
            message = f"{self.document.source} is not {wanted}: {len(faults)} {noun}."
            raise Invalid(message, faults)

    def lines_of_places(self, catalog: int) -> dict[Path, tuple[int, int]]:
        """For each place of a catalog the line and column of the fact that it came from."""
        lines: dict[Path, tuple[int, int]] = {}
        for path, claim in self._claims.items():
            for place in claim.places:
                if place.catalog == catalog:
                    lines.setdefault(place.path, self._line(path))
        return lines

    def settle(self, catalogs: Sequence[Catalog]) -> tuple[Fact, ...]:
        """Every fact with its fate. A claim on a place that does not exist is a drop."""
        return tuple(self._fate(path, value, catalogs) for path, value in self._values.items())

    def _fate(self, path: Path, value: Any, catalogs: Sequence[Catalog]) -> Fact:
        line = self._line(path)[0]
        claim = self._claims.get(path)
        if claim is None or not claim.places:
            return Fact(path, value, line, Form.dropped)
        if not all(stands_at(catalogs[place.catalog], place.path) for place in claim.places):
            return Fact(path, value, line, Form.dropped)
        return Fact(path, value, line, claim.form, tuple(claim.places))

    def _line(self, path: Path) -> tuple[int, int]:
        known = path
        while known and known not in self.document.lines:
            known = known[:-1]
        return self.document.lines.get(known, (1, 1))


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar, and every empty list or mapping, with its path."""
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from leaves(child, (*path, key))
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from leaves(child, (*path, index))
    else:
        yield path, value


def stands_at(value: object, path: Path) -> bool:
    """Whether a path leads to something inside a catalog."""
    try:
        value_at(value, path)
    except LookupError:
        return False
    return True


def value_at(value: Any, path: Path) -> Any:
    """What stands at a path inside a catalog: statements by field, mappings by key, lists by
    number. Raises LookupError where nothing does."""
    for part in path:
        if isinstance(value, BaseModel):
            if part not in type(value).model_fields:
                raise LookupError(path_text(path))
            value = getattr(value, str(part))
        else:
            value = value[part]
    return value
