"""The mapping file: how the columns of an export become facts of cases.

The names here are the keys of the file; `docs/mapping.md` explains them to people.
"""

from __future__ import annotations

import codecs
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, field_validator, model_validator

from tierline.calendars.local_time import zone_fault
from tierline.catalog.statement import Key, MilestoneKind, Statement, Text
from tierline.connectors.event_log.mapping_records import RecordsStatement
from tierline.connectors.event_log.mapping_words import Cell, Cells, Column, Conditions

FORMAT = "tierline/event-log-mapping/1"


class DateOrder(StrEnum):
    """The order of day, month and year in a date of digits."""

    year_first = "year_first"
    day_first = "day_first"
    month_first = "month_first"


class Take(StrEnum):
    """Which row of a case gives the value: the first or the last that knows it."""

    first = "first"
    last = "last"


class SeverityFrom(StrEnum):
    """Whether severity is taken once, or followed from row to row."""

    first = "first"
    last = "last"
    changes = "changes"


class CaseState(StrEnum):
    """What a state of the old tool means for the clocks."""

    open = "open"
    restored = "restored"
    resolved = "resolved"
    closed = "closed"


class RuleEvent(StrEnum):
    """Facts that a rule over columns can state."""

    severity_set = "severity_set"
    acknowledged = "acknowledged"
    public_reply = "public_reply"
    private_note = "private_note"
    automatic_reply = "automatic_reply"
    customer_message = "customer_message"
    restored = "restored"
    resolved = "resolved"
    reopened = "reopened"
    closed = "closed"
    post_mortem_published = "post_mortem_published"


class FileStatement(Statement):
    """The form of the file. A Parquet file needs none of this but `unknown`."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str | None = Field(default='"', max_length=1)
    """`null` where the file quotes nothing and quotation marks are plain text."""
    encoding: str = "utf-8"
    unknown: tuple[Cell, ...] = ()
    """Texts that stand for 'not known', beside the empty one: `?`, `N/A`."""

    @field_validator("delimiter", "quote")
    @classmethod
    def _one_byte(cls, value: str | None) -> str | None:
        if value is not None and (not value.isascii() or value in "\r\n\0"):
            raise ValueError("write one ASCII character that is no line end, such as ';' or '\\t'")
        return value

    @model_validator(mode="after")
    def _two_characters(self) -> Self:
        if self.quote == self.delimiter:
            raise ValueError("'delimiter' and 'quote' must differ")
        return self

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            return codecs.lookup(value).name
        except LookupError:
            raise ValueError(f"'{value}' is not an encoding; write utf-8 or windows-1252") from None


class TimesStatement(Statement):
    """How times are written."""

    time_zone: Text | None = None
    """The zone of times that state none. Without it such times are refused, never guessed."""
    order: DateOrder = DateOrder.year_first
    format: Text | None = None
    """strftime form, e.g. `%d-%b-%Y %H:%M`, where `order` does not fit; or `epoch_seconds` or
    `epoch_milliseconds`."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        from zoneinfo import available_timezones  # noqa: PLC0415 - reads the disk, so only here

        if value is not None and value not in available_timezones():
            fault = zone_fault(value)
            meant = fault.write_instead.replace("Did you mean", "Write").rstrip("?.")
            raise ValueError(f"{fault.message} {meant}")
        return value


class SeverityStatement(Statement):
    """Severity of a row: one column's values, a matrix of two columns, or always the same."""

    column: Column | None = None
    values: dict[Cell, Key] = Field(default_factory=dict)
    rows: Column | None = None
    """Column that selects the row of `cells`, usually impact."""
    columns: Column | None = None
    """Column that selects inside the row, usually urgency."""
    cells: dict[Cell, dict[Cell, Key]] = Field(default_factory=dict)
    always: Key | None = None
    default: Key | None = None
    """Where no row of a case says it."""
    take: SeverityFrom = Field(default=SeverityFrom.changes, alias="from")

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        by_column = self.column is not None and bool(self.values)
        by_matrix = bool(self.rows and self.columns and self.cells)
        if [by_column, by_matrix, self.always is not None].count(True) != 1:
            raise ValueError(
                "state severity in one way: 'column' with 'values', or 'rows', 'columns' and "
                "'cells', or 'always'"
            )
        return self


