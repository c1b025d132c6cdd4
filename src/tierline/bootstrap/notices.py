"""Notices of cases become letters: joins the notice, its reader, and where the pages are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tierline.access.letter import LetterKind, Words
from tierline.actions.letters import NewLetter, write_letters
from tierline.bootstrap.letters import WORKER, letter_box
from tierline.queries.cases import numbers_of
from tierline.routing.notice import subject_of, words_of

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.user import User
    from tierline.bootstrap.application import Application
    from tierline.routing.notice import Notice
    from tierline.store.records import Records

WORTH_SENDING_FOR = timedelta(days=1)


def write_notices(
    application: Application,
    records: Records,
    bodies: Sequence[dict[str, Any]],
    *,
    is_correction: bool,
) -> None:
    """The letters of notices, or of their corrections, as they stand in this unit. None is written
    to who may sign in no more, and no notice that was corrected before it was told."""
    occasion = application.occasion(WORKER)
    notices = _wanted(records, bodies, is_correction=is_correction)
    records.notices.mark_told(notices, at=occasion.now)
    readers = {user: records.users.get(user) for user in sorted({each.user for each in notices})}
    numbers = numbers_of(records.snapshot, {each.case for each in notices})
    address = application.access.address
    letters = [
        _letter(notice, readers[notice.user], numbers[notice.case], address, occasion.now)
        for notice in notices
        if readers[notice.user].disabled_at is None
    ]
    write_letters(records, letters, letter_box(), occasion)


def _wanted(
    records: Records, bodies: Sequence[dict[str, Any]], *, is_correction: bool
) -> list[Notice]:
    """What is to be told of, in the order in which it was asked for."""
    found = records.notices.of_cases({body["case"] for body in bodies})
    known = {(each.case, each.about, each.user): each for some in found.values() for each in some}
    asked = (known.get((body["case"], body["about"], body["user"])) for body in bodies)
    return [each for each in asked if each and (each.corrected_at is not None) == is_correction]


def _letter(notice: Notice, reader: User, number: int, address: str, now: datetime) -> NewLetter:
    before, after = words_of(notice, number)
    link = f"{address}/cases/{notice.case}"
    return NewLetter(
        kind=LetterKind.case_notice,
        to=reader.email,
        words=Words(before=before, link=link, after=after),
        digest="",
        until=now + WORTH_SENDING_FOR,
        subject=subject_of(notice, number),
    )
