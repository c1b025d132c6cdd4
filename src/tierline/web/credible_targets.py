"""Whether a target can be believed with the people there are: a page to try targets on, and the
same as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.bootstrap.credible_targets import target_for, worked_out
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.queries.credible_targets import CredibleTarget, credible_target
from tierline.staffing.credible import MOST_EXTRA, MOST_ON_DUTY
from tierline.staffing.known import LEAST_CASES, LEAST_LIKE
from tierline.staffing.question import KINDS, NAMES
from tierline.web.formats import duration
from tierline.web.forms import csv_file
from tierline.web.offered import severities_offered, tiers_offered
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import asked_stretch, stated_stretch, table_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from tierline.staffing.credible import Credibility

PATH = "/adherence/credible"
_HEAD = (
    "tier", "severity", "milestone", "within_minutes", "extra_on_duty", "share", "low", "high",
    "wanted", "is_credible",
)  # fmt: skip
_PERCENT, _STEP = 100, 10


@shown_to(Permission.read_staffing)
def credible_page(visit: Visit) -> Response:
    """`?tier=`, `?severity=`, `?milestone=` and `?within_minutes=` say what is promised; the rest
    what is not recorded, or is to be supposed otherwise."""
    during = asked_stretch(visit)
    stated = _stated(visit)
    asked, tiers, severities = visit.application.read(
        lambda reads: (
            credible_target(reads, during, stated),
            tiers_offered(reads),
            severities_offered(reads),
        )
    )
    found = worked_out(asked)
    return visit.page(
        "pages/credible_target.html",
        found=found,
        question=found.question,
        known=found.known,
        answer=found.answer,
        typed=stated,
        stated=stated_stretch(visit),
        query=_query(visit, stated),
        works=visit.caller.may(Permission.work_cases),
        leads=visit.caller.may(Permission.manage_desk),
        tiers=tiers,
        severities=severities,
        kinds=[(kind.value, MILESTONE_NAMES[kind]) for kind in KINDS],
        targets=None if found.answer is None else _by_target(visit, found.answer, stated),
        people=None if found.answer is None else _by_people(found.answer),
        limits={
            "on_duty": MOST_ON_DUTY,
            "extra": MOST_EXTRA,
            "cases": LEAST_CASES,
            "like": LEAST_LIKE,
        },
    )


@shown_to(Permission.read_staffing)
def credible_file(visit: Visit) -> Response:
    """Every target and every number of people that the page shows."""
    during = asked_stretch(visit)
    stated = _stated(visit)
    found = target_for(visit.application, during, stated)
    return csv_file(table_name("credible-target", during), _HEAD, _rows(found))


def _stated(visit: Visit) -> dict[str, str]:
    return {name: value for name in NAMES if (value := visit.asked(name, 40))}


def _query(visit: Visit, stated: dict[str, str]) -> str:
    when = {name: value for name, value in stated_stretch(visit).items() if value}
    return urlencode(stated | when)


def _by_target(visit: Visit, answer: Credibility, stated: dict[str, str]) -> dict[str, Any]:
    """The line over targets, and where each of them leads."""
    values = [share * _PERCENT for _, share in answer.by_target]
    steps = [
        (duration(minutes * 60), _query(visit, stated | {"within_minutes": f"{minutes:.0f}"}))
        for minutes, _ in answer.by_target
    ]
    return {
        "labels": [duration(minutes * 60) for minutes, _ in answer.by_target],
        "series": [{"name": "begun in time", "values": values, "text": _last(values)}],
        "low": _floor(values, answer.wanted),
        "steps": steps,
    }


def _by_people(answer: Credibility) -> dict[str, Any]:
    """The dots over numbers of people."""
    rows = [
        {
            "label": "as many as now" if not extra else f"{abs(extra)} {_word(extra)}",
            "value": share * _PERCENT,
            "text": f"{share * _PERCENT:.1f} %",
            "class": "ok" if share >= answer.wanted else "breach",
        }
        for extra, share in answer.by_extra
    ]
    shares = [share * _PERCENT for _, share in answer.by_extra]
    return {"rows": rows, "low": _floor(shares, answer.wanted)}


def _word(extra: int) -> str:
    return "more" if extra > 0 else "fewer"


def _floor(values: list[float], wanted: float) -> int:
    """Where the scale begins: a share needs no zero, and is read better without much of it."""
    return max(0, int(min(*values, wanted * _PERCENT) // _STEP - 1) * _STEP)


def _last(values: list[float]) -> str:
    return f"{values[-1]:.0f} %"


def _rows(found: CredibleTarget) -> Iterator[tuple[object, ...]]:
    question, answer = found.question, found.answer
    promise = question.tier, question.severity, question.milestone.value
    if answer is None:
        return
    for minutes, share in answer.by_target:
        is_asked = minutes == answer.within_minutes
        between = (answer.low, answer.high) if is_asked else ("", "")
        yield (*promise, minutes, 0, share, *between, answer.wanted, share >= answer.wanted)
    for extra, share in answer.by_extra:
        if extra:
            yield (
                *promise, answer.within_minutes, extra, share, "", "", answer.wanted,
                share >= answer.wanted,
            )  # fmt: skip


ROUTES = [
    Route(PATH, credible_page, methods=["GET"]),
    Route(f"{PATH}.csv", credible_file, methods=["GET"]),
]
