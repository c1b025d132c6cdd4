"""Digests: drawn up when their hour comes, and written in the unit that takes what waited away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tierline.access.letter import LetterKind, Words
from tierline.actions.letters import NewLetter, write_letter
from tierline.actions.notice_choices import agent_among
from tierline.bootstrap.letters import WORKER, letter_box
from tierline.cases.standing import ENDED
from tierline.queries.cases import numbers_of
from tierline.queries.digests import picture_for
from tierline.routing.digest import MOST_LINES, digest_subject, digest_words, is_empty, notice_line
from tierline.routing.notice_choice import (
    AFTER_THE_HOUR,
    NoticeKind,
    digest_due_on,
    next_digest_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.bootstrap.application import Application
    from tierline.routing.agent import Agent
    from tierline.routing.digest import DigestEntry, DigestPicture
    from tierline.routing.notice import Notice
    from tierline.routing.notice_choice import NoticeChoice
    from tierline.store.records import Reads, Records

WORTH_SENDING_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The digest of a day for one person, before what happened is taken into it."""

    choice: NoticeChoice
    on: date
    picture: DigestPicture


def drawn_up(
    application: Application, user: str, now: datetime
) -> tuple[Drawn | None, datetime | None]:
    """The digest that is due now, and when the next one is to be asked for. None is due to who is
    away, who may sign in no more, and in quiet hours before those are over."""
    choice, agent, is_there = application.read(lambda reads: _reader(reads, user))
    if choice is None:  # nothing is wanted any more, and nothing waits
        return None, None
    told_at = now if agent is None else agent.may_be_told_at(now)
    if told_at > now:
        return None, told_at + AFTER_THE_HOUR
    on = digest_due_on(choice, agent, now) if is_there else None
    if on is None:
        return None, next_digest_at(choice, agent, now)
    risk, until = application.breach_risks.of(now), choice.end_of_day(now)
    picture = application.read(
        lambda reads: picture_for(reads, risk, user, now, until, is_own=agent is not None)
    )
    next_at = next_digest_at(replace(choice, last_on=on), agent, now)
    return Drawn(choice, on, picture), next_at


def write_digest(application: Application, records: Records, drawn: Drawn) -> None:
    """One letter with all of it; none where there is nothing to say. Its day has had its own. What
    is counted there and not written out waits for the next."""
    occasion = application.occasion(WORKER)
    choice, address = drawn.choice, application.access.address
    entries = records.notice_choices.entries(choice.user)
    notices = _notices(records, entries)
    happened = _happened(records, entries, notices, address)
    left = set(list(happened)[MOST_LINES:])
    records.notice_choices.note_digest(choice.user, drawn.on)
    records.notice_choices.remove_entries(each for each in entries if each.id not in left)
    told = [notice for entry, notice in notices.items() if entry not in left]
    records.notices.mark_told(told, at=occasion.now)
    lines = list(happened.values())
    if is_empty(drawn.picture, lines):
        return
    letter = NewLetter(
        kind=LetterKind.digest,
        to=records.users.get(choice.user).email,
        words=Words(
            before=digest_words(drawn.picture, lines, choice.time_zone, address),
            link=f"{address}/cases?view={'mine' if drawn.picture.is_own else 'at-risk'}",
            after=f"You chose this letter, and choose otherwise at {address}/me/notices",
        ),
        digest="",
        until=occasion.now + WORTH_SENDING_FOR,
        subject=digest_subject(drawn.picture, lines),
    )
    write_letter(records, letter, letter_box(), occasion)


def _reader(reads: Reads, user: str) -> tuple[NoticeChoice | None, Agent | None, bool]:
    is_there = reads.users.get(user).disabled_at is None
    agent, choice = agent_among(reads.routing.agents(), user), reads.notice_choices.of_user(user)
    if choice is not None and not choice.has_digest and not reads.notice_choices.entries(user):
        choice = None
    return choice, agent, is_there


def _notices(records: Records, entries: Sequence[DigestEntry]) -> dict[str, Notice]:
    """The notices of these entries that are to be told, by entry: none that was taken back or made
    untrue before it was told, and of a case that has ended, or is somebody else's by now, none of
    what had to be done."""
    cases = {each.case for each in entries if each.case is not None}
    written = records.notices.of_cases(cases)
    known = {(each.case, each.about, each.user): each for some in written.values() for each in some}
    owned = records.routing.ownerships(cases)
    states = {id_: case.standing.state for id_, case in records.cases.of_ids(sorted(cases)).items()}
    found = {}
    for entry in entries:
        notice = known.get((entry.case or "", entry.about, entry.user))
        if notice is None or (notice.corrected_at is not None and notice.told_at is None):
            continue
        is_over = states[notice.case] in ENDED and entry.kind is not NoticeKind.breaches
        is_anothers = entry.kind is NoticeKind.assignments and owned[notice.case].user != entry.user
        if not is_over and not is_anothers:
            found[entry.id] = notice
    return found


def _happened(
    records: Records,
    entries: Sequence[DigestEntry],
    notices: dict[str, Notice],
    address: str,
) -> dict[str, str]:
    """A line of each entry that is worth one."""
    numbers = numbers_of(records.snapshot, {each.case for each in notices.values()})
    lines = {}
    for entry in entries:
        if entry.id in notices:
            notice = notices[entry.id]
            line = notice_line(notice, numbers[notice.case], address)
            is_correction = notice.corrected_at is not None
            lines[entry.id] = f"Not so any more: {line}" if is_correction else line
        elif entry.case is None:
            lines[entry.id] = entry.words
    return lines
