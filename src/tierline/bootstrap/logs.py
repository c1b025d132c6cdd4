"""Logs as JSON lines: one object a line, with the request that it belongs to, and no secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

from tierline.kernel.instants import format_instant

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The request that this thread or task works for; empty where it is none."""
FIELDS = "fields"
"""`extra={FIELDS: {...}}` adds these to the line."""
LINE_LIMIT_CHARACTERS = 16_000
_HIDDEN = "***"
_SECRETS = (
    re.compile(r"\btl_[A-Za-z0-9]{8,}"),
    re.compile(r"\bwhsec_[A-Za-z0-9+/=]{8,}"),
    re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"),
    re.compile(r"(?i)(?<=bearer )\S+"),
    re.compile(r"(?i)(?<=\bcode=)[^\s&\"']+"),
    re.compile(r"(?i)(?<=password=)[^\s&\"']+"),
)


_written = json.JSONEncoder(ensure_ascii=False, default=str).encode


class JsonLines(logging.Formatter):
    """What a program reads: `at`, `level`, `logger`, `message`, `request`, and further fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line: dict[str, Any] = {
            "at": format_instant(datetime.fromtimestamp(record.created, tz=UTC)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if request_id.get():
            line["request"] = request_id.get()
        line |= getattr(record, FIELDS, {})
        if record.exc_info:
            line["trace"] = without_secrets(self.formatException(record.exc_info))
        return _written(line)


class Sentences(logging.Formatter):
    """What a person at a terminal reads."""

    def format(self, record: logging.LogRecord) -> str:
        """One sentence, and the trace of a fault below it."""
        said = without_secrets(f"{record.levelname.lower()}: {record.getMessage()}")
        if record.exc_info:
            said += "\n" + without_secrets(self.formatException(record.exc_info))
        return said


def log_to(stream: TextIO = sys.stderr) -> None:
    """Send all logs to a stream: sentences to a terminal, which hears of trouble alone; JSON lines
    with every request to all others."""
    handler = logging.StreamHandler(stream)
    is_terminal = stream.isatty()
    handler.setFormatter(Sentences() if is_terminal else JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # It warns of each transaction that crossed another one, which is run again and no trouble.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    logging.getLogger("tierline").setLevel(logging.WARNING if is_terminal else logging.INFO)


def without_secrets(text: str) -> str:
    """The text with tokens, passwords and keys taken out, and its end where it is very long."""
    for secret in _SECRETS:
        text = secret.sub(_HIDDEN, text)
    return text[:LINE_LIMIT_CHARACTERS]
