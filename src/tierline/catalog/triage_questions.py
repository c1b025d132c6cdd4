"""The questions of triage with their answers, the worst first, in words for whoever is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from tierline.catalog.triage_statement import TriageQuestion

if TYPE_CHECKING:
    from tierline.catalog.triage_statement import Triage

_Q = TriageQuestion


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is asked. `answers` by key, the worst first."""

    key: TriageQuestion
    name: str
    ask: str
    answers: Mapping[str, str]


def _asked(key: TriageQuestion, ask: str, **answers: str) -> AskedQuestion:
    name = key.value.replace("_", " ").capitalize()
    return AskedQuestion(key, name, ask, MappingProxyType(answers))


QUESTIONS: tuple[AskedQuestion, ...] = (
    _asked(
        _Q.business_impact,
        "What does it do to your work?",
        stopped="Work has stopped",
        slowed="Work goes on, slower or with errors",
        workaround="There is a way around it",
        none="None: a question or a wish",
    ),
    _asked(
        _Q.urgency,
        "By when do you need it?",
        now="Now: every hour hurts",
        today="Today",
        this_week="This week",
        can_wait="It can wait",
    ),
    _asked(
        _Q.uptime_impact,
        "Is the service up?",
        down="It is down",
        degraded="It is up, with faults",
        up="It is up",
    ),
    _asked(
        _Q.data_sensitivity,
        "Does it touch sensitive data?",
        exposed="Yes, and it may be lost or seen by others",
        sensitive="Yes, and it is safe",
        none="No",
    ),
    _asked(
        _Q.regulatory_exposure,
        "Does it touch work under regulation?",
        reportable="Yes, and we must report it",
        regulated="Yes",
        none="No",
    ),
)
"""In the order in which they are asked."""
ANSWERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {each.key.value: tuple(each.answers) for each in QUESTIONS}
    | {"criticality": ("critical", "high", "moderate", "low")}
)
"""What each column may hold, the worst first; the last is taken where nothing is known."""


def questions_of(triage: Triage | None) -> tuple[AskedQuestion, ...]:
    """The questions in the words of a catalog."""
    own = triage.questions if triage else {}
    return tuple(
        each
        if each.key not in own
        else AskedQuestion(
            each.key,
            each.name,
            own[each.key].ask or each.ask,
            MappingProxyType(
                {key: own[each.key].answers.get(key, words) for key, words in each.answers.items()}
            ),
        )
        for each in QUESTIONS
    )
