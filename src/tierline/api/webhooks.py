"""Webhooks over HTTP: who is told what, what was sent, and sending it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import Field

from tierline import settings
from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import webhooks as actions
from tierline.actions.occasion import Occasion
from tierline.api.answers import Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.application import Application
from tierline.bootstrap.webhooks import WebhookPost, secret_box
from tierline.kernel.errors import NotFound
from tierline.queries.pages import key_of, page_of
from tierline.queries.webhooks import messages_of
from tierline.store.records import Reads, Records
from tierline.webhooks.attempt import Attempt, Message
from tierline.webhooks.formats import WebhookFormat
from tierline.webhooks.webhook import (
    KIND_LIMIT,
    NOTE_LIMIT_CHARACTERS,
    URL_LIMIT_CHARACTERS,
    Webhook,
)

router = Routes(prefix="/v1/webhooks", tags=["webhooks"])
Manager = Annotated[Caller, Depends(may(Permission.manage_webhooks))]


class WebhookAnswer(TypedDict):
    """A program that is told what happens."""

    id: Id
    url: Annotated[str, said("Where it is told.")]
    format: Annotated[str, word_of(WebhookFormat, "How it is told.")]
    kinds: Annotated[list[str], said("Kinds of facts; empty: all of them.")]
    account: Annotated[str | None, said("Of which account; null: of all.")]
    note: Annotated[str, said("What it is for.")]
    is_enabled: Annotated[bool, said("Whether messages are sent.")]
    disabled_at: Annotated[str | None, instant("Since when none are.")]
    disabled_because: Annotated[str | None, said("Why none are.")]
    made_at: Annotated[str, instant("When it was made.")]
    delivered_at: Annotated[str | None, instant("When it last took a message.")]


class SecretAnswer(TypedDict):
    """A secret, told once."""

    secret: Annotated[str, said("What messages are signed with (Standard Webhooks).")]


class NewWebhookAnswer(WebhookAnswer):
    """A webhook with its secret."""

    secret: Annotated[
        str | None, said("What messages are signed with; null where the format signs nothing.")
    ]


class AttemptAnswer(TypedDict):
    """One attempt to send a message."""

    at: Annotated[str, instant("When.")]
    status: Annotated[int | None, said("The HTTP status that came back.")]
    error: Annotated[str, said("What prevented an answer.")]
    took_ms: Annotated[int, said("How long it took, in milliseconds.")]
    is_success: Annotated[bool, said("Whether the other side took it: any 2xx.")]


class MessageAnswer(TypedDict):
    """A message to a webhook."""

    id: Annotated[str, said("Its id, which is the `webhook-id` that is sent.")]
    kind: Annotated[str, said("What happened: `ContractSigned`.")]
    fact: Annotated[str, said("The id of the fact.")]
    state: Annotated[str, said("`waiting`, `delivered` or `given_up`.")]
    made_at: Annotated[str, instant("When it was made.")]
    delivered_at: Annotated[str | None, instant("When the other side took it.")]
    given_up_at: Annotated[str | None, instant("When it was given up.")]


class WholeMessageAnswer(MessageAnswer):
    """A message with its attempts."""

    attempts: Annotated[list[AttemptAnswer], said("In their order.")]


class ReplayAnswer(TypedDict):
    """How much is sent again."""

    messages: Annotated[int, said("Messages, at most 1,000; ask again until it is 0.")]


class WebhookBody(Body):
    """`kinds` are kinds of facts (`ContractSigned`), all of them where it is empty; `account`
    narrows it to the facts of one account."""

    url: Annotated[str, Field(min_length=1, max_length=URL_LIMIT_CHARACTERS)]
    kinds: Annotated[tuple[Word, ...], Field(max_length=KIND_LIMIT)] = ()
    account: Word | None = None
    note: Annotated[str, Field(max_length=NOTE_LIMIT_CHARACTERS)] = ""
    is_enabled: bool = True
    format: WebhookFormat = WebhookFormat.standard
    routing_key: Annotated[str | None, Field(min_length=1, max_length=200)] = None

    def details(self, application: Application) -> actions.WebhookDetails:
        """The same for the action."""
        return actions.WebhookDetails(
            url=self.url,
            kinds=self.kinds,
            account=None if self.account is None else _known(application, self.account),
            note=self.note,
            is_enabled=self.is_enabled,
            format=self.format,
            routing_key=self.routing_key,
            allows_plain=settings.webhooks_may_go_private(),
        )


class ReplayBody(Body):
    """From when on."""

    since: Instant


@router.get("", summary="Webhooks, the oldest first")
def list_webhooks(
    request: Request, _: Manager, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[WebhookAnswer]:
    """There are at most 100. The secrets of none."""
    found = application_of(request).read(lambda reads: reads.webhooks.all())
    last = "" if after is None else key_of(after, 1)[0]
    page = page_of([each for each in found if each.id > last], limit, lambda each: (each.id,))
    return listed([document(webhook) for webhook in page.items], page.next)


@router.post("", status_code=201, summary="Have a program told what happens")
def add_webhook(
    request: Request, response: Response, caller: Manager, body: WebhookBody, once: Once
) -> NewWebhookAnswer:
    """`secret` is what messages are signed with (Standard Webhooks): it is told this once. The
    formats `slack`, `teams` and `pager` (an Events API of version 2, with its `routing_key`) tell
    people, are not signed, and need `kinds`."""
    application = application_of(request)
    details, occasion = body.details(application), application.occasion(caller.id)
    response.headers["Cache-Control"] = "no-store"

    def work(records: Records) -> NewWebhookAnswer:
        webhook, secret = actions.add_webhook(records, details, secret_box(), occasion)
        is_signed = webhook.format is WebhookFormat.standard
        return {**document(webhook), "secret": secret if is_signed else None}

    return once.change(caller, work, is_kept=False)


@router.get("/{webhook}", summary="One webhook")
def read_webhook(request: Request, _: Manager, webhook: str) -> WebhookAnswer:
    """By its id."""
    return document(application_of(request).read(lambda reads: reads.webhooks.get(webhook)))


@router.put("/{webhook}", summary="Change, enable or disable a webhook")
def change_webhook(
    request: Request, caller: Manager, webhook: str, body: WebhookBody
) -> WebhookAnswer:
    """All of its details are replaced."""
    application = application_of(request)
    details, occasion = body.details(application), application.occasion(caller.id)
    return document(
        application.change(
            lambda records: actions.change_webhook(records, webhook, details, occasion)
        )
    )


@router.delete("/{webhook}", status_code=204, summary="Remove a webhook")
def remove_webhook(request: Request, caller: Manager, webhook: str) -> None:
    """With what waits for it, and its log."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    application.change(lambda records: actions.remove_webhook(records, webhook, occasion))


