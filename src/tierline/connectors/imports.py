"""What an importer gives back: catalogs, and the fate of every fact of the source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierline.catalog.document import Document, path_text
from tierline.catalog.load import parse_catalog
from tierline.connectors.facts import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.catalog.catalog import Catalog
    from tierline.connectors.facts import Fact, Facts


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The catalogs that a source states, and every fact of it."""

    source: str
    format: str
    catalogs: tuple[Catalog, ...]
    facts: tuple[Fact, ...]

    @property
    def catalog(self) -> Catalog:
        """The newest catalog; the first of several of one day."""
        return max(self.catalogs, key=lambda catalog: catalog.version)

    @property
    def has_dropped(self) -> bool:
        """Whether a fact of the source stands nowhere in the catalogs."""
        return any(fact.form is Form.dropped for fact in self.facts)

    def of_form(self, form: Form) -> tuple[Fact, ...]:
        """The facts that were carried in this form."""
        return tuple(fact for fact in self.facts if fact.form is form)

    def counts(self) -> dict[Form, int]:
        """How many facts were carried in each form."""
        found = Counter(fact.form for fact in self.facts)
        return {form: found[form] for form in Form}

    def places(self, fact: Fact) -> list[str]:
        """Where a fact stands, in words; the version is named where there are several catalogs."""
        several = len(self.catalogs) > 1
        return [
            f"{self.catalogs[place.catalog].version} {path_text(place.path)}"
            if several
            else path_text(place.path)
            for place in fact.places
        ]

    def as_json(self) -> dict[str, Any]:
        """The whole report as plain values."""
        return {
            "source": self.source,
            "format": self.format,
            "counts": {form.value: count for form, count in self.counts().items()},
            "facts": [
                {
                    "line": fact.line,
                    "path": path_text(fact.path),
                    "value": json_value(fact.value),
                    "form": fact.form.value,
                    "carried_by": self.places(fact),
                }
                for fact in self.facts
            ],
        }


def json_value(value: Any) -> Any:
    """A scalar of the source as JSON has it; a decimal stays exact, as text."""
    return str(value) if isinstance(value, Decimal) else value


def finish(facts: Facts, written: Sequence[dict[str, Any]], format_: str) -> ImportResult:
    """Read the catalogs back and settle the facts. Raises Invalid with all faults, at the lines
    of the source that they come from."""
    source = facts.document.source
    facts.raise_faults(f"a {format_} file that can be imported")
    catalogs = tuple(
        parse_catalog(_document(facts, number, value)) for number, value in enumerate(written)
    )
    return ImportResult(source, format_, catalogs, facts.settle(catalogs))


def _document(facts: Facts, number: int, value: dict[str, Any]) -> Document:
    return Document(facts.document.source, value, {(): (1, 1), **facts.lines_of_places(number)})
