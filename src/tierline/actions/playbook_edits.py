"""Suggesting edits of playbooks, deciding on them, and making them in the next version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tierline.actions.cases import US, add_aside
from tierline.actions.playbooks import (
    GuideBooks,
    GuidesToPublish,
    guided,
    note_on_case,
    publish_guide,
    tell_of_case,
)
from tierline.cases.playbook_edit import refuse_decided, with_step
from tierline.cases.playbook_run import GuideEventKind, step_name
from tierline.catalog.document import parse_document
from tierline.kernel.errors import Conflict, NotFound

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.kernel.durations import Duration

_SOURCE = "the playbooks"


def suggest_edit(
    books: GuideBooks, case_id: str, step: str, words: str, occasion: Occasion
) -> None:
    """Suggest that a step of the playbook of a case is worded or timed otherwise: how is a note
    among us. Raises NotFound for a step that its playbook lacks."""
    case = books.cases.get(case_id)
    found = guided(books, case)
    if found.playbook is None or all(each.step.key != step for each in found.steps):
        raise NotFound(f"The playbook of this case has no step '{step}'.")
    named = {"playbook": found.playbook.key, "step": step}
    what = found.number, GuideEventKind.edit_suggested, step_name(found.playbook.key, step)
    note_on_case(books, case, what, occasion)
    add_aside(books, case_id, words, US, occasion, is_public=False)
    tell_of_case(books, "PlaybookEditSuggested", case, named, occasion)


def decide_edit(
    books: GuideBooks,
    case_id: str,
    place: int,
    reason: str,
    occasion: Occasion,
    *,
    is_accepted: bool,
) -> None:
    """Accept or decline what was suggested at a place among the events of a case, with a reason
    that is a note there. Raises NotFound, and Conflict where it is decided."""
    case = books.cases.get(case_id)
    events = books.guides.of_case(case_id)
    refuse_decided(events, place)
    kind = GuideEventKind.edit_accepted if is_accepted else GuideEventKind.edit_declined
    playbook, _, step = events[place].value.partition("/")
    note_on_case(books, case, (events[place].guide, kind, str(place)), occasion)
    add_aside(books, case_id, reason, US, occasion, is_public=False)
    fact = "PlaybookEditAccepted" if is_accepted else "PlaybookEditDeclined"
    tell_of_case(books, fact, case, {"playbook": playbook, "step": step}, occasion)


def edit_step(
    books: GuidesToPublish,
    name: tuple[str, str],
    wording: tuple[str, Duration | None],
    occasion: Occasion,
    *,
    number: int,
) -> int:
    """The next version of the guide, in which one step (its playbook and key) is worded and timed
    otherwise; its number. Raises NotFound, Invalid, and Conflict where `number` is in force no
    more, because somebody published meanwhile."""
    in_force, guide = books.guides.newest()
    if in_force != number:
        message = f"Version {in_force} was published meanwhile. Read it before you change a step."
        raise Conflict(message, code="published_meanwhile")
    changed = with_step(guide, *name, *wording)
    document = parse_document(json.dumps(changed.model_dump(mode="json")), _SOURCE)
    return publish_guide(books, document, occasion)[0]
