"""Webhooks: which programs and people are told what happens, what came of it, and once more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline import settings
from tierline.access.permission import Permission
from tierline.actions import webhooks as actions
from tierline.bootstrap.webhooks import WebhookPost, secret_box
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.queries.actors import users_named
from tierline.queries.webhooks import messages_of
from tierline.web.account_names import account_meant
from tierline.web.badges import Badge
from tierline.web.forms import field, sent_with, told
from tierline.web.shell import shown_to
from tierline.web.visits import go
from tierline.web.whose import actor_in_words
from tierline.webhooks.formats import WebhookFormat
from tierline.webhooks.webhook import NOTE_LIMIT_CHARACTERS, URL_LIMIT_CHARACTERS, Webhook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.queries.actors import NamedUser
    from tierline.queries.pages import Page
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form
    from tierline.webhooks.attempt import Attempt, Message

PATH = "/webhooks"
_ROWS = 50
_KEPT_FOR = timedelta(days=30)
_TYPED = {
    "format": 20,
    "url": URL_LIMIT_CHARACTERS,
    "kinds": 9_000,
    "account": 200,
    "routing_key": 200,
    "note": NOTE_LIMIT_CHARACTERS,
}
_FORMATS = (
    (WebhookFormat.standard.value, "Signed JSON, for a program"),
    (WebhookFormat.slack.value, "Slack"),
    (WebhookFormat.teams.value, "Teams"),
    (WebhookFormat.pager.value, "Pager"),
)
_DISABLED = Badge("breach", "✕", "Disabled")
_UNTRIED = Badge("paused", "–", "Has taken nothing yet")
_TAKES = Badge("ok", "✓", "Takes messages")
_STATES = {
    "delivered": Badge("ok", "✓", "Delivered"),
    "given_up": Badge("breach", "✕", "Given up"),
    "waiting": Badge("paused", "–", "Waiting"),
}


@shown_to(Permission.manage_webhooks)
def webhooks_page(visit: Visit) -> Response:
    """All of them, and the form that adds another."""
    return _list(visit, dict.fromkeys(_TYPED, ""))


@sent_with(Permission.manage_webhooks)
def add(visit: Visit, form: Form) -> Response:
    """Another webhook; its secret is shown this once."""
    typed = {name: form.get(name, "").strip()[:limit] for name, limit in _TYPED.items()}
    occasion = visit.application.occasion(visit.caller.id)
    try:
        details = _details(visit, form)
        found, secret = visit.application.change(
            lambda records: actions.add_webhook(records, details, secret_box(), occasion)
        )
    except TierlineError as error:
        return _list(visit, typed, _at_their_fields(told(error, "url")))
    return _one(visit, found.id, secret=_to_show(found, secret))


@shown_to(Permission.manage_webhooks)
def webhook_page(visit: Visit) -> Response:
    """One webhook with what it was told, the newest first."""
    return _one(visit, visit.path_word("webhook"))


@sent_with(Permission.manage_webhooks)
def switch(visit: Visit, form: Form) -> Response:
    """It is told again from now on, or no more."""
    is_enabled = bool(form.get("is_enabled"))

    def act(records: Records, webhook: str, occasion: Occasion) -> None:
        if not is_enabled:
            actions.disable_webhook(records, webhook, occasion)
            return
        allows_plain = settings.webhooks_may_go_private()
        actions.enable_webhook(records, webhook, occasion, allows_plain=allows_plain)

    return _done(visit, act)


@sent_with(Permission.manage_webhooks)
def renew(visit: Visit, _: Form) -> Response:
    """Another secret, shown this once; the old one signs too for a day."""
    webhook, occasion = visit.path_word("webhook"), visit.application.occasion(visit.caller.id)
    try:
        secret = visit.application.change(
            lambda records: actions.renew_secret(records, webhook, secret_box(), occasion)
        )
    except TierlineError as error:
        return _refused(visit, error)
    return _one(visit, webhook, secret=secret)


@sent_with(Permission.manage_webhooks)
def try_out(visit: Visit, _: Form) -> Response:
    """A message that says nothing is sent at once, and what came of it is shown."""
    webhook = visit.path_word("webhook")
    attempt = WebhookPost(visit.application).try_out(webhook)
    return _one(visit, webhook, attempt=attempt)


@sent_with(Permission.manage_webhooks)
def replay(visit: Visit, form: Form) -> Response:
    """One message is sent once more, or all that was given up in the days of the log."""
    message = field(form, "message")

    def act(records: Records, webhook: str, occasion: Occasion) -> None:
        if message:
            actions.replay(records, webhook, message, occasion)
        else:
            actions.replay_since(records, webhook, occasion.now - _KEPT_FOR, occasion)

    return _done(visit, act)


@sent_with(Permission.manage_webhooks)
def remove(visit: Visit, form: Form) -> Response:
    """It is gone with its log, once somebody has said that they mean it."""
    webhook, occasion = visit.path_word("webhook"), visit.application.occasion(visit.caller.id)
    if not form.get("is_meant"):
        fault = Fault("not_meant", "Tick that you mean it: its log goes with it.", "is_meant")
        return _one(visit, webhook, faults=(fault,))
    visit.application.change(lambda records: actions.remove_webhook(records, webhook, occasion))
    return go(PATH)


def _done(visit: Visit, act: Callable[[Records, str, Occasion], None]) -> Response:
    webhook, occasion = visit.path_word("webhook"), visit.application.occasion(visit.caller.id)
    try:
        visit.application.change(lambda records: act(records, webhook, occasion))
    except TierlineError as error:
        return _refused(visit, error)
    return go(f"{PATH}/{webhook}")


def _refused(visit: Visit, error: TierlineError) -> Response:
    if isinstance(error, NotFound):
        raise error
    return _one(visit, visit.path_word("webhook"), faults=told(error, ""))


def _details(visit: Visit, form: Form) -> actions.WebhookDetails:
    """What was typed. Raises what the fields are refused by."""
    typed = {name: field(form, name, limit) for name, limit in _TYPED.items()}
    if typed["format"] not in dict(_FORMATS):
        fault = Fault("unknown_format", "This is no format.", "format", "Choose one of the list.")
        raise Invalid("The webhook cannot be kept as it stands.", [fault])
    return actions.WebhookDetails(
        url=typed["url"],
        kinds=tuple(dict.fromkeys(typed["kinds"].replace(",", " ").split())),
        account=_known(visit, typed["account"]) if typed["account"] else None,
        note=typed["note"],
        format=WebhookFormat(typed["format"]),
        routing_key=typed["routing_key"] or None,
        allows_plain=settings.webhooks_may_go_private(),
    )


def _known(visit: Visit, stated: str) -> str:
    account = account_meant(visit, stated, "account")
    if account not in visit.application.read(lambda reads: reads.accounts.of_ids([account])):
        fault = Fault("unknown_account", f"There is no account '{stated}'.", "account")
        raise Invalid("The webhook cannot be kept as it stands.", [fault])
    return account


def _at_their_fields(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """A kind stands among the others in one field."""
    return tuple(
        replace(each, path="kinds") if each.path.startswith("kinds[") else each for each in faults
    )


def _list(visit: Visit, typed: dict[str, str], faults: tuple[Fault, ...] = ()) -> Response:
    return visit.page(
        "pages/webhooks.html",
        status=422 if faults else 200,
        rows=visit.application.read(lambda reads: _rows(visit, reads, reads.webhooks.all())),
        formats=_FORMATS,
        typed=typed,
        faults=faults,
    )


def _one(
    visit: Visit,
    webhook: str,
    *,
    faults: tuple[Fault, ...] = (),
    secret: str | None = None,
    attempt: Attempt | None = None,
) -> Response:
    after = visit.asked("after", 2_000) or None

    def work(reads: Reads) -> tuple[dict[str, Any], Page[Message]]:
        (row,) = _rows(visit, reads, [reads.webhooks.get(webhook)])
        return row, messages_of(reads.snapshot, webhook, after=after, limit=_ROWS)

    row, page = visit.application.read(work)
    return visit.page(
        "pages/webhook.html",
        status=422 if faults else 200,
        row=row,
        is_signed=row["webhook"].format is WebhookFormat.standard,
        messages=[_message(each) for each in page.items],
        has_given_up=row["webhook"].disabled_at is None
        and any(each.given_up_at for each in page.items),
        next=page.next,
        is_first=after is None,
        path=f"{PATH}/{webhook}",
        secret=secret,
        attempt=attempt,
        faults=faults,
    )


def _rows(visit: Visit, reads: Reads, webhooks: Sequence[Webhook]) -> list[dict[str, Any]]:
    by = {each.disabled_because.removeprefix(actions.DISABLED_BY) for each in webhooks} - {""}
    users = users_named(reads.snapshot, by)
    named = sorted({each.account for each in webhooks if each.account})
    accounts = reads.accounts.of_ids(named) if named else {}
    return [
        {
            "webhook": each,
            "badge": _badge(each),
            "because": _because(visit, each, users),
            "format": dict(_FORMATS)[each.format.value],
            "account": accounts.get(each.account) if each.account else None,
        }
        for each in webhooks
    ]


def _because(visit: Visit, webhook: Webhook, users: Mapping[str, NamedUser]) -> str:
    """Why none are sent, with the name of whoever wanted it so."""
    said = webhook.disabled_because
    if not said.startswith(actions.DISABLED_BY):
        return said
    by = said.removeprefix(actions.DISABLED_BY)
    return f"{actions.DISABLED_BY}{actor_in_words(visit, by, users)}"


def _badge(webhook: Webhook) -> Badge:
    if webhook.disabled_at is not None:
        return _DISABLED
    return _UNTRIED if webhook.delivered_at is None else _TAKES


def _message(message: Message) -> dict[str, Any]:
    return {
        "message": message,
        "badge": _STATES[message.state],
        "settled_at": message.delivered_at or message.given_up_at,
    }


def _to_show(webhook: Webhook, secret: str) -> str | None:
    """A routing key is known to whoever typed it; nothing else is signed."""
    return secret if webhook.format is WebhookFormat.standard else None


ROUTES = [
    Route(PATH, webhooks_page, methods=["GET"]),
    Route(PATH, add, methods=["POST"]),
    Route(f"{PATH}/{{webhook}}", webhook_page, methods=["GET"]),
    Route(f"{PATH}/{{webhook}}/switch", switch, methods=["POST"]),
    Route(f"{PATH}/{{webhook}}/secret", renew, methods=["POST"]),
    Route(f"{PATH}/{{webhook}}/test-messages", try_out, methods=["POST"]),
    Route(f"{PATH}/{{webhook}}/replay", replay, methods=["POST"]),
    Route(f"{PATH}/{{webhook}}/remove", remove, methods=["POST"]),
]
