"""What is sent: a fact as JSON, and the headers that prove who sent it (Standard Webhooks)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tierline.kernel.digest import canonical_json
from tierline.kernel.facts import Fact
from tierline.kernel.ids import Randomness
from tierline.kernel.instants import format_instant

TEST_KIND = "WebhookTested"
_SECRET_BYTES = 32
_SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret of the standard begins with


def new_secret(randomness: Randomness) -> str:
    """A secret as the standard writes it, of 256 bits."""
    raw = randomness(8 * _SECRET_BYTES).to_bytes(_SECRET_BYTES, "big")
    return _SECRET_PREFIX + base64.b64encode(raw).decode()


def content_of(fact: Fact) -> bytes:
    """The body of the message: the same bytes however often it is sent."""
    return _content(
        fact.kind,
        fact.at,
        {
            **fact.body,
            "fact": fact.id,
            "subject": fact.subject,
            "recorded_at": format_instant(fact.recorded_at),
        },
    )


def trial_content(webhook: str, now: datetime) -> bytes:
    """The body of a message that says nothing but that messages arrive."""
    return _content(TEST_KIND, now, {"webhook": webhook})


def headers_of(
    message: str, content: bytes, secrets: Sequence[str], *, now: datetime
) -> dict[str, str]:
    """The headers of one attempt: signed now, once with each secret that is still good."""
    from standardwebhooks import Webhook as Signer  # noqa: PLC0415 - brings an HTTP client along

    signatures = [Signer(secret).sign(message, now, content.decode()) for secret in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _content(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    return canonical_json({"type": kind, "timestamp": format_instant(at), "data": dict(data)})
