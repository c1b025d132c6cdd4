"""Who is in a chat, as its reader may know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.cases.channel import Channel
from tierline.cases.chat import ChatMark
from tierline.cases.standing import ENDED
from tierline.queries.actors import users_named
from tierline.routing.agent import first_name
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.languages.language import Language
    from tierline.queries.actors import NamedUser
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def chat_panel(visit: Visit, reads: Reads, case: Case) -> dict[str, Any]:
    """What the page of a case says of its chat; of another case it asks nothing."""
    if case.channel is not Channel.chat:
        return {}
    mark = reads.chats.marks([case.id], visit.now)[case.id]
    users = users_named(reads.snapshot, {*mark.ours})
    is_ended = mark.is_ended or case.standing.state in ENDED
    return {"is_ended": is_ended, "presence": presence_of(visit, reads, mark, users)}


def presence_of(visit: Visit, reads: Reads, mark: ChatMark, users: Mapping[str, NamedUser]) -> str:
    """Who is there, as it is: somebody has this chat open, or people are at work, or nobody is."""
    if is_staff(visit):
        return (
            "The customer has this chat open." if mark.theirs else "The customer is not here now."
        )
    names = [first_name(users[each].name) for each in mark.ours if each in users]
    language = visit.language
    if names:
        return language.phrase_of(
            "%(names)s of our people is here.", "%(names)s of our people are here.",
            len(names), names=language.joined(names),
        )  # fmt: skip
    nobody = language.phrase("Nobody of ours has this chat open.")
    return f"{nobody} {_at_work(reads, visit.now, language)}".strip()


def _at_work(reads: Reads, now: datetime, language: Language) -> str:
    agents = reads.routing.agents()
    if not agents:
        return ""
    count = sum(agent.is_at_work(now) for agent in agents)
    if not count:
        return language.phrase("Nobody of ours is at work at this time.")
    return language.phrase_of(
        "One of our people is at work.", "%(number)s of our people are at work.", count
    )
