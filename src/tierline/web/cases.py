"""Cases: what is due first, and the page of a case with its clocks and its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import cases as actions
from tierline.actions.receipts import receipt_of_case
from tierline.bootstrap import signing_key
from tierline.bootstrap.cases import seen_case
from tierline.cases.standing import CaseState
from tierline.cases.unseen import refuse_unseen
from tierline.kernel.errors import Forbidden, NotFound, TierlineError
from tierline.knowledge.question import MOST_CHARACTERS
from tierline.languages.language import message
from tierline.queries.at_risk import listed_cases
from tierline.queries.routing import CaseView, both, condition_of, narrowed_to, states_of
from tierline.web import case_raising
from tierline.web.case_forms import ask_for_news, seen_of
from tierline.web.case_page import (
    CASE_PATH,
    OVERDUE,
    PATH,
    STATES,
    TEXT_LIMIT_CHARACTERS,
    Typed,
    shown_case,
)
from tierline.web.case_raising import needed_of
from tierline.web.case_views import MERGED, NOTHING, UNASSIGNED, hands_of, view_asked, views_for
from tierline.web.forms import field, json_file, sent_with, told
from tierline.web.offered import tiers_offered
from tierline.web.saved_views import filter_asked, saved_asked, views_panel
from tierline.web.search import found_cases
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

_CHOICES = [
    ("", message("All that are open")),
    *((state.value, STATES[state].words) for state in CaseState),
]


@shown_to(Permission.read_cases)
def cases_page(visit: Visit) -> Response:
    """What is due first stands first: of all accounts that one sees, or of `?account=`. With `?q=`
    what holds these words."""
    if visit.asked("q", MOST_CHARACTERS):
        return found_cases(visit)
    after, wanted = visit.asked("after", 2_000), visit.asked("account")
    state, view = _state(visit.asked("state", 20)), view_asked(visit)
    accounts = visit.caller.visible_accounts
    if wanted:
        account = visit.application.account_of(wanted)
        visit.caller.require(Permission.read_cases, account)
        accounts = frozenset({account})

    narrowed = None if view is None else narrowed_to(view, visit.caller.id, visit.now)
    narrowed = both(narrowed, condition_of(filter_asked(visit), visit.caller.id, visit.now))

    is_at_risk = view is CaseView.at_risk
    risk = visit.application.breach_risks.of(visit.now) if is_at_risk else None

    def work(
        reads: Reads,
    ) -> tuple[
        Any, dict[str, str], dict[str, dict[str, Any]], dict[str, str], dict[str, Any] | None
    ]:
        saved = saved_asked(visit, reads)
        chosen = None if saved is None else saved.filter
        whole = both(narrowed, condition_of(chosen, visit.caller.id, visit.now))
        found = listed_cases(
            reads, risk, visit.now, accounts=accounts, state=state,
            states=states_of(view, chosen), narrowed=whole, after=after or None,
        )  # fmt: skip
        rows = found.page.items
        known = reads.accounts.of_ids(sorted({row.account for row in rows if row.account}))
        names = {account.id: account.name for account in known.values()}
        hands = hands_of(visit, reads, rows, found.likelihoods)
        tiers = tiers_offered(reads) if is_staff(visit) else {}
        return found.page, names, hands, tiers, views_panel(visit, reads, saved)

    page, names, hands, tiers, saved = visit.application.read(work)
    return visit.page(
        "pages/cases.html",
        rows=[
            {
                "case": row,
                "account": names.get(row.account or "", ""),
                "tier": tiers.get(row.tier, row.tier),
                "state": STATES[row.state],
                "is_overdue": row.next_due_at is not None and row.next_due_at < visit.now,
                "hands": hands.get(row.id, {}),
            }
            for row in page.items
        ],
        next=page.next,
        is_first=not after,
        state="" if state is None else state.value,
        account=wanted,
        choices=_CHOICES,
        overdue=OVERDUE,
        may_open=visit.caller.may(Permission.open_cases),
        sees_many=visit.sees_many,
        view="" if view is None else view.value,
        views=views_for(visit),
        nothing="" if view is None else NOTHING[view],
        queried=urlencode(
            {
                name: value
                for name, value in (
                    ("account", wanted),
                    ("view", view),
                    ("state", state),
                    *(
                        (name, visit.asked(name))
                        for name in ("severity", "tier", "channel", "saved")
                    ),
                )
                if value
            }
        ),
        is_staff=is_staff(visit),
        may_work=is_staff(visit) and visit.caller.may(Permission.work_cases),
        unassigned=UNASSIGNED,
        merged=MERGED,
        saved=saved,
        is_narrowed=bool(view or state or (saved and (saved["is_narrowed"] or saved["chosen"]))),
    )


@shown_to(Permission.read_cases)
def case_page(visit: Visit) -> Response:
    """One case."""
    return shown_case(visit, visit.path_word("case"), Typed())


@shown_to(Permission.read_cases)
def receipt(visit: Visit) -> Response:
    """The signed receipt of a case, to keep and to recompute."""
    case_id = visit.path_word("case")

    def work(reads: Reads) -> tuple[int, dict[str, Any]]:
        case = seen_case(reads, case_id, visit.caller, Permission.read_cases)
        return case.number, receipt_of_case(reads.cases, case_id, visit.now, signing_key())

    number, document = visit.application.read(work)
    return json_file(f"case-{number}.json", document)


@sent_with(Permission.open_cases)
def say(visit: Visit, form: Form) -> Response:
    """What somebody says in a case: to the customer, or among us."""
    speaker = actions.Speaker(is_customer=not is_staff(visit))
    is_public = not (is_staff(visit) and form.get("is_note"))
    is_asked = is_public and not speaker.is_customer and not form.get("all_the_same")

    def act(records: Records, case: str, typed: dict[str, str], at: Occasion) -> Case:
        text = needed_of(typed, "text")
        if is_asked:
            ask_for_news(records, case, text)
        return actions.say(records, case, text, speaker, at, is_public=is_public)

    permission = Permission.open_cases if speaker.is_customer else Permission.work_cases
    return _done(visit, form, permission, act)


@sent_with(Permission.work_cases)
def wait(visit: Visit, form: Form) -> Response:
    """The case waits, and somebody is asked."""
    return _worked(
        visit, form,
        lambda records, case, typed, at: actions.wait(
            records, case, needed_of(typed, "reason"), typed["question"] or None, at
        ),
    )  # fmt: skip


@sent_with(Permission.work_cases)
def go_on(visit: Visit, form: Form) -> Response:
    """The case waits no longer."""
    return _worked(visit, form, lambda records, case, _, at: actions.go_on(records, case, at))


@sent_with(Permission.work_cases)
def restore(visit: Visit, form: Form) -> Response:
    """Service works again, if by a workaround."""
    return _worked(
        visit, form,
        lambda records, case, typed, at: actions.restore(
            records, case, needed_of(typed, "workaround"), at
        ),
    )  # fmt: skip


@sent_with(Permission.work_cases)
def resolve(visit: Visit, form: Form) -> Response:
    """The case is answered."""
    return _worked(
        visit, form,
        lambda records, case, typed, at: actions.resolve(
            records, case, needed_of(typed, "how"), typed["why"] or None, at
        ),
    )  # fmt: skip


@sent_with(Permission.open_cases)
def reopen(visit: Visit, form: Form) -> Response:
    """The case is open again."""
    return _done(
        visit, form, Permission.open_cases,
        lambda records, case, _, at: actions.reopen(records, case, at),
    )  # fmt: skip


@sent_with(Permission.work_cases)
def close(visit: Visit, form: Form) -> Response:
    """The case is over."""
    return _worked(visit, form, lambda records, case, _, at: actions.close(records, case, at))


_TEXTS = ("text", "reason", "question", "workaround", "how", "why", "seen", "is_note")


def _worked(
    visit: Visit, form: Form, act: Callable[[Records, str, dict[str, str], Occasion], Case]
) -> Response:
    return _done(visit, form, Permission.work_cases, act)


def _done(
    visit: Visit,
    form: Form,
    permission: Permission,
    act: Callable[[Records, str, dict[str, str], Occasion], Case],
) -> Response:
    """What a form does with a case that its sender sees, and the page of the case again."""
    case, typed = visit.path_word("case"), dict.fromkeys(_TEXTS, "")
    occasion = visit.application.occasion(visit.caller.id)
    is_seen = False
    try:
        typed |= {name: field(form, name, TEXT_LIMIT_CHARACTERS) for name in _TEXTS}
        seen = seen_of(form)

        def work(records: Records) -> None:
            nonlocal is_seen
            found = seen_case(records, case, visit.caller, permission)
            is_seen = True
            if seen is not None and is_staff(visit):
                refuse_unseen(found, seen)
            act(records, case, typed, occasion)

        visit.application.change(work)
    except TierlineError as error:
        if isinstance(error, NotFound | Forbidden) and not is_seen:
            raise
        return shown_case(visit, case, Typed(typed, told(error, "")))
    return go(f"{PATH}/{case}")


def _state(text: str) -> CaseState | None:
    if text and text not in set(CaseState):
        raise NotFound(f"There is no state '{text}' of cases.")
    return CaseState(text) if text else None


ROUTES = [
    Route(PATH, cases_page, methods=["GET"]),
    *case_raising.ROUTES,
    Route(CASE_PATH, case_page, methods=["GET"]),
    Route(f"{CASE_PATH}/receipt", receipt, methods=["GET"]),
    *(
        Route(f"{CASE_PATH}/{name}", answer, methods=["POST"])
        for name, answer in (
            ("messages", say),
            ("wait", wait),
            ("wait-end", go_on),
            ("restoration", restore),
            ("resolution", resolve),
            ("reopening", reopen),
            ("closure", close),
        )
    ),
]
