"""Edits of playbooks: suggested on a case, decided on the page of playbooks, made on a page of the
step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.actions import playbook_edits as actions
from tierline.bootstrap.cases import seen_case
from tierline.cases.playbook_edit import step_of
from tierline.kernel.errors import Fault, NotFound, TierlineError
from tierline.queries.playbook_edits import suggested_edits
from tierline.web.case_forms import done_with, needed
from tierline.web.forms import sent_with, told, typed_in, whole_number
from tierline.web.lengths import length_fields, length_typed, length_units
from tierline.web.shell import shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.cases.playbook import Step
    from tierline.queries.playbook_edits import SuggestedEdit
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

STEP_PATH = "/playbooks/{playbook}/steps/{step}"
EDITS_PATH = "/playbooks/edits"
_LIMIT_CHARACTERS = 2_000


@sent_with(Permission.work_cases)
def suggest(visit: Visit, form: Form) -> Response:
    """A step should be otherwise."""
    step = form.get("step", "")[:200]
    return done_with(
        visit,
        lambda records, case, at: actions.suggest_edit(
            records, case, step, needed(form, "edit"), at
        ),
        typed_in(form, "edit"),
        about="edit",
        anchor="playbook",
    )


@shown_to(Permission.work_cases)
def edits_page(visit: Visit) -> Response:
    """What was suggested, first what waits for a decision."""
    return _page(visit)


@sent_with(Permission.manage_desk)
def decide(visit: Visit, form: Form) -> Response:
    """Accepted, which leads to the step, or declined; with a reason."""
    case, place = visit.path_word("case"), visit.path_word("place")
    is_accepted, occasion = form.get("accept") == "yes", visit.application.occasion(visit.caller.id)
    typed = {"place": f"{case}.{place}", **typed_in(form, "reason")}

    def act(records: Records) -> str:
        reason = needed(form, "reason", _LIMIT_CHARACTERS)
        seen_case(records, case, visit.caller, Permission.work_cases)
        number = whole_number(place)
        if number is None:
            raise NotFound(f"No edit was suggested as number {place} of this case.")
        actions.decide_edit(records, case, number, reason, occasion, is_accepted=is_accepted)
        return records.guides.of_case(case)[number].value

    try:
        playbook, _, step = visit.application.change(act).partition("/")
    except TierlineError as error:
        return _page(visit, typed, told(error, "reason"))
    return go(STEP_PATH.format(playbook=playbook, step=step) if is_accepted else EDITS_PATH)


@shown_to(Permission.manage_desk)
def step_page(visit: Visit) -> Response:
    """A step of the playbooks in force, to be worded or timed otherwise."""
    return _step_page(visit)


@sent_with(Permission.manage_desk)
def change_step(visit: Visit, form: Form) -> Response:
    """The next version of the playbooks, with this step changed."""
    name, occasion = _name(visit), visit.application.occasion(visit.caller.id)
    typed = typed_in(form, "do", "within", "within_unit")
    number = whole_number(form.get("number", ""))

    def act(records: Records) -> int:
        within = step_of(records.guides.newest()[1], *name).within
        wording = needed(form, "do", _LIMIT_CHARACTERS), length_typed(form, "within", within)
        return actions.edit_step(records, name, wording, occasion, number=number or 0)

    try:
        visit.application.change(act)
    except TierlineError as error:
        return _step_page(visit, typed, told(error, "do"))
    return go(f"/playbooks#playbook-{name[0]}")


def _name(visit: Visit) -> tuple[str, str]:
    return visit.path_word("playbook"), visit.path_word("step")


def _page(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    rows, guide = visit.application.read(
        lambda reads: (suggested_edits(reads.snapshot), reads.guides.newest()[1])
    )
    return visit.page(
        "pages/playbook_edits.html",
        status=422 if faults else 200,
        rows=rows,
        waiting=[each for each in rows if each.decision is None],
        names={each.key: each.name for each in guide.playbooks},
        steps={(each.key, step.key): step.do for each in guide.playbooks for step in each.steps},
        may_decide=visit.caller.may(Permission.manage_desk),
        typed=typed or {},
        faults=faults,
    )


def _step_page(
    visit: Visit, typed: dict[str, str] | None = None, faults: tuple[Fault, ...] = ()
) -> Response:
    playbook, key = _name(visit)

    def work(reads: Reads) -> tuple[int, str, Step, tuple[SuggestedEdit, ...]]:
        number, guide = reads.guides.newest()
        step = step_of(guide, playbook, key)
        name = next(each.name for each in guide.playbooks if each.key == playbook)
        return number, name, step, suggested_edits(reads.snapshot)

    number, name, step, edits = visit.application.read(work)
    stated = {"do": step.do, **length_fields("within", step.within)}
    return visit.page(
        "pages/playbook_step.html",
        status=422 if faults else 200,
        number=number,
        name=name,
        path=STEP_PATH.format(playbook=playbook, step=key),
        typed=typed or stated,
        units=length_units(step.within),
        edits=[each for each in edits if (each.playbook, each.step) == (playbook, key)
               and (each.decision is None or each.decision.is_accepted)],
        faults=faults,
    )  # fmt: skip


ROUTES = [
    Route(EDITS_PATH, edits_page, methods=["GET"]),
    Route(f"{EDITS_PATH}/{{case}}/{{place}}", decide, methods=["POST"]),
    Route(STEP_PATH, step_page, methods=["GET"]),
    Route(STEP_PATH, change_step, methods=["POST"]),
    Route("/cases/{case}/playbook-edits", suggest, methods=["POST"]),
]
