"""Macros: the list of them, the form, and applying one to a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import macros as actions
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.macros import places_of
from tierline.cases.macro import PLACES, KeptMacro, Macro, filled
from tierline.kernel.errors import Fault, Invalid, NotFound, TierlineError
from tierline.queries.cases import case_of_number
from tierline.web.article_links import article_links
from tierline.web.case_forms import done_with, needed, seen_of
from tierline.web.forms import sent_with, told, typed_in
from tierline.web.macro_panel import changes_of
from tierline.web.offered import (
    choices_of,
    reasons_offered,
    severities_offered,
    topics_offered,
)
from tierline.web.shell import shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup
    from starlette.responses import Response

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/macros"
_FIELDS = ("name", "text", "does", "reason", "severity", "topic", "why")
FILLED_IN = "Filled in, each as {{case.number}}: " + ", ".join(PLACES) + "."
DOES = [
    ("answer", "Answers the customer"),
    ("note", "Writes a note among us"),
    ("wait", "Asks the customer, and waits for the answer"),
    ("resolve", "Resolves the case"),
]


@shown_to(Permission.work_cases)
def macros_page(visit: Visit) -> Response:
    """Everybody's and one's own, and the form for a new one."""
    return _page(visit)


@sent_with(Permission.work_cases)
def keep(visit: Visit, form: Form) -> Response:
    """A new macro."""
    typed = typed_in(form, *_FIELDS, "is_shared")
    try:
        if typed["is_shared"]:
            visit.caller.require(Permission.manage_desk)
        macro = _macro(typed)
        owner = None if typed["is_shared"] else visit.caller.id
        occasion = visit.application.occasion(visit.caller.id)
        visit.application.change(
            lambda records: actions.keep_macro(records, macro, owner, occasion)
        )
    except TierlineError as error:
        return _page(visit, typed, told(error, "name"))
    return go(PATH)


@shown_to(Permission.work_cases)
def macro_page(visit: Visit) -> Response:
    """One macro to word otherwise; with `?case=` (a number) as it would be said in that case."""
    return _macro_page(visit)


@sent_with(Permission.work_cases)
def change(visit: Visit, form: Form) -> Response:
    """A macro is worded otherwise; what was said by it stays."""
    typed = typed_in(form, *_FIELDS)
    id_, occasion = visit.path_word("macro"), visit.application.occasion(visit.caller.id)

    def work(records: Records) -> None:
        refuse_others(visit, actions.seen_macro(records, id_, visit.caller.id))
        actions.keep_macro(records, _macro(typed), None, occasion, of=id_)

    try:
        visit.application.change(work)
    except Invalid as error:
        return _macro_page(visit, typed, told(error, "name"))
    return go(f"{PATH}/{id_}")


@sent_with(Permission.work_cases)
def remove(visit: Visit, form: Form) -> Response:
    """A macro goes."""
    macro = form.get("macro", "")

    def work(records: Records) -> None:
        refuse_others(visit, actions.seen_macro(records, macro, visit.caller.id))
        records.macros.remove(macro)

    visit.application.change(work)
    return go(PATH)


@sent_with(Permission.work_cases)
def apply(visit: Visit, form: Form) -> Response:
    """What a macro says and does, as one change."""
    macro, seen = form.get("macro", "")[:200], seen_of(form)

    def act(records: Records, case: str, occasion: Occasion) -> None:
        run = actions.MacroRun(macro, needed(form, "text", 100_000), seen)
        found = seen_case(records, case, visit.caller, Permission.work_cases)
        known = places_of(records, found, visit.caller.id, occasion.now)
        actions.apply_macro(records, case, run, known, occasion)

    typed = typed_in(form, "text", "macro", "seen")
    return done_with(visit, act, typed, about="text")


def _page(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    typed = typed or {}

    def work(reads: Reads) -> tuple[list[dict[str, Any]], dict[str, list[tuple[str, str]]]]:
        may_lead = visit.caller.may(Permission.manage_desk)
        known = reads.macros.seen_by(visit.caller.id)
        linked = article_links(reads, [each.macro.text for each in known])
        rows = [
            {
                "id": each.id,
                "macro": each.macro,
                "text": linked(each.macro.text),
                "is_shared": each.owner is None,
                "changes": changes_of(each.macro),
                "may_change": each.owner is not None or may_lead,
            }
            for each in known
        ]
        return rows, _offered(reads, typed)

    rows, offered = visit.application.read(work)
    return visit.page(
        "pages/macros.html",
        status=422 if faults else 200,
        rows=rows,
        typed=typed,
        offered=offered,
        faults=faults,
        does=DOES,
        filled_in=FILLED_IN,
        may_share=visit.caller.may(Permission.manage_desk),
    )


def _macro_page(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    asked = visit.asked("case", 20)

    def work(reads: Reads) -> tuple[KeptMacro, Case | None, Markup, dict[str, Any]]:
        kept = actions.seen_macro(reads, visit.path_word("macro"), visit.caller.id)
        case = _case_of(visit, reads, asked) if asked else None
        offered = _offered(reads, typed or kept.macro.model_dump(mode="json"))
        if case is None:
            return kept, None, article_links(reads, [kept.macro.text])(kept.macro.text), offered
        known = places_of(reads, case, visit.caller.id, visit.now)
        text = filled(kept.macro.text, known)
        return kept, case, article_links(reads, [text])(text), offered

    kept, case, text, offered = visit.application.read(work)
    if asked and case is None:
        missing = Fault("no_case", f"There is no case {asked} that you see.", "case")
        faults = (*faults, missing)
    is_changeable = kept.owner is not None or visit.caller.may(Permission.manage_desk)
    return visit.page(
        "pages/macro.html",
        status=422 if faults else 200,
        kept=kept,
        path=f"{PATH}/{kept.id}",
        typed=typed or kept.macro.model_dump(mode="json"),
        offered=offered,
        case=case,
        text=text,
        asked=asked,
        changes=changes_of(kept.macro),
        may_change=is_changeable,
        faults=faults,
        does=DOES,
        filled_in=FILLED_IN,
    )


def _offered(reads: Reads, typed: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What a macro may wait for, and set."""
    reasons = reasons_offered(reads.catalogs.newest())
    return {
        "reason": choices_of(reasons, typed.get("reason", ""), "Nothing") if reasons else [],
        "severity": choices_of(severities_offered(reads), typed.get("severity", ""), "As it is"),
        "topic": choices_of(topics_offered(reads), typed.get("topic", ""), "As it is"),
    }


