"""Webhooks in the database: who hears what, the messages to them, and each attempt to send one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.kernel.errors import NotFound
from tierline.kernel.facts import Fact
from tierline.kernel.ids import MessageId, WebhookId
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.journal import fact_of, fact_table
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork
from tierline.webhooks.attempt import Attempt, Message
from tierline.webhooks.formats import WebhookFormat
from tierline.webhooks.webhook import Secrets, Webhook

webhook_table = table(
    "webhook",
    sa.Column("id", Words, primary_key=True),
    sa.Column("url", Words, nullable=False),
    sa.Column("account_id", Words, sa.ForeignKey("account.id")),
    sa.Column("kinds", Document, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("secret", Words, nullable=False),
    sa.Column("old_secret", Words),
    sa.Column("old_secret_until", Instant),
    sa.Column("delivered_at", Instant),
    sa.Column("disabled_at", Instant),
    sa.Column("disabled_because", Words),
    sa.Column("format", Words),
)
message_table = table(
    "webhook_message",
    sa.Column("id", Words, primary_key=True),
    sa.Column("webhook_id", Words, sa.ForeignKey("webhook.id"), nullable=False),
    sa.Column("fact_id", Words, sa.ForeignKey("fact.id"), nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("delivered_at", Instant),
    sa.Column("given_up_at", Instant),
    sa.UniqueConstraint("webhook_id", "fact_id"),
    sa.Index("webhook_message_made_at", "webhook_id", "made_at", "id"),
)
attempt_table = table(
    "webhook_attempt",
    sa.Column("message_id", Words, sa.ForeignKey("webhook_message.id"), primary_key=True),
    sa.Column("at", Instant, primary_key=True),
    sa.Column("status", Whole),
    sa.Column("error", Words),
    sa.Column("took_ms", Whole, nullable=False),
)
_hook, _message, _attempt = webhook_table.c, message_table.c, attempt_table.c
_INSERT = webhook_table.insert()
_INSERT_MESSAGE = message_table.insert()
_INSERT_ATTEMPT = attempt_table.insert()
_DETAILS = (
    webhook_table.update()
    .where(_hook.id == sa.bindparam("changed"))
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in ("url", "account_id", "kinds", "note", "disabled_at", "disabled_because")
        }
    )
)
_SECRETS = (
    webhook_table.update()
    .where(_hook.id == sa.bindparam("changed"))
    .values(
        secret=sa.bindparam("new_secret"),
        old_secret=sa.bindparam("new_old"),
        old_secret_until=sa.bindparam("new_until"),
    )
)
_HEARD = (
    webhook_table.update()
    .where(_hook.id == sa.bindparam("changed"))
    .values(delivered_at=sa.bindparam("new_at"))
)
_SETTLE = (
    message_table.update()
    .where(_message.id == sa.bindparam("settled"))
    .values(delivered_at=sa.bindparam("new_delivered"), given_up_at=sa.bindparam("new_given_up"))
)
_OF_WEBHOOK = _message.webhook_id == sa.bindparam("gone")
_REMOVE = (
    attempt_table.delete().where(
        _attempt.message_id.in_(sa.select(_message.id).where(_OF_WEBHOOK))
    ),
    message_table.delete().where(_OF_WEBHOOK),
    webhook_table.delete().where(_hook.id == sa.bindparam("gone")),
)

_FORGET_ATTEMPTS = attempt_table.delete().where(_attempt.message_id == sa.bindparam("old"))
_FORGET_MESSAGE = message_table.delete().where(_message.id == sa.bindparam("old"))
_ALL = sa.select(webhook_table).order_by(_hook.id)


class WebhookReads:
    """Reads of webhooks, their messages and attempts."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self, webhook: str) -> Webhook:
        """The webhook of an id. Raises NotFound."""
        return _webhook(self._row(webhook))

    def secrets_of(self, webhook: str) -> Secrets:
        """What a webhook signs with. Raises NotFound."""
        row = self._row(webhook)
        return Secrets(row["secret"], row["old_secret"], row["old_secret_until"])

    def all(self) -> tuple[Webhook, ...]:
        """Every webhook, by id. There are few: somebody set up each of them."""
        return tuple(_webhook(row) for row in self._snapshot.rows(_ALL, {}))

    def message(self, message: str) -> Message:
        """The message of an id. Raises NotFound."""
        chosen = sa.select(message_table).where(_message.id == message)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no message '{message}'.")
        return message_of(row)

    def fact_of(self, message: str) -> Fact:
        """The fact that a message tells. Raises NotFound."""
        chosen = sa.select(fact_table).join(message_table, _message.fact_id == fact_table.c.id)
        row = self._snapshot.execute(chosen.where(_message.id == message)).first()
        if row is None:
            raise NotFound(f"There is no message '{message}'.")
        return fact_of(row)

    def attempts_of(self, message: str) -> tuple[Attempt, ...]:
        """Each attempt to send a message, in order."""
        chosen = sa.select(attempt_table).where(_attempt.message_id == message)
        rows = self._snapshot.execute(chosen.order_by(_attempt.at))
        return tuple(Attempt(row.at, row.status, row.error or "", row.took_ms) for row in rows)

    def undelivered_since(self, webhook: str, since: datetime, *, limit: int) -> tuple[str, ...]:
        """Messages to a webhook that were made since then and given up, the oldest first."""
        chosen = sa.select(_message.id).where(
            _message.webhook_id == webhook,
            _message.made_at >= since,
            _message.given_up_at.is_not(None),
        )
        ordered = chosen.order_by(_message.made_at, _message.id).limit(limit)
        return tuple(self._snapshot.execute(ordered).scalars())

    def waiting_of(self, webhook: str) -> tuple[str, ...]:
        """Messages to a webhook that are neither delivered nor given up."""
        chosen = sa.select(_message.id).where(
            _message.webhook_id == webhook,
            _message.delivered_at.is_(None),
            _message.given_up_at.is_(None),
        )
        return tuple(self._snapshot.execute(chosen).scalars())

    def _row(self, webhook: str) -> Any:
        chosen = sa.select(webhook_table).where(_hook.id == webhook)
        row = self._snapshot.execute(chosen).mappings().first()
        if row is None:
            raise NotFound(f"There is no webhook '{webhook}'.")
        return row


