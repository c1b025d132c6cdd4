"""Notices of cases become letters: joins the notice, its reader, and where the pages are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tierline.access.letter import LetterKind, Words
from tierline.actions.escalations import is_old, is_past
from tierline.actions.letters import NewLetter, write_letters
from tierline.bootstrap.letters import WORKER, letter_box
from tierline.bootstrap.notice_ways import told_at_once
from tierline.queries.cases import numbers_of, ranks_of
from tierline.routing.notice import (
    most_urgent_first,
    subject_of,
    subject_of_many,
    words_of,
    words_of_many,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.access.user import User
    from tierline.bootstrap.application import Application
    from tierline.routing.notice import Notice, Numbered
    from tierline.store.due_work import Claim
    from tierline.store.records import Reads, Records

WORTH_SENDING_FOR = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def write_notices(
    application: Application,
    records: Records,
    bodies: Sequence[dict[str, Any]],
    *,
    is_correction: bool,
) -> None:
    """The letters of notices, or of their corrections, as they stand in this unit: one to each who
    is told. None is written to who may sign in no more, and no notice that was corrected before it
    was told; what its reader wants once a day, or not at all, is told so."""
    occasion = application.occasion(WORKER)
    wanted = _wanted(records, bodies, is_correction=is_correction)
    read = _worth_reading(records, wanted, occasion.now)
    cases = {each.case for each in read}
    ranks = ranks_of(records.cases, records.snapshot, cases)
    notices = told_at_once(records, read, ranks, occasion.now)
    later = {each.row for each in read} - {each.row for each in notices}
    records.notices.mark_told([each for each in wanted if each.row not in later], at=occasion.now)
    numbers = numbers_of(records.snapshot, cases)
    numbered = [(each, numbers[each.case]) for each in notices]
    readers = _readers(records, notices)
    letters = [
        _letter(told, reader, application.access.address, occasion.now)
        for user, reader in readers.items()
        if (told := most_urgent_first((each for each in numbered if each[0].user == user), ranks))
    ]
    write_letters(records, letters, letter_box(), occasion)


def held_back(
    reads: Reads | Records, claims: Sequence[Claim], now: datetime, *, is_correction: bool
) -> tuple[frozenset[str], datetime]:
    """The rows of notices that wait for the end of this minute, and when that is: of those that
    became due in it, and whose readers had a letter of notices in it already. What has waited for
    the end of a minute waits no more, and the worst severity for nothing."""
    minute = now.replace(second=0, microsecond=0)
    new = [claim for claim in claims if claim.due_at > minute]
    if not new:
        return frozenset(), minute + _MINUTE
    found = _wanted(reads, [claim.body for claim in new], is_correction=is_correction)
    ranks = ranks_of(reads.cases, reads.snapshot, {each.case for each in found})
    mild = [each for each in found if ranks[each.case]]
    addresses = {user: reader.email for user, reader in _readers(reads, mild).items()}
    had = reads.letters.written_to(addresses.values(), LetterKind.case_notice, minute)
    waiting = {
        each.correction_row if is_correction else each.row
        for each in mild
        if addresses.get(each.user) in had
    }
    return frozenset(claim.id for claim in new if claim.id in waiting), minute + _MINUTE


def _worth_reading(records: Records, notices: Sequence[Notice], now: datetime) -> list[Notice]:
    """Without what is of long ago on a case that has ended by now: nobody has to read it."""
    cases = records.cases.of_ids(sorted({each.case for each in notices if is_old(each, now)}))
    return [
        each
        for each in notices
        if each.case not in cases or not is_past(cases[each.case], each, now)
    ]


def _readers(reads: Reads | Records, notices: Sequence[Notice]) -> dict[str, User]:
    """Who is told and may sign in."""
    users = {user: reads.users.get(user) for user in sorted({each.user for each in notices})}
    return {user: found for user, found in users.items() if found.disabled_at is None}


def _wanted(
    records: Reads | Records, bodies: Sequence[dict[str, Any]], *, is_correction: bool
) -> list[Notice]:
    """What is to be told of, in the order in which it was asked for."""
    found = records.notices.of_cases({body["case"] for body in bodies})
    known = {(each.case, each.about, each.user): each for some in found.values() for each in some}
    asked = (known.get((body["case"], body["about"], body["user"])) for body in bodies)
    return [each for each in asked if each and (each.corrected_at is not None) == is_correction]


def _letter(told: Sequence[Numbered], reader: User, address: str, now: datetime) -> NewLetter:
    if len(told) == 1:
        ((notice, number),) = told
        (before, after), subject = words_of(notice, number), subject_of(notice, number)
        link = f"{address}/cases/{notice.case}"
    else:
        (before, after), subject = words_of_many(told, address), subject_of_many(told)
        link = f"{address}/cases?view=at-risk"
    return NewLetter(
        kind=LetterKind.case_notice,
        to=reader.email,
        words=Words(before=before, link=link, after=after),
        digest="",
        until=now + WORTH_SENDING_FOR,
        subject=subject,
    )
