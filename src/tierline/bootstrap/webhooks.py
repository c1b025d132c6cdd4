"""Sending webhooks: joins the records, the installation's key and the way outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline import settings
from tierline.access.secret_box import SecretBox
from tierline.actions import webhooks as actions
from tierline.bootstrap.resting import Resting
from tierline.bootstrap.sent import Sent
from tierline.connectors.webhook_sender import WebhookSender
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import MESSAGE
from tierline.webhooks.attempt import Attempt, Message
from tierline.webhooks.message import content_of, headers_of, trial_content
from tierline.webhooks.schedule import next_attempt_at
from tierline.webhooks.webhook import Secrets, Webhook

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads, Records

PURPOSE = "webhooks"
WORKER = "worker"


class WebhookPost:
    """Sends what waits. One for each process; safe to share between threads."""

    def __init__(self, application: Application, *, sender: WebhookSender | None = None) -> None:
        self._application = application
        self._resting = Resting()
        self._sender = sender or WebhookSender(allows_private=settings.webhooks_may_go_private())

    def send(self, message: str, attempts: int) -> Sent:
        """Make the `attempts`-th attempt to send a message."""
        application = self._application
        try:
            outgoing = application.read(lambda reads: _outgoing(reads, message))
        except NotFound:
            return Sent()  # its webhook was removed meanwhile
        found, webhook, content, kept = outgoing
        if webhook.disabled_at is not None:
            occasion = application.occasion(WORKER)
            return Sent(lambda records: actions.give_up(records, found, occasion))
        now = application.now()
        resting = self._resting.until(webhook.id, now)
        if resting is not None:
            return Sent(again_at=resting, is_attempt=False)
        secrets = actions.open_secrets(webhook.id, kept, secret_box(), now)
        headers = headers_of(message, content, secrets, now=now)
        attempt = self._sender.send(webhook.url, headers, content, at=now)
        occasion = application.occasion(WORKER)
        self._resting.note(
            webhook.id,
            is_success=attempt.is_success,
            took_ms=attempt.took_ms,
            now=occasion.now,
        )

        def write(records: Records) -> None:
            actions.note_attempt(records, found, attempt, attempts=attempts, occasion=occasion)

        if attempt.is_success or actions.is_last(attempt, attempts):
            return Sent(write)
        return Sent(write, next_attempt_at(attempts, occasion.now, application.randomness))

    def try_out(self, webhook: str) -> Attempt:
        """Send a message that says nothing, now and once, and keep nothing of it."""
        application = self._application
        now = application.now()
        found, kept = application.read(
            lambda reads: (reads.webhooks.get(webhook), reads.webhooks.secrets_of(webhook))
        )
        message = application.occasion().new_id(MESSAGE)
        content = trial_content(webhook, now)
        secrets = actions.open_secrets(webhook, kept, secret_box(), now)
        headers = headers_of(message, content, secrets, now=now)
        return self._sender.send(found.url, headers, content, at=now)


def secret_box() -> SecretBox:
    """What the secrets of webhooks are encrypted with: a key derived from the installation's."""
    from tierline import bootstrap  # noqa: PLC0415 - the package that this module is part of

    return SecretBox(bootstrap.signing_key().to_text().encode(), PURPOSE)


def _outgoing(reads: Reads, message: str) -> tuple[Message, Webhook, bytes, Secrets]:
    found = reads.webhooks.message(message)
    webhook = reads.webhooks.get(found.webhook)
    content = content_of(reads.webhooks.fact_of(message))
    return found, webhook, content, reads.webhooks.secrets_of(webhook.id)