def _case_of(visit: Visit, reads: Reads, number: str) -> Case | None:
    """The case with a number, where they see one."""
    found = case_of_number(reads.snapshot, number)
    try:
        if found is None:
            return None
        return seen_case(reads, found, visit.caller, Permission.work_cases)
    except NotFound:
        return None


def refuse_others(visit: Visit, kept: KeptMacro) -> None:
    """Raise Forbidden where a macro is everybody's, for who does not lead the desk."""
    if kept.owner is None:
        visit.caller.require(Permission.manage_desk)


def _macro(typed: dict[str, str]) -> Macro:
    try:
        return Macro.model_validate({name: typed[name] for name in _FIELDS})
    except ValidationError as error:
        faults = [
            Fault("not_so", "This is missing or too long.", str(detail["loc"][0]))
            for detail in error.errors(include_url=False)
        ]
        raise Invalid("The macro cannot be kept as stated.", faults) from None


ROUTES = [
    Route(PATH, macros_page, methods=["GET"]),
    Route(PATH, keep, methods=["POST"]),
    Route(f"{PATH}/removal", remove, methods=["POST"]),
    Route(f"{PATH}/{{macro}}", macro_page, methods=["GET"]),
    Route(f"{PATH}/{{macro}}", change, methods=["POST"]),
    Route("/cases/{case}/macro-runs", apply, methods=["POST"]),
]
