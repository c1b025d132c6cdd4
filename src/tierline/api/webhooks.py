"""Webhooks over HTTP: who is told what, what was sent, and sending it again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from tierline import settings
from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import webhooks as actions
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Instant, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.bootstrap.application import Application
from tierline.bootstrap.webhooks import WebhookPost, secret_box
from tierline.kernel.errors import NotFound
from tierline.queries.pages import key_of, page_of
from tierline.queries.webhooks import messages_of
from tierline.store.records import Reads, Records
from tierline.webhooks.attempt import Attempt, Message
from tierline.webhooks.webhook import (
    KIND_LIMIT,
    NOTE_LIMIT_CHARACTERS,
    URL_LIMIT_CHARACTERS,
    Webhook,
)

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
Manager = Annotated[Caller, Depends(may(Permission.manage_webhooks))]


class WebhookBody(Body):
    """`kinds` are kinds of facts (`ContractSigned`), all of them where it is empty; `account`
    narrows it to the facts of one account."""

    url: Annotated[str, Field(min_length=1, max_length=URL_LIMIT_CHARACTERS)]
    kinds: Annotated[tuple[Word, ...], Field(max_length=KIND_LIMIT)] = ()
    account: Word | None = None
    note: Annotated[str, Field(max_length=NOTE_LIMIT_CHARACTERS)] = ""
    is_enabled: bool = True

    def details(self, application: Application) -> actions.WebhookDetails:
        """The same for the action."""
        return actions.WebhookDetails(
            url=self.url,
            kinds=self.kinds,
            account=None if self.account is None else _known(application, self.account),
            note=self.note,
            is_enabled=self.is_enabled,
            allows_plain=settings.webhooks_may_go_private(),
        )


class ReplayBody(Body):
    """From when on."""

    since: Instant


@router.get("", summary="Webhooks, the oldest first")
def list_webhooks(
    request: Request, _: Manager, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> dict[str, Any]:
    """There are at most 100. The secrets of none."""
    found = application_of(request).read(lambda reads: reads.webhooks.all())
    last = "" if after is None else key_of(after, 1)[0]
    page = page_of([each for each in found if each.id > last], limit, lambda each: (each.id,))
    return listed([document(webhook) for webhook in page.items], page.next)


@router.post("", status_code=201, summary="Have a program told what happens")
def add_webhook(
    request: Request, response: Response, caller: Manager, body: WebhookBody, once: Once
) -> dict[str, Any]:
    """`secret` is what messages are signed with (Standard Webhooks): it is told this once."""
    application = application_of(request)
    details, occasion = body.details(application), application.occasion(caller.id)
    response.headers["Cache-Control"] = "no-store"

    def work(records: Records) -> dict[str, Any]:
        webhook, secret = actions.add_webhook(records, details, secret_box(), occasion)
        return {**document(webhook), "secret": secret}

    return once.change(caller, work, is_kept=False)


@router.get("/{webhook}", summary="One webhook")
def read_webhook(request: Request, _: Manager, webhook: str) -> dict[str, Any]:
    """By its id."""
    return document(application_of(request).read(lambda reads: reads.webhooks.get(webhook)))


@router.put("/{webhook}", summary="Change, enable or disable a webhook")
def change_webhook(
    request: Request, caller: Manager, webhook: str, body: WebhookBody
) -> dict[str, Any]:
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
) -> dict[str, str]:
    """The new one, told this once. For 24 hours the old one signs too."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    secret = application.change(
        lambda records: actions.renew_secret(records, webhook, secret_box(), occasion)
    )
    response.headers["Cache-Control"] = "no-store"
    return {"secret": secret}


@router.post("/{webhook}/test-messages", summary="Send a message that says nothing, now")
def send_test_message(request: Request, _: Manager, webhook: str) -> dict[str, Any]:
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
) -> dict[str, Any]:
    """The log of the last 30 days."""

    def work(reads: Reads) -> dict[str, Any]:
        reads.webhooks.get(webhook)
        page = messages_of(reads.snapshot, webhook, after=after, limit=limit)
        return listed([message_document(each) for each in page.items], page.next)

    return application_of(request).read(work)


@router.get("/{webhook}/messages/{message}", summary="One message with each attempt to send it")
def read_message(request: Request, _: Manager, webhook: str, message: str) -> dict[str, Any]:
    """By its id, which is the `webhook-id` that was sent."""

    def work(reads: Reads) -> dict[str, Any]:
        found = _of(webhook, reads.webhooks.message(message))
        attempts = reads.webhooks.attempts_of(message)
        return {
            **message_document(found),
            "attempts": [attempt_document(each) for each in attempts],
        }

    return application_of(request).read(work)


@router.post("/{webhook}/messages/{message}/replay", status_code=202, summary="Send it again")
def replay_message(
    request: Request, caller: Manager, webhook: str, message: str, once: Once
) -> dict[str, Any]:
    """Under the same id, with the whole schedule before it."""
    occasion = application_of(request).occasion(caller.id)
    return once.change(
        caller,
        lambda records: message_document(actions.replay(records, webhook, message, occasion)),
    )


@router.post("/{webhook}/replay", status_code=202, summary="Send again what was given up")
def replay_since(
    request: Request, caller: Manager, webhook: str, body: ReplayBody, once: Once
) -> dict[str, int]:
    """At most 1,000 messages, the oldest first: ask again until it says 0."""
    occasion = application_of(request).occasion(caller.id)
    return once.change(
        caller,
        lambda records: {"messages": actions.replay_since(records, webhook, body.since, occasion)},
    )


def document(webhook: Webhook) -> dict[str, Any]:
    """A webhook as a client gets it, without its secret."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "kinds": list(webhook.kinds),
        "account": webhook.account,
        "note": webhook.note,
        "is_enabled": webhook.disabled_at is None,
        "disabled_at": shown(webhook.disabled_at),
        "disabled_because": webhook.disabled_because,
        "made_at": shown(webhook.made_at),
        "delivered_at": shown(webhook.delivered_at),
    }


def message_document(message: Message) -> dict[str, Any]:
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


def attempt_document(attempt: Attempt) -> dict[str, Any]:
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
