"""Letters to people, for who invites them: which have gone, and which have not and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from tierline.access.letter import LetterKind, LetterState
from tierline.access.permission import Permission
from tierline.queries import access as queries
from tierline.queries.pages import PAGE_ROWS
from tierline.web.badges import Badge
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.access.letter import Letter

_KINDS = {
    LetterKind.invitation: "Invitation",
    LetterKind.password_reset: "Password reset",
    LetterKind.case_notice: "Notice of a case",
    LetterKind.health_report: "Health report",
    LetterKind.care_notice: "Care that is due soon",
    LetterKind.shortage_notice: "Nobody would be there",
    LetterKind.advice: "Advice",
    LetterKind.digest: "Daily digest",
}
_BADGES = {
    LetterState.sent: Badge("ok", "✓", "Sent"),
    LetterState.waiting: Badge("paused", "‖", "Waiting"),
    LetterState.given_up: Badge("breach", "×", "Not sent"),
}
_AGAIN = Badge("warn", "!", "Trying again")
_NOT_NEEDED = Badge("paused", "–", "Not needed")


@shown_to(Permission.manage_users)
def letters_page(visit: Visit) -> Response:
    """The newest first, and how letters leave this server."""
    after = visit.asked("after", 2_000) or None
    page = visit.application.read(
        lambda reads: queries.letters(reads.snapshot, after=after, limit=PAGE_ROWS)
    )
    place = visit.application.access.post.place
    return visit.page(
        "pages/letters.html",
        place=place,
        address=visit.application.access.address,
        is_first=after is None,
        next=page.next,
        rows=[
            {"letter": each, "kind": _KINDS[each.kind], "badge": _badge(each)}
            for each in page.items
        ],
    )


def _badge(letter: Letter) -> Badge:
    if letter.state is LetterState.waiting and letter.problem:
        return _AGAIN
    if letter.state is LetterState.given_up and not letter.attempts:
        return _NOT_NEEDED
    return _BADGES[letter.state]


ROUTES = [Route("/letters", letters_page, methods=["GET"])]
