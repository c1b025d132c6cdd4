"""Edits of playbooks: suggested from the work on a case, decided with a reason, then made in the
next version of the guide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tierline.cases.playbook import Guide, Step
from tierline.cases.playbook_run import GuideEvent, GuideEventKind
from tierline.kernel.durations import Duration
from tierline.kernel.errors import Conflict, NotFound

DECISIONS: Final = {
    GuideEventKind.edit_accepted: True,
    GuideEventKind.edit_declined: False,
}


def refuse_decided(events: Sequence[GuideEvent], place: int) -> None:
    """Raise NotFound where no suggestion stands at a place among the events of a case, and Conflict
    where it is decided."""
    if not 0 <= place < len(events) or events[place].kind is not GuideEventKind.edit_suggested:
        raise NotFound(f"No edit was suggested as number {place} of this case.")
    if any(each.kind in DECISIONS and each.value == str(place) for each in events):
        raise Conflict("This suggestion is decided already.", code="edit_decided")


def step_of(guide: Guide, playbook: str, step: str) -> Step:
    """A step of a guide. Raises NotFound."""
    of_playbook = next((each.steps for each in guide.playbooks if each.key == playbook), ())
    found = next((each for each in of_playbook if each.key == step), None)
    if found is not None:
        return found
    raise NotFound(f"The playbooks in force have no step '{step}' of '{playbook}'.")


def with_step(guide: Guide, playbook: str, step: str, do: str, within: Duration | None) -> Guide:
    """The guide with one step worded and timed otherwise. Raises NotFound."""
    changed = step_of(guide, playbook, step).model_copy(update={"do": do, "within": within})
    playbooks = [
        each
        if each.key != playbook
        else each.model_copy(
            update={"steps": tuple(changed if one.key == step else one for one in each.steps)}
        )
        for each in guide.playbooks
    ]
    return guide.model_copy(update={"playbooks": tuple(playbooks)})
