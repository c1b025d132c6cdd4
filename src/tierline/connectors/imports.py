"""What an importer gives back: catalogs, and the fate of every fact of the source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierline.catalog.document import Document
from tierline.catalog.load import parse_catalog
from tierline.connectors.facts import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.catalog.catalog import Catalog
    from tierline.connectors.facts import Fact, Facts


@dataclass(frozen=True, slots=True)
class ImportResult:
    """One or more catalogs (the newest first) and every fact of the source."""

    source: str
    format: str
    catalogs: tuple[Catalog, ...]
    facts: tuple[Fact, ...]

    @property
    def catalog(self) -> Catalog:
        """The newest catalog."""
        return self.catalogs[0]

    def of_form(self, form: Form) -> tuple[Fact, ...]:
        """The facts that were carried in this form."""
        return tuple(fact for fact in self.facts if fact.form is form)

    def counts(self) -> dict[Form, int]:
        """How many facts were carried in each form."""
        found = Counter(fact.form for fact in self.facts)
        return {form: found[form] for form in Form}


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
