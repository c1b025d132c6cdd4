"""Playbooks and scripts over HTTP: the guide, and a case worked by it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path, Query, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions import playbooks as actions
from tierline.api.answers import TypedDict, instant, said
from tierline.api.callers import may
from tierline.api.idempotency import Once, OnceOnly
from tierline.api.inputs import Body, Word, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.suggestions import SuggestionAnswer, answer_of
from tierline.bootstrap.cases import seen_case
from tierline.catalog.document import parse_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.cases.playbook_run import StepRun
    from tierline.store.records import Reads, Records

router = Routes(tags=["playbooks"])
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
Lead = Annotated[Caller, Depends(may(Permission.manage_desk))]
SOURCE = "The body"


class GuideAnswer(TypedDict):
    """A version of the guide."""

    number: Annotated[int, said("Its version; 0: none was published.")]
    guide: Annotated[dict[str, Any], said("Topics, playbooks and scripts.")]


class StepAnswer(TypedDict):
    """A step on a case."""

    step: Annotated[str, said("Its key.")]
    do: Annotated[str, said("What to do.")]
    due_at: Annotated[str | None, instant("By when, on the case's hours; null: it has no time.")]
    done_at: Annotated[str | None, instant("When it was ticked; null: it was not.")]
    done_by: Annotated[str, said("Who ticked it: a user, a token, or `operator`; else empty.")]
    is_late: Annotated[bool, said("Whether its time was up before it was done.")]


class PlaybookAnswer(TypedDict):
    """The right playbook."""

    playbook: Annotated[str, said("Its key.")]
    name: Annotated[str, said("Its name.")]
    steps: Annotated[list[StepAnswer], said("What is to be done at this tier and severity.")]


class ScriptAnswer(TypedDict):
    """What the plan includes for this matter."""

    included: Annotated[str, said("What it does.")]
    not_included: Annotated[str | None, said("What it does not; null: nothing is left out.")]
    say: Annotated[str | None, said("The words to use then.")]
    instead: Annotated[str | None, said("The next option.")]


class GuidedAnswer(TypedDict):
    """A case by the guide."""

    number: Annotated[int, said("The version that the case is worked by; 0: there is none.")]
    topic: Annotated[str, said("What it is about; empty where nobody knows.")]
    is_suggested: Annotated[bool, said("Whether the topic is a suggestion, and nobody said it.")]
    likely: Annotated[
        SuggestionAnswer | None, said("The solved cases that suggest it; null: its words do.")
    ]
    because: Annotated[list[str], said("The words that suggest it.")]
    playbook: Annotated[PlaybookAnswer | None, said("The right one; null: none fits.")]
    script: Annotated[ScriptAnswer | None, said("What is included; null: there are no scripts.")]
    exceptions: Annotated[int, said("How often somebody was helped beyond the plan here.")]


class TopicBody(Body):
    """What a case is about: a key of the guide."""

    topic: Word


class ExceptionBody(Body):
    """Why somebody is helped with what their plan does not include. It stays among us."""

    reason: Annotated[str, Field(min_length=1, max_length=10_000)]


@router.get("/v1/playbooks", summary="Playbooks and scripts in force")
def read_guide(
    request: Request,
    _: Worker,
    *,
    number: Annotated[
        int | None, Query(ge=1, le=2**62, description="That version; else the one in force.")
    ] = None,
) -> GuideAnswer:
    """How known matters are worked, and what each tier includes for them."""

    def work(reads: Reads) -> GuideAnswer:
        guides = reads.guides
        found = guides.newest() if number is None else (number, guides.get(number))
        return {"number": found[0], "guide": found[1].model_dump(mode="json")}

    return application_of(request).read(work)


@router.put("/v1/playbooks", summary="Publish playbooks and scripts")
def publish_guide(
    caller: Lead,
    body: dict[str, Any],
    once: Once,
    *,
    dry_run: Annotated[bool, Query(description="Only check it.")] = False,
) -> GuideAnswer:
    """The next version, for cases that are begun to be worked from now on; every fault of it is
    told. The same again changes nothing."""
    document = parse_document(json.dumps(body), SOURCE)

    def work(records: Records, occasion: Occasion) -> GuideAnswer:
        if dry_run:
            guide = actions.checked_guide(records, document)
            return {"number": records.guides.newest()[0], "guide": guide.model_dump(mode="json")}
        number, guide = actions.publish_guide(records, document, occasion)
        return {"number": number, "guide": guide.model_dump(mode="json")}

    return once.act(caller, work)


@router.get("/v1/cases/{case}/playbook", summary="The right playbook and script of a case")
def read_playbook(request: Request, caller: Worker, case: str) -> GuidedAnswer:
    """By topic, severity and tier, with the steps that are due and done."""
    application = application_of(request)
    now = application.now()

    def work(reads: Reads) -> GuidedAnswer:
        found = seen_case(reads, case, caller, Permission.work_cases)
        return _answer(actions.guided(reads, found), now)

    return application.read(work)


@router.put("/v1/cases/{case}/topic", summary="Say what a case is about")
def set_topic(caller: Worker, case: str, body: TopicBody, once: Once) -> GuidedAnswer:
    """The case by the guide from now on."""
    return _worked(
        once, caller, case,
        lambda records, at: actions.set_topic(records, case, body.topic, at),
    )  # fmt: skip


Step = Annotated[str, Path(max_length=200, description="The key of a step.")]


@router.put("/v1/cases/{case}/playbook-steps/{step}", summary="Tick a step off")
def tick(caller: Worker, case: str, step: Step, once: Once) -> GuidedAnswer:
    """The step as done now, by whom."""
    return _worked(
        once, caller, case,
        lambda records, at: actions.tick_step(records, case, step, at),
    )  # fmt: skip


@router.delete("/v1/cases/{case}/playbook-steps/{step}", summary="Take a tick back")
def untick(caller: Worker, case: str, step: Step, once: Once) -> GuidedAnswer:
    """The step as not done; that it was ticked stays known."""
    return _worked(
        once, caller, case,
        lambda records, at: actions.tick_step(records, case, step, at, is_done=False),
    )  # fmt: skip


@router.post("/v1/cases/{case}/exceptions", status_code=201, summary="Help beyond the plan")
def help_beyond(caller: Worker, case: str, body: ExceptionBody, once: Once) -> GuidedAnswer:
    """An exception with its reason, which counts; refused where the plan includes everything."""
    return _worked(
        once, caller, case,
        lambda records, at: actions.help_beyond(records, case, body.reason, at),
    )  # fmt: skip


def _worked(
    once: OnceOnly, caller: Caller, case: str, act: Callable[[Records, Occasion], None]
) -> GuidedAnswer:
    def work(records: Records, occasion: Occasion) -> GuidedAnswer:
        act(records, occasion)
        return _answer(actions.guided(records, records.cases.get(case)), occasion.now)

    return once.act_on(case, caller, work)


def _answer(found: actions.Guided, now: datetime) -> GuidedAnswer:
    playbook, script = found.playbook, found.script
    return {
        "number": found.number,
        "topic": found.topic,
        "is_suggested": found.is_suggested,
        "likely": answer_of(found.likely),
        "because": list(found.because),
        "playbook": None if playbook is None else {
            "playbook": playbook.key,
            "name": playbook.name,
            "steps": [_step(each, now) for each in found.steps],
        },
        "script": None if script is None else {
            "included": script.included,
            "not_included": script.not_included,
            "say": script.say,
            "instead": script.instead,
        },
        "exceptions": found.exceptions,
    }  # fmt: skip


def _step(run: StepRun, now: datetime) -> StepAnswer:
    return {
        "step": run.step.key,
        "do": run.step.do,
        "due_at": shown(run.due_at),
        "done_at": shown(run.done_at),
        "done_by": run.done_by,
        "is_late": run.is_late(now),
    }
