"""Message-IDs: which mail this is, and which mails it follows."""

from __future__ import annotations

import hashlib
import re

from tierline.connectors.incoming_mail.headers import Headers
from tierline.kernel.errors import Fault

_ID = re.compile(r"<([^<>\s]{1,400})>")
_BARE = re.compile(r"[^<>\s@]{1,200}@[^<>\s@]{1,200}")
_IN_ANSWER_TO = 5
MADE_DOMAIN = "made.invalid"
"""Of the ids that we make; nobody can own it (RFC 2606)."""


def own_message_id(headers: Headers, digest: str) -> tuple[str, bool, list[Fault]]:
    """The Message-ID without its brackets, whether we made it, and what was wrong with theirs. It
    is made of the mail's digest, so that the same bytes have the same id."""
    stated = headers.first("Message-ID")
    found = _ids(stated)
    if found:
        return found[0], False, []
    made = f"{digest.removeprefix('sha256:')[:40]}@{MADE_DOMAIN}"
    problem = "Its Message-ID cannot be read." if stated else "It has no Message-ID."
    code = "broken_message_id" if stated else "no_message_id"
    return made, True, [Fault(code, problem, "Message-ID", f"Taken instead: {made}")]


def followed_ids(headers: Headers, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """In-Reply-To and References, each in the order of the header. Of too many references the first
    one, which began the thread, and the nearest ones are kept."""
    references = list(dict.fromkeys(_ids(" ".join(headers.all("References")))))
    if len(references) > most:
        references = [references[0], *references[len(references) - most + 1 :]]
    answered = dict.fromkeys(_ids(" ".join(headers.all("In-Reply-To"))))
    return tuple(answered)[:_IN_ANSWER_TO], tuple(references)


def id_of(value: str) -> str | None:
    """The first Message-ID in a value, without its brackets."""
    return next(iter(_ids(value)), None)


def is_ours(message_id: str, domains: frozenset[str]) -> bool:
    """Whether we made this Message-ID: an id of ours at one of our domains. The domain alone says
    nothing: a colleague's mail program uses it too."""
    local, _, domain = message_id.rpartition("@")
    return domain.lower() in domains and bool(_OUR_ID.match(local))


_OUR_ID = re.compile(r"[a-z]{2,20}_[0-9a-hjkmnp-tv-z]{26}(?![0-9a-z])")


def digest_of(content: bytes) -> str:
    """`sha256:` and the digest of the mail as its sender sent it: without what the servers on its
    way wrote above it, which differs each time that it comes."""
    start = len(content) - len(content.lstrip(b"\r\n"))
    while found := _TRACE.match(content, start):
        start = found.end()
    return "sha256:" + hashlib.sha256(content[start:]).hexdigest()


_TRACE = re.compile(
    rb"(?:Return-Path|Received|Delivered-To|X-Original-To|Envelope-To|X-Envelope-\w+):[^\n]*\n"
    rb"(?:[ \t][^\n]*\n)*",
    re.IGNORECASE,
)
"""A header that servers write above a mail, with the lines that it goes on in."""


def _ids(value: str) -> list[str]:
    found = [each for each in _ID.findall(value) if each.isprintable()]
    return found or [each for each in _BARE.findall(value) if each.isprintable()]
