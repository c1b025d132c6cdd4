"""The questions of triage with their answers, the worst first, in words for whoever is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from tierline.catalog.triage_statement import TriageQuestion
from tierline.languages.language import message

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


def _asked(key: TriageQuestion, name: str, ask: str, **answers: str) -> AskedQuestion:
    return AskedQuestion(key, name, ask, MappingProxyType(answers))


QUESTIONS: tuple[AskedQuestion, ...] = (
    _asked(
        _Q.business_impact,
        message("Business impact"),
        message("What does it do to your work?"),
        stopped=message("Work has stopped"),
        slowed=message("Work goes on, slower or with errors"),
        workaround=message("There is a way around it"),
        none=message("None: a question or a wish"),
    ),
    _asked(
        _Q.urgency,
        message("Urgency"),
        message("By when do you need it?"),
        now=message("Now: every hour hurts"),
        today=message("Today"),
        this_week=message("This week"),
        can_wait=message("It can wait"),
    ),
    _asked(
        _Q.uptime_impact,
        message("Uptime impact"),
        message("Is the service up?"),
        down=message("It is down"),
        degraded=message("It is up, with faults"),
        up=message("It is up"),
    ),
    _asked(
        _Q.data_sensitivity,
        message("Data sensitivity"),
        message("Does it touch sensitive data?"),
        exposed=message("Yes, and it may be lost or seen by others"),
        sensitive=message("Yes, and it is safe"),
        none=message("No"),
    ),
    _asked(
        _Q.regulatory_exposure,
        message("Regulatory exposure"),
        message("Does it touch work under regulation?"),
        reportable=message("Yes, and we must report it"),
        regulated=message("Yes"),
        none=message("No"),
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
