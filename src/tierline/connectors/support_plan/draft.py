"""A catalog in the making: what is written so far, and what the parts of an import share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Facts, Form, Path
from tierline.connectors.keys import Keys
from tierline.connectors.reading import text

if TYPE_CHECKING:
    from tierline.connectors.support_plan.hours import HoursBook


@dataclass(slots=True)
class Draft:
    """One catalog being made from a support plan, or from one snapshot of it."""

    facts: Facts
    catalog: dict[str, Any]
    hours: HoursBook
    tier_keys: Keys = field(default_factory=Keys)

    def feature(self, key: str, name: str, axis: str, **more: str) -> str:
        """Note a feature, once, and give back its key."""
        self.catalog["features"].setdefault(key, {"name": name, "axis": axis, **more})
        return key

    def term(self, holder: Path, key: str, term: dict[str, Any]) -> Path:
        """Write a term into a tier or add-on; the path to it."""
        self.holder(holder).setdefault("terms", {})[key] = term
        return (*holder, "terms", key)

    def holder(self, path: Path) -> dict[str, Any]:
        """The tier or add-on at a path of the catalog."""
        found: dict[str, Any] = self.catalog[str(path[0])][path[1]]
        return found

    def words(self, source: Path, value: object) -> str:
        """The text at a place of the source."""
        return text(self.facts, source, value)

    def note(self, source: Path, value: object, *, before: str = "") -> None:
        """Keep words that no rule reads, as a note of the catalog."""
        notes = self.catalog.setdefault("notes", [])
        said = self.words(source, value)
        if not said:
            return
        notes.append(f"{before}{said}")
        self.facts.carry(source, ("notes", len(notes) - 1), form=Form.text)