class WebhookRecords(WebhookReads):
    """Webhooks inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit

    def add(self, webhook: Webhook, secret: str) -> None:
        """Write a new webhook with its encrypted secret."""
        self._unit.write(
            _INSERT,
            {
                "id": webhook.id,
                "url": webhook.url,
                "account_id": webhook.account,
                "kinds": list(webhook.kinds),
                "note": webhook.note,
                "made_at": webhook.made_at,
                "format": webhook.format.value,
                "secret": secret,
            },
        )

    def save(self, webhook: Webhook) -> None:
        """Write what has changed about a webhook."""
        self._unit.write(
            _DETAILS,
            {
                "changed": webhook.id,
                "new_url": webhook.url,
                "new_account_id": webhook.account,
                "new_kinds": list(webhook.kinds),
                "new_note": webhook.note,
                "new_disabled_at": webhook.disabled_at,
                "new_disabled_because": webhook.disabled_because or None,
            },
        )

    def save_secrets(self, webhook: str, secrets: Secrets) -> None:
        """Write what a webhook signs with from now on."""
        self._unit.write(
            _SECRETS,
            {
                "changed": webhook,
                "new_secret": secrets.secret,
                "new_old": secrets.old,
                "new_until": secrets.old_until,
            },
        )

    def remove(self, webhook: str) -> None:
        """Take a webhook away with its messages and attempts."""
        for statement in _REMOVE:
            self._unit.write(statement, {"gone": webhook})

    def add_messages(self, messages: Iterable[Message]) -> None:
        """Write new messages. A fact that a webhook is told already is a Conflict."""
        self._unit.write(_INSERT_MESSAGE, [_message_row(each) for each in messages])

    def add_attempt(self, message: str, attempt: Attempt) -> None:
        """Write down one attempt."""
        self._unit.write(
            _INSERT_ATTEMPT,
            {
                "message_id": message,
                "at": attempt.at,
                "status": attempt.status,
                "error": attempt.error or None,
                "took_ms": attempt.took_ms,
            },
        )

    def settle(
        self, message: str, *, delivered_at: datetime | None, given_up_at: datetime | None
    ) -> None:
        """Say what became of a message; both None: it waits again."""
        self._unit.write(
            _SETTLE,
            {"settled": message, "new_delivered": delivered_at, "new_given_up": given_up_at},
        )

    def reopen(self, messages: Iterable[str]) -> None:
        """Let settled messages wait again."""
        values = {"new_delivered": None, "new_given_up": None}
        self._unit.write(_SETTLE, [{"settled": each, **values} for each in messages])

    def heard(self, webhook: str, at: datetime) -> None:
        """Note the last success."""
        self._unit.write(_HEARD, {"changed": webhook, "new_at": at})

    def forget_before(self, webhook: str, made: datetime, *, limit: int) -> int:
        """Remove settled messages to a webhook that were made before then, at most so many; how
        many."""
        is_settled = sa.or_(_message.delivered_at.is_not(None), _message.given_up_at.is_not(None))
        chosen = sa.select(_message.id).where(
            _message.webhook_id == webhook, _message.made_at < made, is_settled
        )
        old = list(self._unit.execute(chosen.order_by(_message.made_at).limit(limit)).scalars())
        values = [{"old": each} for each in old]
        self._unit.write(_FORGET_ATTEMPTS, values)
        self._unit.write(_FORGET_MESSAGE, values)
        return len(old)


def message_of(row: Any) -> Message:
    """The message of a row with the columns of `webhook_message`, by name."""
    return Message(
        id=MessageId(row["id"]),
        webhook=WebhookId(row["webhook_id"]),
        fact=row["fact_id"],
        kind=row["kind"],
        made_at=row["made_at"],
        delivered_at=row["delivered_at"],
        given_up_at=row["given_up_at"],
    )


def _message_row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "webhook_id": message.webhook,
        "fact_id": message.fact,
        "kind": message.kind,
        "made_at": message.made_at,
        "delivered_at": message.delivered_at,
        "given_up_at": message.given_up_at,
    }


def _webhook(row: Any) -> Webhook:
    return Webhook(
        id=WebhookId(row["id"]),
        url=row["url"],
        kinds=tuple(row["kinds"]),
        account=row["account_id"],
        note=row["note"],
        made_at=row["made_at"],
        format=WebhookFormat(row["format"] or WebhookFormat.standard),
        delivered_at=row["delivered_at"],
        disabled_at=row["disabled_at"],
        disabled_because=row["disabled_because"] or "",
    )
