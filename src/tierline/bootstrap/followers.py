"""What happened in a case is written to those of ours who follow it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.letter import LetterKind, Words
from tierline.actions.letters import NewLetter, write_letter
from tierline.bootstrap.letters import WORKER, letter_box
from tierline.bootstrap.notice_ways import write_or_keep
from tierline.bootstrap.notices import WORTH_SENDING_FOR
from tierline.cases.event import EventKind
from tierline.cases.participant import FOLLOWED
from tierline.queries.cases import ranks_of
from tierline.routing.notice_choice import NoticeKind

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.records import Records


def write_to_follower(application: Application, records: Records, body: dict[str, Any]) -> None:
    """The letter, which says nothing of what was written: at once where the severity is the worst,
    else as its reader chose. None goes to who follows no more, or may sign in no more."""
    occasion = application.occasion(WORKER)
    reader = records.users.get(body["user"])
    follows = {each.user for each in records.participants.followers(body["case"])}
    if reader.disabled_at is not None or reader.id not in follows:
        return
    case = records.cases.get(body["case"])
    told = " ".join(FOLLOWED[EventKind[name]] for name in body["what"])
    letter = NewLetter(
        kind=LetterKind.case_notice,
        to=reader.email,
        words=Words(
            before=f"You follow case {case.number}. {told}",
            link=f"{application.access.address}/cases/{case.id}",
            after="On its page you can stop following it.",
        ),
        digest="",
        until=occasion.now + WORTH_SENDING_FOR,
        subject=f"Case {case.number}, which you follow",
    )
    rank = ranks_of(records.cases, records.snapshot, {case.id})[case.id]
    if case.standing.severity and not rank:
        write_letter(records, letter, letter_box(), occasion)
        return
    line = f"{letter.subject}: {told}"
    write_or_keep(records, reader, NoticeKind.follows, letter, occasion, line=line)
