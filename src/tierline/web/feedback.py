"""How a customer found a case, by the signed link that they were sent: looking counts nothing, only
the form that is sent does, so that no scanner of mails answers for anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from tierline.actions.effort import rate_case
from tierline.actions.reader_languages import called_for_case
from tierline.bootstrap.feedback import PATH, case_of_feedback
from tierline.cases.effort import BEST_SCORE
from tierline.cases.standing import ENDED
from tierline.kernel.errors import Fault, TierlineError
from tierline.languages.choice import first_language
from tierline.languages.language import message
from tierline.web.page_errors import faults_of, page, status_of
from tierline.web.visits import application_of, language_of, read_form, show

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.store.records import Reads, Records

BY = "feedback"
"""Who answers by a link: whoever has it."""
_COMMENT_CHARACTERS = 10_000
SCORES = [
    (1, message("Bad")),
    (2, message("Not good")),
    (3, message("Fair")),
    (4, message("Good")),
    (5, message("Very good")),
]


@page
async def feedback_page(request: Request) -> Response:
    """The form, or thanks."""
    word, application = request.path_params["word"], application_of(request)

    def work(reads: Reads) -> dict[str, Any]:
        case = case_of_feedback(reads, word)
        rating = reads.effort.rating(case.id)
        return {
            "number": case.number,
            "subject": case.subject,
            "rating": rating,
            "is_open": case.standing.state not in ENDED,
            "called": called_for_case(reads, case),
        }

    found = await run_in_threadpool(application.read, work)
    return _shown(request, found)


@page
async def rate(request: Request) -> Response:
    """What was chosen and written counts, once."""
    word, application = request.path_params["word"], application_of(request)
    form = await read_form(request)
    stated, comment = form.get("score", ""), form.get("comment", "").strip()
    score = int(stated) if stated in {str(key) for key, _ in SCORES} else 0
    occasion = application.occasion(BY)

    def work(records: Records) -> dict[str, Any]:
        case = case_of_feedback(records, word)
        found = {
            "number": case.number,
            "subject": case.subject,
            "is_open": False,
            "called": called_for_case(records, case),
        }
        try:
            rating = rate_case(records, case.id, score, comment[:_COMMENT_CHARACTERS], occasion)
        except TierlineError as error:
            is_open = case.standing.state not in ENDED
            known = records.effort.rating(case.id)
            return found | {"rating": known, "is_open": is_open, "error": error}
        return found | {"rating": rating}

    found = await run_in_threadpool(application.change, work)
    return _shown(request, found, score=score, comment=comment)


def _shown(
    request: Request, found: dict[str, Any], *, score: int = 0, comment: str = ""
) -> Response:
    error: TierlineError | None = found.pop("error", None)
    language = first_language([found.pop("called")], language_of(request, None))
    faults: tuple[Fault, ...] = () if error is None else tuple(faults_of(error))
    return show(
        request,
        "access/feedback.html",
        status=200 if error is None else status_of(error),
        faults=faults,
        language=language,
        scores=SCORES,
        best=BEST_SCORE,
        score=score,
        comment=comment,
        action=request.url.path,
        **found,
    )


ROUTES = [
    Route(f"{PATH}/{{word}}", feedback_page, methods=["GET"]),
    Route(f"{PATH}/{{word}}", rate, methods=["POST"]),
]
