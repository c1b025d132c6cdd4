"""Blocked senders, and letting a mail in that was held back, with one click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.mail_blocks import BlockOrder, block_sender, lift_block
from tierline.bootstrap import mails as taking
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.queries import mail_blocks as queries
from tierline.queries.actors import users_named
from tierline.web.badges import Badge
from tierline.web.forms import field, sent_with, told
from tierline.web.shell import shown_to
from tierline.web.visits import go
from tierline.web.whose import actor_in_words

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.cases.blocked_sender import BlockedSender
    from tierline.store.records import Reads
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/blocked-senders"
_IN_FORCE = Badge("warn", "‖", "Held back")
_LIFTED = Badge("ok", "–", "Lifted")
_OVER = Badge("ok", "–", "Over")
_DAY = timedelta(days=1)


@shown_to(Permission.work_cases)
def blocks_page(visit: Visit) -> Response:
    """The newest first, and the form that blocks another; `?sender=` is filled in."""
    return _page(visit, {"sender": visit.asked("sender", 254)})


@sent_with(Permission.work_cases)
def block(visit: Visit, form: Form) -> Response:
    """A sender is blocked from now on."""
    typed = {name: form.get(name, "").strip()[:2_000] for name in ("sender", "reason", "until")}
    occasion = visit.application.occasion(visit.caller.id)
    try:
        for name in ("sender", "reason"):
            if not field(form, name):
                fault = Fault("missing", "Nothing is written here.", name)
                raise Invalid("The form is not filled in.", [fault])
        order = BlockOrder(
            sender=typed["sender"], reason=typed["reason"], until=_end_of(typed["until"])
        )
        visit.application.change(lambda records: block_sender(records, order, occasion))
    except TierlineError as error:
        return _page(visit, typed, told(error, "sender"))
    return go(PATH)


@sent_with(Permission.work_cases)
def lift(visit: Visit, _: Form) -> Response:
    """A block is over."""
    block_id, occasion = visit.path_word("block"), visit.application.occasion(visit.caller.id)
    visit.application.change(lambda records: lift_block(records, block_id, occasion))
    return go(PATH)


@sent_with(Permission.work_cases)
def admit(visit: Visit, _: Form) -> Response:
    """A mail that was held back is let in, and its case is shown."""
    mail_id, occasion = visit.path_word("mail"), visit.application.occasion(visit.caller.id)
    mail = visit.application.change(
        lambda records: taking.admit(visit.application, records, mail_id, occasion)
    )
    return go(f"/cases/{mail.case}" if mail.case else "/mails")


def _page(visit: Visit, typed: dict[str, str], faults: tuple[Fault, ...] = ()) -> Response:
    after = visit.asked("after", 2_000) or None

    def work(reads: Reads) -> tuple[Any, Any]:
        page = queries.list_blocks(reads.snapshot, after=after)
        return page, users_named(reads.snapshot, {each.owner for each in page.items})

    page, users = visit.application.read(work)
    return visit.page(
        "pages/blocked_senders.html",
        status=422 if faults else 200,
        rows=[
            {
                "block": each,
                "badge": _badge(each, visit.now),
                "owner": actor_in_words(visit, each.owner, users),
                "is_in_force": each.is_in_force(visit.now),
            }
            for each in page.items
        ],
        next=page.next,
        is_first=after is None,
        typed=typed,
        faults=faults,
    )


def _badge(found: BlockedSender, now: datetime) -> Badge:
    if found.is_in_force(now):
        return _IN_FORCE
    return _OVER if found.lifted_at is None else _LIFTED


def _end_of(day: str) -> datetime | None:
    """The end of a day in UTC. Raises Invalid."""
    if not day:
        return None
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC) + _DAY
    except (ValueError, OverflowError):
        fault = Fault("not_a_day", f"'{day[:40]}' is no day.", "until", "Write 2026-12-31.")
        raise Invalid("The sender cannot be blocked as stated.", [fault]) from None


ROUTES = [
    Route(PATH, blocks_page, methods=["GET"]),
    Route(PATH, block, methods=["POST"]),
    Route(f"{PATH}/{{block}}/lift", lift, methods=["POST"]),
    Route("/mails/{mail}/admission", admit, methods=["POST"]),
]
