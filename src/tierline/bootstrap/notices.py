"""Notices of cases become letters: joins the notice, its reader, and where the pages are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tierline.access.letter import LetterKind, Words
from tierline.actions.letters import NewLetter, write_letter
from tierline.bootstrap.letters import WORKER, letter_box
from tierline.routing.notice import subject_of, words_of

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.records import Records

WORTH_SENDING_FOR = timedelta(days=1)


def write_notice(
    application: Application, records: Records, body: dict[str, Any], *, is_correction: bool
) -> None:
    """The letter of a notice, or of its correction, as it stands in this unit. None is written to
    who may sign in no more, and no notice that was corrected before it was told."""
    occasion = application.occasion(WORKER)
    notice = records.notices.get(body["case"], body["about"], body["user"])
    if notice is None or (notice.corrected_at is not None) != is_correction:
        return
    records.notices.mark_told(notice, at=occasion.now)
    reader = records.users.get(notice.user)
    if reader.disabled_at is not None:
        return
    number = records.cases.get(notice.case).number
    before, after = words_of(notice, number)
    link = f"{application.access.address}/cases/{notice.case}"
    letter = NewLetter(
        kind=LetterKind.case_notice,
        to=reader.email,
        words=Words(before=before, link=link, after=after),
        digest="",
        until=occasion.now + WORTH_SENDING_FOR,
        subject=subject_of(notice, number),
    )
    write_letter(records, letter, letter_box(), occasion)
