"""Who is in a chat, as its reader may know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.cases.channel import Channel
from tierline.cases.chat import ChatMark
from tierline.queries.actors import users_named
from tierline.routing.agent import first_name
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tierline.cases.case import Case
    from tierline.queries.actors import NamedUser
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def chat_panel(visit: Visit, reads: Reads, case: Case) -> dict[str, Any]:
    """What the page of a case says of its chat; of another case it asks nothing."""
    if case.channel is not Channel.chat:
        return {}
    mark = reads.chats.marks([case.id], visit.now)[case.id]
    users = users_named(reads.snapshot, {*mark.ours})
    return {"is_ended": mark.is_ended, "presence": presence_of(visit, reads, mark, users)}


def presence_of(visit: Visit, reads: Reads, mark: ChatMark, users: Mapping[str, NamedUser]) -> str:
    """Who is there, as it is: somebody has this chat open, or people are at work, or nobody is."""
    if is_staff(visit):
        return (
            "The customer has this chat open." if mark.theirs else "The customer is not here now."
        )
    names = [first_name(users[each].name) for each in mark.ours if each in users]
    if names:
        listed = " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
        return f"{listed} of our people {'are' if len(names) > 1 else 'is'} here."
    return f"Nobody of ours has this chat open. {_at_work(reads, visit.now)}".strip()


def _at_work(reads: Reads, now: datetime) -> str:
    agents = reads.routing.agents()
    if not agents:
        return ""
    count = sum(agent.is_at_work(now) for agent in agents)
    if not count:
        return "Nobody of ours is at work at this time."
    return "One of our people is at work." if count == 1 else f"{count} of our people are at work."
