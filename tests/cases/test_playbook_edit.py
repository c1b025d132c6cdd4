"""A step is worded and timed otherwise, and nothing else of the guide changes."""

from __future__ import annotations

import pytest

from tierline.cases.playbook import Guide
from tierline.cases.playbook_edit import step_of, with_step
from tierline.kernel.durations import Duration
from tierline.kernel.errors import NotFound

STEPS = [{"key": "confirm", "do": "Confirm it"}, {"key": "call", "do": "Call", "tiers": ["gold"]}]
GUIDE = Guide.model_validate(
    {
        "topics": {"outage": {"name": "Down"}},
        "playbooks": [
            {"key": "outage", "name": "A line stands", "topics": ["outage"], "steps": STEPS},
            {"key": "rest", "name": "Anything else", "steps": STEPS},
        ],
    }
)


def test_one_step_changes_and_nothing_else() -> None:
    found = with_step(GUIDE, "rest", "call", "Call the named contact", Duration(seconds=1800))
    step = step_of(found, "rest", "call")
    assert (step.do, step.within, step.tiers) == (
        "Call the named contact", Duration(seconds=1800), ("gold",),
    )  # fmt: skip
    assert with_step(found, "rest", "call", "Call", None) == GUIDE


def test_what_the_guide_lacks_is_not_found() -> None:
    for name in (("outage", "fly"), ("none", "call")):
        with pytest.raises(NotFound):
            with_step(GUIDE, *name, "x", None)
