"""Side letters and how they were kept; and what sounds like a promise and is written nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions.promise_mentions import dismiss_mention, restore_mention
from tierline.catalog.words_amount import duration_in_words
from tierline.kernel.durations import parse_duration
from tierline.kernel.errors import TierlineError
from tierline.kernel.instants import format_instant, from_micros, to_micros
from tierline.queries.actors import users_named
from tierline.queries.adherence import desk_adherence
from tierline.queries.promise_mentions import MENTIONS_LIMIT, promise_mentions
from tierline.queries.side_letters import side_letters_kept
from tierline.web.agreed_documents import opens_as_page
from tierline.web.forms import csv_file, refuse_longer, sent_with, told, typed_in
from tierline.web.layers import target_name
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_query, stated_stretch
from tierline.web.visits import go
from tierline.web.whose import actor_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from starlette.responses import Response

    from tierline.kernel.errors import Fault
    from tierline.queries.actors import NamedUser
    from tierline.queries.promise_mentions import PromiseMention
    from tierline.queries.side_letters import LetterKept
    from tierline.scorecards.desk import Stretch
    from tierline.store.records import Reads
    from tierline.web.visits import Form

PATH = "/side-letters"
_LIMITS_CHARACTERS = {"record": 400, "reason": 2_000, "made_into": 200}
_CASES_SHOWN = 20
_LETTERS_HEAD = (
    "account", "name", "contract", "target", "within", "since", "met", "missed", "open", "missing",
    "document", "document_digest", "approver",
)  # fmt: skip
_MENTIONS_HEAD = (
    "account", "name", "at", "said", "words", "case", "number", "contract", "is_customers",
    "is_public", "dismissed_at", "reason", "made_into",
)  # fmt: skip


@shown_to(Permission.manage_desk)
def letters_page(visit: Visit) -> Response:
    """Of cases and words from `?since=` until before `?until=`."""
    return _page(visit)


@shown_to(Permission.manage_desk)
def letters_file(visit: Visit) -> Response:
    """Every target on other terms that is in force, for a spreadsheet."""
    during, seen = asked_stretch(visit), visit.caller.visible_accounts

    def work(reads: Reads) -> tuple[list[LetterKept], dict[str, str]]:
        letters = _letters(reads, during, seen)
        return letters, _names(reads, letters)

    letters, names = visit.application.read(work)
    rows = (
        (
            each.account, names[each.account], each.contract, each.target, each.within,
            format_instant(from_micros(each.since)), each.met, each.missed, each.open,
            " ".join(each.missing), *_document_cells(each),
        )
        for each in letters
    )  # fmt: skip
    return csv_file(f"side-letters-{during.until.date()}.csv", _LETTERS_HEAD, rows)


@shown_to(Permission.manage_desk)
def mentions_file(visit: Visit) -> Response:
    """What sounds like a promise, with what was said of it, for a spreadsheet."""
    during, seen = asked_stretch(visit), visit.caller.visible_accounts

    def work(reads: Reads) -> tuple[tuple[PromiseMention, ...], dict[str, str]]:
        mentions = promise_mentions(reads, during, accounts=seen)
        return mentions, _names(reads, mentions)

    mentions, names = visit.application.read(work)
    rows = (
        (
            each.account, names[each.account], format_instant(each.at), each.said, each.words,
            each.case, each.number, each.contract, each.is_customers, each.is_public,
            *_dismissal_cells(each),
        )
        for each in mentions
    )  # fmt: skip
    return csv_file(f"promise-mentions-{during.until.date()}.csv", _MENTIONS_HEAD, rows)


@sent_with(Permission.manage_desk)
def dismiss(visit: Visit, form: Form) -> Response:
    """A mention needs no row, or is one by now."""
    occasion = visit.application.occasion(visit.caller.id)
    typed = typed_in(form, "record", "reason", "made_into")
    try:
        refuse_longer(typed, **_LIMITS_CHARACTERS)
        visit.application.change(
            lambda records: dismiss_mention(
                records, typed["record"], typed["reason"], occasion,
                made_into=typed["made_into"] or None,
            )
        )  # fmt: skip
    except TierlineError as error:
        return _page(visit, typed, told(error, "reason"))
    return go(PATH)


@sent_with(Permission.manage_desk)
def restore(visit: Visit, form: Form) -> Response:
    """It was dismissed by mistake."""
    occasion = visit.application.occasion(visit.caller.id)
    record = form.get("record", "")
    try:
        visit.application.change(lambda records: restore_mention(records, record, occasion))
    except TierlineError as error:
        return _page(visit, {}, told(error, "reason"))
    return go(PATH)


def _page(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    during, seen = asked_stretch(visit), visit.caller.visible_accounts

    def work(reads: Reads) -> _Found:
        letters = _letters(reads, during, seen)
        mentions = promise_mentions(reads, during, accounts=seen)
        who = {each.dismissed.by for each in mentions if each.dismissed is not None}
        names = _names(reads, [*letters, *mentions])
        return letters, mentions, names, users_named(reads.snapshot, who)

    letters, mentions, names, people = visit.application.read(work)
    return visit.page(
        "pages/side_letters.html",
        status=422 if faults else 200,
        during=during,
        stated=stated_stretch(visit),
        query=stated_query(visit),
        letters=[_letter(each, names) for each in letters],
        mentions=[_mention(each, names) for each in mentions if each.dismissed is None],
        dismissed=[
            _mention(each, names)
            | {"by": actor_in_words(visit, each.dismissed.by, people) if each.dismissed else ""}
            for each in mentions
            if each.dismissed is not None
        ],
        limit=MENTIONS_LIMIT,
        is_cut=len(mentions) == MENTIONS_LIMIT,
        typed=typed or {},
        faults=faults,
    )


_Found = tuple[
    "list[LetterKept]", "tuple[PromiseMention, ...]", "dict[str, str]", "dict[str, NamedUser]"
]


def _letters(reads: Reads, during: Stretch, seen: Collection[str] | None) -> list[LetterKept]:
    desk = desk_adherence(reads.snapshot, during, accounts=seen)
    kept = side_letters_kept(reads, desk, to_micros(during.as_of))
    return [each for each in kept if seen is None or each.account in seen]


def _names(reads: Reads, rows: Iterable[LetterKept | PromiseMention]) -> dict[str, str]:
    """Those of their accounts."""
    ids = sorted({each.account for each in rows})
    known = reads.accounts.of_ids(ids)
    return {id_: known[id_].name if id_ in known else id_ for id_ in ids}


def _letter(each: LetterKept, names: dict[str, str]) -> dict[str, Any]:
    document = each.document
    return {
        "letter": each,
        "name": names[each.account],
        "target": target_name(each.target),
        "within": duration_in_words(parse_duration(each.within)),
        "missing": list(zip(each.missing, each.numbers, strict=True))[:_CASES_SHOWN],
        "since": from_micros(each.since),
        "document": document,
        "is_link": opens_as_page(document),
    }


def _mention(each: PromiseMention, names: dict[str, str]) -> dict[str, Any]:
    who = "the customer" if each.is_customers else "us"
    seen = "for the customer to read" if each.is_public else "as a note"
    where = "Reason of a row of the contract" if each.contract else f"Written by {who}, {seen}"
    return {"mention": each, "name": names[each.account], "where": where}


def _document_cells(each: LetterKept) -> tuple[str | None, ...]:
    found = each.document
    return (None, None, None) if found is None else (found.link, found.digest, found.approver)


def _dismissal_cells(each: PromiseMention) -> tuple[str | None, ...]:
    found = each.dismissed
    if found is None:
        return None, None, None
    return format_instant(found.at), found.reason, found.made_into


ROUTES = [
    Route(PATH, letters_page, methods=["GET"]),
    Route(f"{PATH}.csv", letters_file, methods=["GET"]),
    Route(f"{PATH}/mentions.csv", mentions_file, methods=["GET"]),
    Route(f"{PATH}/dismissals", dismiss, methods=["POST"]),
    Route(f"{PATH}/restorals", restore, methods=["POST"]),
]
