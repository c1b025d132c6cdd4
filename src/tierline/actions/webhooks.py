"""Webhooks: set them up, tell them facts, and note what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from tierline.access.secret_box import SecretBox
from tierline.actions.due_work import DueWork, DueWorkBook
from tierline.actions.occasion import Occasion
from tierline.kernel.errors import Conflict, Fault, Invalid, LimitReached
from tierline.kernel.facts import Fact
from tierline.kernel.ids import MESSAGE, WEBHOOK
from tierline.webhooks.attempt import Attempt, Message
from tierline.webhooks.formats import WebhookFormat
from tierline.webhooks.message import new_secret
from tierline.webhooks.schedule import is_over
from tierline.webhooks.webhook import Secrets, Webhook, check, wants

LANE = "outside"
KIND = "webhook_message"
WEBHOOK_LIMIT = 100
REPLAY_LIMIT_MESSAGES = 1_000
PUBLISH_LIMIT_FACTS = 500
READER = "webhooks"
DISABLED_BY = "disabled by "
OLD_SECRET_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDetails:
    """What somebody says of a webhook; `allows_plain` where the installation may call `http:`."""

    url: str
    kinds: tuple[str, ...] = ()
    account: str | None = None
    note: str = ""
    is_enabled: bool = True
    allows_plain: bool = False
    format: WebhookFormat = WebhookFormat.standard
    routing_key: str | None = None
    """What a pager knows its service by; no other format has one."""


class Webhooks(Protocol):
    """The records of webhooks."""

    def get(self, webhook: str) -> Webhook: ...
    def all(self) -> tuple[Webhook, ...]: ...
    def secrets_of(self, webhook: str) -> Secrets: ...
    def add(self, webhook: Webhook, secret: str) -> None: ...
    def save(self, webhook: Webhook) -> None: ...
    def save_secrets(self, webhook: str, secrets: Secrets) -> None: ...
    def remove(self, webhook: str) -> None: ...
    def message(self, message: str) -> Message: ...
    def waiting_of(self, webhook: str) -> tuple[str, ...]: ...
    def undelivered_since(
        self, webhook: str, since: datetime, *, limit: int
    ) -> tuple[str, ...]: ...
    def add_messages(self, messages: Iterable[Message]) -> None: ...
    def add_attempt(self, message: str, attempt: Attempt) -> None: ...
    def settle(
        self, message: str, *, delivered_at: datetime | None, given_up_at: datetime | None
    ) -> None: ...
    def reopen(self, messages: Iterable[str]) -> None: ...
    def heard(self, webhook: str, at: datetime) -> None: ...


class Placed(Protocol):
    """A fact and its place in the journal."""

    @property
    def position(self) -> int: ...
    @property
    def fact(self) -> Fact: ...


class Outbox(Protocol):
    """The sealed journal."""

    def position(self, reader: str) -> int: ...
    def head(self) -> int: ...
    def after(self, position: int, *, limit: int) -> Sequence[Placed]: ...
    def move(self, reader: str, *, seen: int, to: int) -> None: ...


class WebhookBooks(Protocol):
    """What these actions read and write."""

    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def due_work(self) -> DueWorkBook: ...
    def append(self, facts: Iterable[Fact]) -> None: ...


def add_webhook(
    books: WebhookBooks, details: WebhookDetails, box: SecretBox, occasion: Occasion
) -> tuple[Webhook, str]:
    """A new webhook, and its secret, which is shown this once; of a pager it is the routing key."""
    _check(details)
    _check_key(details)
    if len(books.webhooks.all()) >= WEBHOOK_LIMIT:
        raise LimitReached(f"There are {WEBHOOK_LIMIT} webhooks already. Remove one first.")
    webhook = Webhook(
        id=occasion.new_id(WEBHOOK),
        url=details.url,
        kinds=details.kinds,
        account=details.account,
        note=details.note,
        made_at=occasion.now,
        format=details.format,
        disabled_at=None if details.is_enabled else occasion.now,
    )
    secret = details.routing_key or new_secret(occasion.randomness)
    books.webhooks.add(webhook, box.close(secret, webhook.id, occasion.randomness))
    books.append([_fact("WebhookAdded", webhook, occasion)])
    return webhook, secret


def change_webhook(
    books: WebhookBooks, webhook: str, details: WebhookDetails, occasion: Occasion
) -> Webhook:
    """The webhook with its details replaced, enabled or disabled."""
    _check(details)
    before = books.webhooks.get(webhook)
    if details.format is not before.format or details.routing_key is not None:
        said = "The format and the routing key of a webhook stay as they were made."
        fault = Fault("not_changed", said, "format", "Add another webhook, and remove this one.")
        raise Invalid("The webhook cannot be changed so.", [fault])
    after = replace(
        before,
        url=details.url,
        kinds=details.kinds,
        account=details.account,
        note=details.note,
    )
    return _switched(books, after, occasion, is_enabled=details.is_enabled)


def enable_webhook(
    books: WebhookBooks, webhook: str, occasion: Occasion, *, allows_plain: bool
) -> Webhook:
    """The webhook as it is, told again from now on; `allows_plain` as in `WebhookDetails`. Raises
    NotFound, and Invalid for an address that this installation may call no more."""
    found = books.webhooks.get(webhook)
    check(found.url, found.kinds, found.note, allows_plain=allows_plain, format_=found.format)
    return _switched(books, found, occasion, is_enabled=True)


def disable_webhook(books: WebhookBooks, webhook: str, occasion: Occasion) -> Webhook:
    """The webhook as it is, told no more, whatever its address. Raises NotFound."""
    return _switched(books, books.webhooks.get(webhook), occasion, is_enabled=False)


def _switched(
    books: WebhookBooks, webhook: Webhook, occasion: Occasion, *, is_enabled: bool
) -> Webhook:
    """Keep a webhook that was changed, enabled or disabled."""
    disabled_at, because = webhook.disabled_at, webhook.disabled_because
    if is_enabled:
        disabled_at, because = None, ""
    elif disabled_at is None:
        disabled_at, because = occasion.now, f"{DISABLED_BY}{occasion.by}"
    after = replace(webhook, disabled_at=disabled_at, disabled_because=because)
    books.webhooks.save(after)
    books.append([_fact("WebhookChanged", after, occasion)])
    return after


def remove_webhook(books: WebhookBooks, webhook: str, occasion: Occasion) -> None:
    """Take a webhook away, with all that waits for it and its log."""
    gone = books.webhooks.get(webhook)
    books.due_work.remove(books.webhooks.waiting_of(webhook))
    books.webhooks.remove(webhook)
    books.append([_fact("WebhookRemoved", gone, occasion)])


def renew_secret(books: WebhookBooks, webhook: str, box: SecretBox, occasion: Occasion) -> str:
    """A new secret, shown this once. For a day messages are signed with the old one too, so that
    the other side can change over without losing one."""
    found = books.webhooks.get(webhook)
    if found.format is not WebhookFormat.standard:
        raise Conflict("Only messages of the standard format are signed.", code="not_signed")
    secret = new_secret(occasion.randomness)
    old = books.webhooks.secrets_of(webhook).secret
    closed = box.close(secret, found.id, occasion.randomness)
    books.webhooks.save_secrets(webhook, Secrets(closed, old, occasion.now + OLD_SECRET_FOR))
    books.append([_fact("WebhookSecretRenewed", found, occasion)])
    return secret


def open_secrets(webhook: str, kept: Secrets, box: SecretBox, now: datetime) -> tuple[str, ...]:
    """What to sign with now, the newest first."""
    closed = [kept.secret]
    if kept.old is not None and kept.old_until is not None and now < kept.old_until:
        closed.append(kept.old)
    return tuple(box.open(each, webhook) for each in closed)


def publish(books: WebhookBooks, occasion: Occasion) -> int:
    """Turn the next sealed facts into messages for those who asked for them; how many facts."""
    seen = books.outbox.position(READER)
    webhooks = [each for each in books.webhooks.all() if each.disabled_at is None]
    if not webhooks:
        head = books.outbox.head()
        books.outbox.move(READER, seen=seen, to=head)
        return head - seen
    placed = books.outbox.after(seen, limit=PUBLISH_LIMIT_FACTS)
    if not placed:
        return 0
    messages = [
        Message(
            id=occasion.new_id(MESSAGE),
            webhook=webhook.id,
            fact=each.fact.id,
            kind=each.fact.kind,
            made_at=occasion.now,
        )
        for each in placed
        for webhook in webhooks
        if wants(webhook, each.fact)
    ]
    books.webhooks.add_messages(messages)
    books.due_work.add([_due(each.id, occasion.now) for each in messages], now=occasion.now)
    books.outbox.move(READER, seen=seen, to=placed[-1].position)
    return len(placed)


def note_attempt(
    books: WebhookBooks, message: Message, attempt: Attempt, *, attempts: int, occasion: Occasion
) -> None:
    """Write the `attempts`-th attempt of a message down, and what follows where it is the last."""
    now = occasion.now
    books.webhooks.add_attempt(message.id, attempt)
    if attempt.is_success:
        books.webhooks.settle(message.id, delivered_at=now, given_up_at=None)
        books.webhooks.heard(message.webhook, now)
    elif is_last(attempt, attempts):
        books.webhooks.settle(message.id, delivered_at=None, given_up_at=now)
        _disable(books, message, attempt, occasion)


def is_last(attempt: Attempt, attempts: int) -> bool:
    """Whether nothing is tried after this attempt, the `attempts`-th of its message."""
    return attempt.is_gone or is_over(attempts)


def give_up(books: WebhookBooks, message: Message, occasion: Occasion) -> None:
    """Settle a message whose webhook is disabled: it can be replayed later."""
    books.webhooks.settle(message.id, delivered_at=None, given_up_at=occasion.now)


def replay(books: WebhookBooks, webhook: str, message: str, occasion: Occasion) -> Message:
    """Send a message once more, with the whole schedule before it."""
    found = books.webhooks.message(message)
    if found.webhook != webhook:
        raise Invalid(f"'{message}' is a message to another webhook.", code="other_webhook")
    if found.state == "waiting":
        raise Conflict("This message waits to be sent already.", code="waits_already")
    _send_again(books, webhook, [message], occasion)
    return books.webhooks.message(message)


def replay_since(books: WebhookBooks, webhook: str, since: datetime, occasion: Occasion) -> int:
    """Send again what was given up since then, at most 1,000 messages, the oldest first; how
    many."""
    given_up = books.webhooks.undelivered_since(webhook, since, limit=REPLAY_LIMIT_MESSAGES)
    _send_again(books, webhook, given_up, occasion)
    return len(given_up)


def _send_again(
    books: WebhookBooks, webhook: str, messages: Sequence[str], occasion: Occasion
) -> None:
    if books.webhooks.get(webhook).disabled_at is not None:
        raise Conflict("This webhook is disabled. Enable it first.", code="webhook_disabled")
    books.webhooks.reopen(messages)
    books.due_work.add([_due(each, occasion.now) for each in messages], now=occasion.now)


def _disable(books: WebhookBooks, message: Message, attempt: Attempt, occasion: Occasion) -> None:
    """Disable a webhook that asks for it, or took nothing during a whole schedule."""
    webhook = books.webhooks.get(message.webhook)
    took_others = webhook.delivered_at is not None and webhook.delivered_at >= message.made_at
    if webhook.disabled_at is not None or (took_others and not attempt.is_gone):
        return
    because = "it answered 410 Gone" if attempt.is_gone else f"no attempt succeeded ({attempt})"
    after = replace(webhook, disabled_at=occasion.now, disabled_because=because)
    books.webhooks.save(after)
    books.append([_fact("WebhookDisabled", after, occasion)])


def _due(message: str, now: datetime) -> DueWork:
    return DueWork(id=message, kind=KIND, lane=LANE, body={}, run_at=now)


def _check(details: WebhookDetails) -> None:
    check(
        details.url,
        details.kinds,
        details.note,
        allows_plain=details.allows_plain,
        format_=details.format,
    )


def _check_key(details: WebhookDetails) -> None:
    is_pager = details.format is WebhookFormat.pager
    if is_pager == (details.routing_key is not None):
        return
    said = "A pager needs its routing key." if is_pager else "Only a pager has a routing key."
    instead = "It stands in the pager's own settings." if is_pager else "Leave it out."
    fault = Fault("routing_key", said, "routing_key", instead)
    raise Invalid("The webhook cannot be kept as it stands.", [fault])


def _fact(kind: str, webhook: Webhook, occasion: Occasion) -> Fact:
    body = {
        "host": webhook.host,
        "kinds": list(webhook.kinds),
        "narrowed_to": webhook.account,
        "because": webhook.disabled_because,
    }
    return occasion.fact(kind, webhook.id, body)
