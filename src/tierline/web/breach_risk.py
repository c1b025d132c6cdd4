"""Whether the probabilities of breaches came true, drawn: a page for those who lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.queries.breach_risk import backtested
from tierline.scorecards.breach_backtest import ALLOWED_FALSE, WANTED_CAUGHT
from tierline.scorecards.breach_risk import AHEAD_SECONDS
from tierline.web import replay_words as words
from tierline.web.shell import Visit, shown_to
from tierline.web.stretches import stated_stretch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from tierline.scorecards.breach_backtest import Band

PATH = "/adherence/risk"


@shown_to(Permission.manage_desk)
def breach_risk_page(visit: Visit) -> Response:
    """What was learned before `?since=`, held against the cases raised until `?until=`."""
    accounts = visit.caller.visible_accounts
    since, until = visit.instant("since"), visit.instant("until")
    found = visit.application.read(
        lambda reads: backtested(reads.snapshot, visit.now, since, until, accounts=accounts)
    )
    result = found.result
    return visit.page(
        "pages/breach_risk.html",
        found=found,
        result=result,
        stated=stated_stretch(visit),
        labels=[f"{band.low * 100:.0f}–{band.high * 100:.0f}" for band in result.bands],
        series=_series(result.bands),
        held=sum(band.is_true for band in result.bands),
        alerts=[each for each in result.alerts if each.alerts],
        minutes=AHEAD_SECONDS // 60,
        wanted=WANTED_CAUGHT,
        allowed=ALLOWED_FALSE,
        words=words,
    )


def _series(bands: tuple[Band, ...] | list[Band]) -> list[dict[str, Any]]:
    """What came of what was said, with the interval of it, in percent."""
    between = [band.interval for band in bands]
    return [
        {
            "name": "came",
            "values": [band.observed * 100 for band in bands],
            "lows": [None if each is None else each.low * 100 for each in between],
            "highs": [None if each is None else each.high * 100 for each in between],
            "text": _last(band.observed for band in bands),
            "class": "s1",
        },
        {
            "name": "said",
            "values": [band.predicted * 100 for band in bands],
            "text": _last(band.predicted for band in bands),
            "class": "s6",
        },
    ]


def _last(shares: Iterable[float]) -> str:
    """The last of some shares, as it stands at the end of its line."""
    return next((f"{share * 100:.0f} %" for share in reversed([*shares])), "")


ROUTES = [Route(PATH, breach_risk_page, methods=["GET"])]
