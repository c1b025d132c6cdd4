"""Macros and saved views over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import macros as actions
from tierline.actions import saved_views as views
from tierline.api.answers import Id, Page, TypedDict, said
from tierline.api.callers import may
from tierline.api.case_answers import CaseAnswer, answer_of
from tierline.api.cases import Text
from tierline.api.idempotency import Once
from tierline.api.inputs import Body, Word, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.macros import places_of
from tierline.cases.macro import KeptMacro, Macro, filled
from tierline.cases.saved_view import CaseFilter, SavedView

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Reads, Records

router = Routes(tags=["macros"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]


class MacroAnswer(TypedDict):
    """A macro."""

    id: Id
    is_shared: Annotated[bool, said("Whether it is everybody's; else it is your own.")]
    macro: Annotated[dict[str, Any], said("Its name, its text, and what it does.")]


class FilledAnswer(TypedDict):
    """A macro as it would be said in a case."""

    text: Annotated[str, said("With what is known filled in; a place that stays open is seen.")]
    macro: Annotated[dict[str, Any], said("What it does besides.")]


class ViewAnswer(TypedDict):
    """A saved view."""

    id: Id
    name: Annotated[str, said("Its name.")]
    is_shared: Annotated[bool, said("Whether it is everybody's; else it is your own.")]
    filter: Annotated[dict[str, Any], said("Which cases.")]


class MacroBody(Body):
    """A macro; shared ones need the permission to lead the desk."""

    macro: Macro
    is_shared: bool = False


class MacroRunBody(Body):
    """A macro on a case: with its text edited, and how many facts of the case you have seen."""

    macro: Word
    text: Text | None = None
    seen: Annotated[int, Field(ge=0, le=10**9)] | None = None


class ViewBody(Body):
    """Which cases, under which name."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    filter: CaseFilter
    is_shared: bool = False


@router.get("/v1/macros", summary="Macros")
def list_macros(request: Request, caller: Worker) -> Page[MacroAnswer]:
    """Everybody's and your own, by name."""
    found = application_of(request).read(lambda reads: reads.macros.seen_by(caller.id))
    return listed([_macro(each) for each in found], None)


@router.post("/v1/macros", status_code=201, summary="Keep a macro")
def keep_macro(caller: Worker, body: MacroBody, once: Once) -> MacroAnswer:
    """Every fault of it is told: places that there are not, a wait without its reason."""
    owner = _owner(caller, is_shared=body.is_shared)
    return once.act(
        caller,
        lambda records, at: _macro(actions.keep_macro(records, body.macro, owner, at)),
    )


@router.put("/v1/macros/{macro}", summary="Word a macro otherwise")
def change_macro(caller: Worker, macro: str, body: Macro, once: Once) -> MacroAnswer:
    """What was said by it stays as it was said."""

    def work(records: Records, occasion: Occasion) -> MacroAnswer:
        _refuse_others(caller, actions.seen_macro(records, macro, caller.id).owner)
        return _macro(actions.keep_macro(records, body, None, occasion, of=macro))

    return once.act(caller, work)


@router.delete("/v1/macros/{macro}", summary="Take a macro away")
def remove_macro(caller: Worker, macro: str, once: Once) -> MacroAnswer:
    """What was said by it stays."""

    def work(records: Records) -> MacroAnswer:
        found = actions.seen_macro(records, macro, caller.id)
        _refuse_others(caller, found.owner)
        records.macros.remove(macro)
        return _macro(found)

    return once.change(caller, work)


@router.get("/v1/cases/{case}/macros/{macro}", summary="A macro as it would be said in a case")
def preview(request: Request, caller: Worker, case: str, macro: str) -> FilledAnswer:
    """Nothing is said or done."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> FilledAnswer:
        found = seen_case(reads, case, caller, Permission.work_cases)
        kept = actions.seen_macro(reads, macro, caller.id)
        text = filled(kept.macro.text, places_of(reads, found, caller.id, now))
        return {"text": text, "macro": kept.macro.model_dump(mode="json")}

    return application.read(work)


@router.post("/v1/cases/{case}/macro-runs", status_code=201, summary="Apply a macro to a case")
def apply(caller: Worker, case: str, body: MacroRunBody, once: Once) -> CaseAnswer:
    """All that it says and does as one change, or nothing. With `seen` it is refused where
    something happened that you have not seen."""
    run = actions.MacroRun(body.macro, body.text, body.seen)

    def work(records: Records, occasion: Occasion) -> CaseAnswer:
        found = seen_case(records, case, caller, Permission.work_cases)
        known = places_of(records, found, caller.id, occasion.now)
        after = actions.apply_macro(records, case, run, known, occasion)
        return answer_of(records, after, caller, occasion)

    return once.act(caller, work)


@router.get("/v1/case-views", summary="Saved views of cases")
def list_views(request: Request, caller: Worker) -> Page[ViewAnswer]:
    """Everybody's and your own, by name."""
    found = application_of(request).read(lambda reads: reads.saved_views.seen_by(caller.id))
    return listed([_view(each) for each in found], None)


@router.post("/v1/case-views", status_code=201, summary="Save a view of cases")
def save_view(caller: Worker, body: ViewBody, once: Once) -> ViewAnswer:
    """`GET /v1/cases?saved=` lists it, what is due first at the top."""
    owner = _owner(caller, is_shared=body.is_shared)
    return once.act(
        caller,
        lambda records, at: _view(views.save_view(records, body.name, body.filter, owner, at)),
    )


@router.delete("/v1/case-views/{view}", summary="Forget a saved view")
def remove_view(caller: Worker, view: str, once: Once) -> ViewAnswer:
    """The cases stay."""

    def work(records: Records) -> ViewAnswer:
        found = views.seen_view(records, view, caller.id)
        _refuse_others(caller, found.owner)
        records.saved_views.remove(view)
        return _view(found)

    return once.change(caller, work)


def _owner(caller: Caller, *, is_shared: bool) -> str | None:
    if is_shared:
        caller.require(Permission.manage_desk)
        return None
    views.refuse_no_user(caller.id)
    return caller.id


def _refuse_others(caller: Caller, owner: str | None) -> None:
    if owner is None:
        caller.require(Permission.manage_desk)


def _macro(kept: KeptMacro) -> MacroAnswer:
    shared = kept.owner is None
    return {"id": kept.id, "is_shared": shared, "macro": kept.macro.model_dump(mode="json")}


def _view(view: SavedView) -> ViewAnswer:
    return {
        "id": view.id,
        "name": view.name,
        "is_shared": view.owner is None,
        "filter": view.filter.model_dump(mode="json"),
    }
