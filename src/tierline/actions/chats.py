"""Live chat: a case by the channel `chat`, with somebody on either side until it is ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import US, CaseBooks, add_aside
from tierline.actions.reader_languages import language_of_case
from tierline.cases.case import MACHINE, Case
from tierline.cases.channel import Channel
from tierline.kernel.errors import Conflict, NotFound
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion

_SUBJECT_CHARACTERS = 80


class Ends(Protocol):
    """Which chats were ended."""

    def end_of(self, case: str) -> object: ...
    def end(self, case: str, *, at: datetime, by: str) -> None: ...


class ChatBooks(CaseBooks, Protocol):
    """What the actions of this module need."""

    @property
    def chats(self) -> Ends: ...


def start_chat(
    books: ChatBooks, order: CaseOrder, promise: CasePromise, occasion: Occasion
) -> Case:
    """The case of a new chat. Without a subject it has the first words. Raises NotFound, Invalid,
    and Conflict where the plan does not include the channel, with what to take instead."""
    subject = order.subject or _first_words(order.text)
    stated = replace(order, channel=Channel.chat, subject=subject)
    return open_case(books, stated, promise, occasion)


def end_chat(books: ChatBooks, case_id: str, occasion: Occasion) -> Case:
    """The case once its chat is over: what was said stands in it, and it goes on as any other.
    Raises NotFound for a case that is no chat, and Conflict where it is over."""
    case = books.cases.get(case_id)
    if case.channel is not Channel.chat:
        raise NotFound("This case is no chat.")
    if books.chats.end_of(case_id) is not None:
        raise Conflict(message("This chat is over already."), code="chat_over")
    books.chats.end(case_id, at=occasion.now, by=occasion.by)
    words = language_of_case(books, case, occasion).phrase(
        "The chat has ended. All that was said stands in case %(number)s, which goes on: what is "
        "promised for it holds, and answers come there.",
        number=case.number,
    )
    case = add_aside(books, case_id, words, US, replace(occasion, by=MACHINE))
    body = {"case": case.id, "number": case.number}
    books.append([occasion.fact("CaseChatEnded", case.account or case.id, body)])
    return case


def _first_words(text: str) -> str:
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    if len(line) <= _SUBJECT_CHARACTERS:
        return line
    return line[:_SUBJECT_CHARACTERS].rpartition(" ")[0].rstrip(",;:") or line[:_SUBJECT_CHARACTERS]
