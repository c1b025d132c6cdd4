"""Every flag of an account as one body, kept until something about the account changes.

Clients that evaluate in their own process ask for all flags again and again; most of these bodies
are the same. A kept body holds while the account's span and counts are the ones that it was made
of, and until the span ends or the first period resets.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from tierline.api.bodies import to_json
from tierline.api.flags import evaluate_all

if TYPE_CHECKING:
    from tierline.api.flags import Flag
    from tierline.bootstrap.application import Application

KEPT_BYTES = 64 * 1024 * 1024


class Body(NamedTuple):
    """The JSON, its digest, and what it was made of. `until` are microseconds since 1970."""

    json: bytes
    digest: str
    made_of: object
    until: int
    looked_up_until: float
    """By the machine's steady clock: how long counts may be believed."""


class AllFlags:
    """Bodies by account and severity, at most 64 MiB of them; the least used go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str | None], Body] = OrderedDict()
        self._bytes = 0

    def of(self, application: Application, account: str, *, at: int, severity: str | None) -> Body:
        """The body of an account as of `at`."""
        key = account, severity
        of = made_of(application, account, at)
        kept = self._kept.get(key)
        if (
            kept is not None
            and kept.made_of == of
            and at < kept.until
            and time.monotonic() < kept.looked_up_until
        ):
            self._kept.move_to_end(key)
            return kept
        body = _made(application, account, at, severity, of)
        self._keep(key, body)
        return body

    def _keep(self, key: tuple[str, str | None], body: Body) -> None:
        before = self._kept.pop(key, None)
        self._bytes += len(body.json) - (len(before.json) if before else 0)
        self._kept[key] = body
        while self._bytes > KEPT_BYTES and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= len(gone.json)


def made_of(application: Application, account: str, at: int) -> object:
    """What the flags of an account are made of: the same ones, the same flags, until a period
    resets or a span ends."""
    rulebook = application.rulebook
    found = rulebook.span_of(account, at), rulebook.ruleset.public
    return *found, application.answers.version_of(account)


def flags_of(
    application: Application, account: str, at: int, severity: str | None
) -> tuple[list[Flag], int]:
    """Every flag of an account, and the instant (microseconds) until which they hold if nothing
    changes."""
    features = application.rulebook.features_of(account, at)
    flags, until = evaluate_all(application.answers, account, features, at=at, severity=severity)
    span = application.rulebook.span_of(account, at)
    return flags, until if span is None else min(until, span.end)


def written(flags: list[Flag]) -> tuple[bytes, str]:
    """Flags as one JSON object, and the digest that their tag begins with."""
    json = to_json({"flags": flags})
    return json, hashlib.sha256(json).hexdigest()[:32]


def _made(
    application: Application, account: str, at: int, severity: str | None, made_of: object
) -> Body:
    believed_until = time.monotonic() + application.answers.kept_for
    flags, until = flags_of(application, account, at, severity)
    json, digest = written(flags)
    return Body(json, digest, made_of, until, believed_until)
