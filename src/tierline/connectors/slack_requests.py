"""Requests of Slack's Events API: known by their signature, and read as messages."""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tierline.kernel.errors import Invalid

MOST_OLD = timedelta(minutes=5)
"""An older request may be one that somebody kept and sends again."""
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_STAMP = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}", re.ASCII)
_TEXT_CHARACTERS = 100_000
_KEY_CHARACTERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackMessage:
    """A message of a person in a channel. `thread` is that of its first message."""

    channel: str
    thread: str
    message: str
    text: str
    at: datetime


def is_signed(secret: str, headers: tuple[str, str], body: bytes, now: datetime) -> bool:
    """Whether Slack signed it a short time ago (version v0): `headers` are
    X-Slack-Request-Timestamp and X-Slack-Signature."""
    stamp, signature = headers
    if not secret or not _SECONDS.fullmatch(stamp):
        return False
    if abs(now - datetime.fromtimestamp(int(stamp), UTC)) > MOST_OLD:
        return False
    signed = b"v0:" + stamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def challenge_of(body: bytes) -> str | None:
    """What Slack wants to hear back when the address is stated there; None for anything else.
    Raises Invalid for what is none of its requests."""
    read = _read(body)
    if read.get("type") != "url_verification":
        return None
    return str(read.get("challenge", ""))[:_TEXT_CHARACTERS]


def message_of(body: bytes) -> SlackMessage | None:
    """What a person wrote; None for what a program wrote, an edit, a removal, or another event.
    Raises Invalid."""
    event = _read(body).get("event")
    if not isinstance(event, dict) or event.get("type") != "message":
        return None
    if event.get("bot_id") or event.get("subtype") not in (None, "thread_broadcast", "file_share"):
        return None
    words = [event.get(name) for name in ("channel", "ts", "text")]
    if not all(isinstance(each, str) and each for each in words):
        return None
    channel, stamp, text = (str(each) for each in words)
    first = str(event.get("thread_ts") or stamp)
    if len(channel) > _KEY_CHARACTERS or not all(map(_STAMP.fullmatch, (stamp, first))):
        raise Invalid("This is no message of Slack.", code="no_message")
    return SlackMessage(
        channel=channel,
        thread=f"{channel}/{first}",
        message=stamp,
        text=_plain(text),
        at=datetime.fromtimestamp(float(stamp), UTC),
    )


def _plain(text: str) -> str:
    """As it was typed: Slack writes `&`, `<` and `>` as HTML does."""
    return (
        html.unescape(text)
        .replace("\x00", "")
        .encode("utf-8", "replace")
        .decode()[:_TEXT_CHARACTERS]
    )


def _read(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise Invalid("This is no request of Slack.", code="no_message")
    return read
