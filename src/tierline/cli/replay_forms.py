"""A replay in each of its forms, as the bytes of a file or the text of a terminal."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console

from tierline.cli.replay_terminal import print_report

if TYPE_CHECKING:
    from tierline.actions.intake import Intake
    from tierline.actions.replay import Replay

FILE_WIDTH = 100
"""Columns of a text report in a file."""


def rendered(form: str, done: Replay, intake: Intake) -> bytes:
    """The report as the content of a file."""
    if form == "json":
        from tierline.web.replay_document import replay_document

        return json.dumps(replay_document(done, intake), ensure_ascii=False).encode() + b"\n"
    if form == "csv":
        from tierline.web.replay_rows import csv_bytes, milestone_rows

        return csv_bytes(milestone_rows(done))
    if form == "html":
        from tierline.web.replay import replay_html

        return replay_html(done, intake)
    if form == "xlsx":
        from tierline.web.workbook import replay_workbook

        return replay_workbook(done, intake)
    return _text(done, intake, width=FILE_WIDTH, colours=False).encode()


def terminal_text(done: Replay, intake: Intake) -> str:
    """The report for standard output: with colours and as wide as the terminal, if it is one."""
    is_terminal = sys.stdout.isatty()
    width = Console().width if is_terminal else FILE_WIDTH
    return _text(done, intake, width=width, colours=is_terminal)


def _text(done: Replay, intake: Intake, *, width: int, colours: bool) -> str:
    file = io.StringIO()
    print_report(quiet_console(file, width=width, colours=colours), done, intake)
    lines = (line.rstrip() for line in file.getvalue().splitlines())
    return "\n".join(lines) + "\n"


def quiet_console(file: io.StringIO, *, width: int, colours: bool) -> Console:
    """A console that adds nothing of its own: no markup, no highlighting, no guessed colours."""
    return Console(
        file=file,
        width=width,
        force_terminal=colours,
        no_color=not colours,
        markup=False,
        highlight=False,
        emoji=False,
    )
