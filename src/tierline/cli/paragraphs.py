"""Paragraphs and tables of terminal reports."""

from __future__ import annotations

import textwrap
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult


def cell(text: str, style: str = "") -> Text:
    """Text of a table cell, in which what a log says cannot steer the terminal."""
    return Text(plain(text), style=style)


def plain(text: str) -> str:
    """The text with a mark in place of each character that steers and does not show: line ends,
    escapes, changes of direction."""
    return "".join("\ufffd" if unicodedata.category(each) in _STEERING else each for each in text)


_STEERING = frozenset({"Cc", "Cf", "Cs"})


def titled(title: str, table: Table) -> Iterator[RenderableType]:
    """A heading, then the table."""
    yield Paragraph("")
    yield Paragraph(title, style="bold")
    yield table


def table_of(heads: Sequence[str], right: Sequence[str] = ()) -> Table:
    """A table without lines; heads in `right` are set to the right."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(head, justify="right" if head in right else "left")
    return table


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that wraps at blanks only, so that a number stays with its unit."""

    text: str
    style: str = ""
    hang: str = ""

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        lines = textwrap.wrap(
            plain(self.text),
            options.max_width,
            subsequent_indent=self.hang,
            drop_whitespace=True,
            break_on_hyphens=False,
            replace_whitespace=False,
        )
        yield Text("\n".join(lines), style=self.style, no_wrap=True)