@router.put("/{webhook}/secret", summary="Change the secret")
def renew_secret(
    request: Request, response: Response, caller: Manager, webhook: str
) -> SecretAnswer:
    """The new one, told this once. For 24 hours the old one signs too."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    secret = application.change(
        lambda records: actions.renew_secret(records, webhook, secret_box(), occasion)
    )
    response.headers["Cache-Control"] = "no-store"
    return {"secret": secret}


@router.post("/{webhook}/test-messages", summary="Send a message that says nothing, now")
def send_test_message(request: Request, _: Manager, webhook: str) -> AttemptAnswer:
    """What came of it. It is sent once, also to a disabled webhook, and not kept."""
    return attempt_document(WebhookPost(application_of(request)).try_out(webhook))


@router.get("/{webhook}/messages", summary="What a webhook was told, the newest first")
def list_messages(
    request: Request,
    _: Manager,
    webhook: str,
    *,
    after: After = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[MessageAnswer]:
    """The log of the last 30 days."""

    def work(reads: Reads) -> Page[MessageAnswer]:
        reads.webhooks.get(webhook)
        page = messages_of(reads.snapshot, webhook, after=after, limit=limit)
        return listed([message_document(each) for each in page.items], page.next)

    return application_of(request).read(work)


@router.get("/{webhook}/messages/{message}", summary="One message with each attempt to send it")
def read_message(request: Request, _: Manager, webhook: str, message: str) -> WholeMessageAnswer:
    """By its id, which is the `webhook-id` that was sent."""

    def work(reads: Reads) -> WholeMessageAnswer:
        found = _of(webhook, reads.webhooks.message(message))
        attempts = reads.webhooks.attempts_of(message)
        return {
            **message_document(found),
            "attempts": [attempt_document(each) for each in attempts],
        }

    return application_of(request).read(work)


@router.post("/{webhook}/messages/{message}/replay", status_code=202, summary="Send it again")
def replay_message(caller: Manager, webhook: str, message: str, once: Once) -> MessageAnswer:
    """Under the same id, with the whole schedule before it."""
    return once.act(
        caller,
        lambda records, at: message_document(actions.replay(records, webhook, message, at)),
    )


@router.post("/{webhook}/replay", status_code=202, summary="Send again what was given up")
def replay_since(caller: Manager, webhook: str, body: ReplayBody, once: Once) -> ReplayAnswer:
    """At most 1,000 messages, the oldest first: ask again until it says 0."""

    def work(records: Records, occasion: Occasion) -> ReplayAnswer:
        return {"messages": actions.replay_since(records, webhook, body.since, occasion)}

    return once.act(caller, work)


def document(webhook: Webhook) -> WebhookAnswer:
    """A webhook as a client gets it, without its secret."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "format": webhook.format.value,
        "kinds": list(webhook.kinds),
        "account": webhook.account,
        "note": webhook.note,
        "is_enabled": webhook.disabled_at is None,
        "disabled_at": shown(webhook.disabled_at),
        "disabled_because": webhook.disabled_because,
        "made_at": shown(webhook.made_at),
        "delivered_at": shown(webhook.delivered_at),
    }


def message_document(message: Message) -> MessageAnswer:
    """A message as a client gets it."""
    return {
        "id": message.id,
        "kind": message.kind,
        "fact": message.fact,
        "state": message.state,
        "made_at": shown(message.made_at),
        "delivered_at": shown(message.delivered_at),
        "given_up_at": shown(message.given_up_at),
    }


def attempt_document(attempt: Attempt) -> AttemptAnswer:
    """An attempt as a client gets it."""
    return {
        "at": shown(attempt.at),
        "status": attempt.status,
        "error": attempt.error,
        "took_ms": attempt.took_ms,
        "is_success": attempt.is_success,
    }


def _known(application: Application, account: str) -> str:
    """The id of an account that there is. Raises NotFound."""
    identifier = application.account_of(account)
    return application.read(lambda reads: reads.accounts.get(identifier)).id


def _of(webhook: str, message: Message) -> Message:
    if message.webhook != webhook:
        raise NotFound(f"There is no message '{message.id}' to this webhook.")
    return message