class TierRule(Statement):
    """A tier for rows whose column has one of these values."""

    column: Column
    is_: Cells = Field(alias="is")
    tier: Key


class TierStatement(Statement):
    """The tier of a case: one column's values, rules of which the first that fits counts, or
    always the same; `default` where nothing else says."""

    column: Column | None = None
    values: dict[Cell, Key] = Field(default_factory=dict)
    rules: tuple[TierRule, ...] = ()
    default: Key | None = None
    always: Key | None = None
    take: Literal["first", "changes"] = Field(default="first", alias="from")
    """`changes` follows the tier from row to row; `first` keeps that of the opening."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        by_column = self.column is not None and bool(self.values)
        if [by_column, bool(self.rules), self.always is not None].count(True) != 1:
            raise ValueError("state tier in one way: 'column' with 'values', 'rules', or 'always'")
        return self


class Question(Statement):
    """The row that sets a waiting state also asked the customer something, where a column of the
    same row has one of these values."""

    column: Column
    is_: Cells = Field(alias="is")


class StateStatement(Statement):
    """What one state means: open, restored, resolved, closed, or a pause with its reason."""

    state: CaseState | None = None
    pause: Key | None = None
    question: Question | None = None
    at: Column | None = None
    """Column with the time of the last entry into this state; earlier entries keep the time of
    their row, because exports repeat the last value on every row."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.state is None) == (self.pause is None):
            raise ValueError(
                "a state is one of open, restored, resolved, closed, or 'pause: reason'"
            )
        if self.question and self.pause is None:
            raise ValueError("only a pause has a 'question'")
        return self


def _long_state(value: Any) -> Any:
    return {"state": value} if isinstance(value, str) else value


class StatesStatement(Statement):
    """States of the old tool. Several columns are joined with ` / `, those left out that are not
    known on a row: `On Hold / Awaiting Vendor`, `Resolved`."""

    column: Column | None = None
    columns: tuple[Column, ...] = ()
    needs: Key | None = None
    """Records that the export must have; where it has none, `states_else` counts."""
    silent: tuple[Cell, ...] = ()
    """Values that say nothing of the state; `*` stands for any letters."""
    values: dict[
        Cell,
        Annotated[
            StateStatement,
            BeforeValidator(_long_state, json_schema_input_type=CaseState | StateStatement),
        ],
    ] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.column is None) == (len(self.columns) == 0):
            raise ValueError("state either 'column' or 'columns'")
        return self

    def sources(self) -> tuple[str, ...]:
        """The columns that make the state."""
        return (self.column,) if self.column else self.columns


class EventRule(Statement):
    """A fact that columns tell: `is` holds on every row with one of the values, `becomes` where
    one of them appears, `known` where the column is filled for the first time, `changes` where it
    has another value than before."""

    event: RuleEvent
    column: Column
    is_: tuple[Cell, ...] = Field(default=(), alias="is")
    becomes: tuple[Cell, ...] = ()
    known: Literal[True] | None = None
    changes: Literal[True] | None = None
    needs: Key | None = None
    """Only where the export has these records."""
    without: Key | None = None
    """Only where the export lacks these records."""
    where: Conditions = Field(default_factory=dict)
    """Only on rows on which each of these columns has one of its values."""
    unless: Conditions = Field(default_factory=dict)
    """Not on rows on which one of these columns has one of its values."""
    once: bool = False
    """Only the first time in a case."""
    at: Column | None = None
    """Column with the time of the fact; the time of the row where absent or not known."""
    text: Column | None = None
    """Column with what was written, for an import of cases."""

    @model_validator(mode="after")
    def _one_condition(self) -> Self:
        stated = [bool(self.is_), bool(self.becomes), bool(self.known), bool(self.changes)]
        if stated.count(True) != 1:
            raise ValueError("state one of 'is', 'becomes', 'known: true', 'changes: true'")
        return self


