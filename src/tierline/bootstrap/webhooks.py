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
from tierline.routing.shortage import LACKING
from tierline.webhooks.attempt import Attempt, Message
from tierline.webhooks.formats import (
    Notice,
    WebhookFormat,
    content_in,
    notice_of,
    plain_headers,
    trial_in,
)
from tierline.webhooks.message import TEST_KIND, content_of, headers_of, trial_content
from tierline.webhooks.schedule import next_attempt_at
from tierline.webhooks.webhook import Secrets, Webhook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.bootstrap.application import Application
    from tierline.kernel.facts import Fact
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
        found, webhook, notice, kept = outgoing
        if webhook.disabled_at is not None:
            occasion = application.occasion(WORKER)
            return Sent(lambda records: actions.give_up(records, found, occasion))
        now = application.now()
        resting = self._resting.until(webhook.id, now)
        if resting is not None:
            return Sent(again_at=resting, is_attempt=False)
        secrets = actions.open_secrets(webhook.id, kept, secret_box(), now)
        headers, content = _dressed(webhook, message, notice, secrets, now)
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
        secrets = actions.open_secrets(webhook, kept, secret_box(), now)
        content = trial_content(webhook, now)
        headers = plain_headers(message)
        if found.format is WebhookFormat.standard:
            headers = headers_of(message, content, secrets, now=now)
        else:
            fact = application.occasion().fact(TEST_KIND, webhook, {})
            content = trial_in(found.format, notice_of(fact, {}), secrets[0])
        return self._sender.send(found.url, headers, content, at=now)


def secret_box() -> SecretBox:
    """What the secrets of webhooks are encrypted with: a key derived from the installation's."""
    from tierline import bootstrap  # noqa: PLC0415 - the package that this module is part of

    return SecretBox(bootstrap.signing_key().to_text().encode(), PURPOSE)


def _outgoing(reads: Reads, message: str) -> tuple[Message, Webhook, Notice, Secrets]:
    found = reads.webhooks.message(message)
    webhook = reads.webhooks.get(found.webhook)
    notice = _notice(reads, webhook, reads.webhooks.fact_of(message))
    return found, webhook, notice, reads.webhooks.secrets_of(webhook.id)


def _notice(reads: Reads, webhook: Webhook, fact: Fact) -> Notice:
    """The fact in the words of people, for those formats that are read by people."""
    case_id = fact.body.get("case")
    if webhook.format is WebhookFormat.standard:
        return notice_of(fact, {})
    ours = settings.address()
    if fact.kind == LACKING:
        return _notice_of_cover(reads, fact, ours)
    if not isinstance(case_id, str):
        return notice_of(fact, {})
    case = reads.cases.get(case_id)
    names = {"case": str(case.number), "severity": case.standing.severity, "tier": case.tier}
    if case.account is not None:
        names["account"] = reads.accounts.get(case.account).name
    address = f"{ours.rstrip('/')}/cases/{case.id}" if ours else ""
    return notice_of(fact, {name: value for name, value in names.items() if value}, address)


def _notice_of_cover(reads: Reads, fact: Fact, ours: str | None) -> Notice:
    account = str(fact.body.get("account") or "")
    known = reads.accounts.of_ids([account]) if account else {}
    page = "agents/cover" if account else "escalations"
    names = {"account": known[account].name} if account in known else {}
    return notice_of(fact, names, f"{ours.rstrip('/')}/{page}" if ours else "")


def _dressed(
    webhook: Webhook, message: str, notice: Notice, secrets: Sequence[str], now: datetime
) -> tuple[dict[str, str], bytes]:
    """Headers and body in the webhook's format."""
    if webhook.format is WebhookFormat.standard:
        content = content_of(notice.fact)
        return headers_of(message, content, secrets, now=now), content
    return plain_headers(message), content_in(webhook.format, notice, secrets[0])
