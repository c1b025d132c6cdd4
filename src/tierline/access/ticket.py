"""A ticket: what stands in an address that a browser opens without headers, in place of a token.

It opens the one stream that it was made for, for as long as its token opens anything, and tells
nothing of the token: only who keeps the token's digest can make or judge it.
"""

from __future__ import annotations

import hashlib
import hmac

TICKET_LIMIT_CHARACTERS = 200
_BITS_SHOWN = 128


def ticket_of(token: str, digest: str, *about: str) -> str:
    """The ticket of a token (its id, and the digest of its secret) for what it is about."""
    said = "\n".join(("tierline ticket", token, *about)).encode("utf-8", "surrogatepass")
    made = hmac.digest(digest.encode(), said, hashlib.sha256).hex()[: _BITS_SHOWN // 4]
    return f"{token}.{made}"


def token_of_ticket(ticket: str) -> str:
    """The id of the token that a ticket says it was made with."""
    return ticket.partition(".")[0]


def is_ticket(ticket: str, digest: str, *about: str) -> bool:
    """Whether a ticket was made with the token of this digest, for this."""
    expected = ticket_of(token_of_ticket(ticket), digest, *about)
    return hmac.compare_digest(expected.encode(), ticket.encode("utf-8", "surrogatepass"))
