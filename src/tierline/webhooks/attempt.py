"""A message to a webhook, and what came of each attempt to send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from tierline.kernel.ids import MessageId, WebhookId


@dataclass(frozen=True, slots=True)
class Attempt:
    """`status` is the HTTP status that came back, or None with the `error` that prevented one."""

    at: datetime
    status: int | None
    error: str
    took_ms: int

    @property
    def is_success(self) -> bool:
        """Whether the other side took the message: any 2xx, and nothing else."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """Whether the other side asks never to be called again."""
        return self.status == HTTPStatus.GONE

    def __str__(self) -> str:
        return f"status {self.status}" if self.status is not None else self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One fact for one webhook. Its id is the `webhook-id` of every attempt, by which the other
    side knows a repeated one."""

    id: MessageId
    webhook: WebhookId
    fact: str
    kind: str
    made_at: datetime
    delivered_at: datetime | None = None
    given_up_at: datetime | None = None

    @property
    def state(self) -> str:
        """`delivered`, `given_up`, or `waiting`."""
        if self.delivered_at is not None:
            return "delivered"
        return "waiting" if self.given_up_at is None else "given_up"
