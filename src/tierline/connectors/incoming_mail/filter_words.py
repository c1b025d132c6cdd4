"""What a mail filter of our own says of a mail: that it is spam, or not of whom it says.

A header counts only above the first Received header of a server that we do not trust: what stands
there was written by ours. Below, or without any trusted server, it is the sender's word.
"""

from __future__ import annotations

import re

from tierline.connectors.incoming_mail.charsets import one_line
from tierline.connectors.incoming_mail.desk import TrustedServers
from tierline.connectors.incoming_mail.headers import Headers
from tierline.connectors.incoming_mail.reception import is_last_of_ours, is_ours

_VALUE_CHARACTERS = 200
_YES = re.compile(r"\s*yes\b", re.IGNORECASE)
_FAILED = re.compile(r"\bdmarc\s*=\s*(?:fail|permerror)\b", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]{0,300}\)")


def filter_words(headers: Headers, trusted: TrustedServers) -> str:
    """The header that says so, as it stands; empty where none does."""
    for name, value in _ours(headers, trusted):
        if _is_suspicion(name, value, trusted):
            return one_line(f"{name}: {value}", _VALUE_CHARACTERS)
    return ""


def _ours(headers: Headers, trusted: TrustedServers) -> list[tuple[str, str]]:
    """What stands above the header of the last server of ours, and what that one wrote itself."""
    found: list[tuple[str, str]] = []
    above: list[tuple[str, str]] = []
    for name, value in headers.fields:
        lower = name.lower()
        if lower != "received":
            above.append((lower, value))
            continue
        if not is_ours(value, trusted):
            break
        found += above
        above = []
        if is_last_of_ours(value, trusted):
            break
    return found


def _is_suspicion(name: str, value: str, trusted: TrustedServers) -> bool:
    match name:
        case "x-spam-flag" | "x-spam-status" | "x-spam":
            return bool(_YES.match(value))
        case "authentication-results":
            server, _, results = _COMMENT.sub(" ", value).partition(";")
            words = server.split()
            return bool(words) and trusted.has_host(words[0]) and bool(_FAILED.search(results))
    return False
