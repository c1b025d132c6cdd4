"""The part of a mapping file that says how an export of several lists of records becomes rows."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from tierline.catalog.statement import Key, Statement, Text
from tierline.connectors.event_log.mapping_words import Column

CASE, AT = "case", "at"
"""Columns that every row of an export has: the id of its case, and its time."""


class SameStatement(Statement):
    """A mark on a record: `true` where one of its fields equals one of its case's, else `false`."""

    field: Column
    of_case: Column


class RecordsStatement(Statement):
    """One list of records. Each record is a row, or, with `each`, each entry of a list in it.

    Fields are named by their path inside the record (`sla.policy.title`); as columns they bear the
    name of the list before it (`events.sla.policy.title`).
    """

    source: tuple[Text, ...] = Field(min_length=1)
    """Where the vendor publishes what these records hold."""
    also: tuple[Text, ...] = ()
    """Other names under which the list comes: keys of a JSON document, names of files."""
    of: Key | None = None
    """The list in whose records this one stands."""
    path: Column | None = None
    """Where it stands there; `*` is any key."""
    case: Column | None = None
    """The field with the id of the case; with `of` it is that of the record around it."""
    at: Column
    """The field with the time of the row."""
    each: Column | None = None
    """The field that holds a list, each entry of which is a row of its own."""
    field: Column | None = None
    """The field that says which field of the case changed ..."""
    becomes: Column | None = None
    """... into what ..."""
    was: Column | None = None
    """... and from what."""
    follows: dict[Column, Column] = Field(default_factory=dict)
    """Columns that follow such changes: the name under which a field changes, and the field of the
    case that holds its last value."""
    order: tuple[Column, ...] = ()
    """Fields that order records of one instant."""
    marks: dict[Key, SameStatement] = Field(default_factory=dict)
    published: tuple[Column, ...] = Field(min_length=1)
    """Every field that the vendor publishes for these records."""
    keep: tuple[Column, ...] = ()
    """Fields that are kept beside the facts; `x_*` is every field that begins so."""
    left_out: dict[Column, Text] = Field(default_factory=dict)
    """Fields that are left out on purpose, with the reason."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.of is None) != (self.path is None):
            raise ValueError("a list in another one states 'of' and 'path'")
        if self.of is None and self.case is None:
            raise ValueError("state 'case', the field with the id of the case")
        if bool(self.follows) and not (self.field and self.becomes):
            raise ValueError("what 'follows' changes needs 'field' and 'becomes'")
        return self
