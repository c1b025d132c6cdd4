"""A digest: one letter a day with what waits, what is at risk today, and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.routing.notice import line_of

if TYPE_CHECKING:
    from tierline.routing.notice import Notice
    from tierline.routing.notice_choice import NoticeKind

MOST_LINES = 100
"""Of what happened; what is more is counted, and stands in the next digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEntry:
    """Something that happened, and waits for somebody's digest. Of a notice, `case` and `about` say
    which; of all else stands what is written."""

    id: str
    user: str
    kind: NoticeKind
    at: datetime
    words: str = ""
    case: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestCase:
    """A case as a digest names it: nothing that a customer wrote."""

    id: str
    number: int
    severity: str
    due_at: datetime | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPicture:
    """How things stand for one person: the first cases of each list, and how many there are. Where
    it `is_own` they are those that they have; else all of the desk."""

    is_own: bool
    waiting: Sequence[DigestCase] = ()
    waiting_count: int = 0
    at_risk: Sequence[DigestCase] = ()
    at_risk_count: int = 0


def is_empty(picture: DigestPicture, happened: Sequence[str]) -> bool:
    """Whether there is nothing to write."""
    return not (picture.waiting_count or picture.at_risk_count or happened)


def digest_subject(picture: DigestPicture, happened: Sequence[str]) -> str:
    """The subject line."""
    return (
        f"Your day: {picture.at_risk_count} at risk today, {picture.waiting_count} waiting, "
        f"{len(happened)} told"
    )


def digest_words(
    picture: DigestPicture, happened: Sequence[str], time_zone: str, address: str
) -> str:
    """What it says, with instants as clocks of its reader's zone show them."""
    return "\n".join(_lines(picture, happened, time_zone, address))


def notice_line(notice: Notice, number: int, address: str) -> str:
    """What became true, without that it was held back: all of this was."""
    return line_of(replace(notice, deliver_at=notice.noticed_at), number, address)


def _lines(
    picture: DigestPicture, happened: Sequence[str], time_zone: str, address: str
) -> Iterator[str]:
    whose = "in your cases" if picture.is_own else "in cases of the desk"
    waits = "Your cases that wait for us" if picture.is_own else "Cases that nobody has"
    yield f"At risk today, {whose}: {picture.at_risk_count}"
    yield from _cases(picture.at_risk, picture.at_risk_count, time_zone, address)
    yield ""
    yield f"{waits}: {picture.waiting_count}"
    yield from _cases(picture.waiting, picture.waiting_count, time_zone, address)
    yield ""
    yield f"What happened since your last digest: {len(happened)}"
    yield from happened[:MOST_LINES]
    if len(happened) > MOST_LINES:
        yield f"And {len(happened) - MOST_LINES} more, which stand in your next digest."


def _cases(cases: Sequence[DigestCase], count: int, time_zone: str, address: str) -> Iterator[str]:
    zone = zone_named(time_zone)
    for each in cases:
        line = f"Case {each.number} ({each.severity or 'no severity'})"
        if each.due_at is not None:
            line += f", due {each.due_at.astimezone(zone):%Y-%m-%d %H:%M} ({time_zone})"
        line += f": {each.reason}." if each.reason else ":"
        yield f"{line} {address}/cases/{each.id}"
    if count > len(cases):
        yield f"And {count - len(cases)} more."