class AttributeStatement(Statement):
    """Something that is kept for each case: account, region, channel, group."""

    column: Column
    take: Take = Take.first
    values: dict[Cell, Cell] = Field(default_factory=dict)
    """What some of its values are called here; the others stay as they are."""


def _long_attribute(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class VerdictTake(StrEnum):
    """Which row of a case gives the old tool's verdict; `worst`: missed where any row says so."""

    first = "first"
    last = "last"
    worst = "worst"


class LengthStatement(Statement):
    """A length that the old tool states."""

    column: Column
    unit: Literal["milliseconds", "seconds", "minutes", "hours"] = "minutes"


class VerdictStatement(Statement):
    """What the old tool itself said about a milestone, so that a report can compare."""

    column: Column | None = None
    columns: tuple[Column, ...] = ()
    """Several, joined with ` / ` as for states."""
    met: Cells
    missed: Cells
    silent: tuple[Cell, ...] = ()
    """Values that say nothing of it; `*` stands for any letters."""
    where: Conditions = Field(default_factory=dict)
    """Only rows on which each of these columns has one of its values."""
    unless: Conditions = Field(default_factory=dict)
    only_with: Conditions = Field(default_factory=dict)
    """Only cases of which one row has this: the old tool measured them at all."""
    take: VerdictTake = VerdictTake.last
    target: LengthStatement | None = None
    """How long the old tool allowed."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.column is None) == (len(self.columns) == 0):
            raise ValueError("state either 'column' or 'columns'")
        return self

    def sources(self) -> tuple[str, ...]:
        """The columns that make the verdict."""
        return (self.column,) if self.column else self.columns


class EventLogMapping(Statement):
    """How an event log (one row for each change of a case) or a list of cases (one row for each)
    becomes facts."""

    format: Literal["tierline/event-log-mapping/1"]
    name: Text | None = None
    """What the export is, for the heading of a dry run."""
    notes: tuple[Text, ...] = ()
    records: dict[Key, RecordsStatement] = Field(default_factory=dict)
    """The lists of records of an export of several; the first is the list of cases. Their fields
    are columns: `tickets.priority`."""
    file: FileStatement = FileStatement()
    times: TimesStatement = TimesStatement()
    case_id: Column
    event_at: Column | None = None
    """Time of the row. Without it each row is one case, and `opened_at` is its time."""
    opened_at: Column | None = None
    """Time of opening; the time of the case's first row where absent."""
    tie_order: Column | None = None
    """Column of numbers that orders rows of the same time; the order of the file where absent."""
    severity: SeverityStatement
    tier: TierStatement
    states: StatesStatement | None = None
    states_else: StatesStatement | None = None
    """The states where the export lacks the records that `states` needs."""
    events: tuple[EventRule, ...] = ()
    attributes: dict[
        Key,
        Annotated[
            AttributeStatement,
            BeforeValidator(_long_attribute, json_schema_input_type=str | AttributeStatement),
        ],
    ] = Field(default_factory=dict)
    verdicts: dict[MilestoneKind, VerdictStatement] = Field(default_factory=dict)
    """Kept as the attributes `verdict_resolution` and so on, with the values met and missed."""
    as_of: AwareDatetime | None = None
    """The log is complete up to here; its latest time where absent."""

    @field_validator("as_of", mode="before")
    @classmethod
    def _instant(cls, value: Any) -> Any:
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                raise ValueError(
                    f"'{value}' is not an instant; write 2026-01-05T09:00:00Z"
                ) from None
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.event_at is None and self.opened_at is None:
            raise ValueError("state 'event_at', or 'opened_at' for a file with one row a case")
        if self.states is None and not self.events:
            raise ValueError("without 'states' or 'events' nothing ever happens to a case")
        clash = [key for key in self.attributes if key.startswith("verdict_")]
        if clash:
            raise ValueError(f"the attribute '{clash[0]}' is reserved for 'verdicts'")
        return self
