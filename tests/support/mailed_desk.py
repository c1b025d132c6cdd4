"""A store in which mails come in, for tests of what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from people import NOW, People
from small_world import terms

from tierline.accounts.coverage import CoverageState
from tierline.actions.case_promise import NOBODY, CasePromise
from tierline.actions.mails import Received, receive_mail
from tierline.cases.case import Case
from tierline.cases.event import EventKind
from tierline.cases.mail import Mail, MailKind, NewMail
from tierline.milestones.portable import portable_terms
from tierline.store.store import Store

SMALL = terms()
PROMISE = CasePromise(
    CoverageState.covered,
    "contract_1",
    "bronze",
    SMALL.severities,
    portable_terms(SMALL, set(SMALL.tiers), (2024, 2030)) | {"names": dict(SMALL.names)},
)
MINUTE = timedelta(minutes=1)
FIRST = NewMail(
    digest="sha256:1",
    message_id="one@kestrel.example",
    thread=(),
    kind=MailKind.person,
    sender="ada@kestrel.example",
    sender_name="Ada Byron",
    answer_to="ada@kestrel.example",
    subject="Nothing works",
    bare_subject="Nothing works",
    own="Help!",
    whole="Help!",
    received_at=NOW - 5 * MINUTE,
    size_bytes=400,
    may_answer_by_machine=True,
)


def answer_to(*message_ids: str, number: int = 2, **changes: object) -> NewMail:
    stated: dict[str, object] = {
        "digest": f"sha256:{number}",
        "message_id": f"{number}@kestrel.example",
        "thread": message_ids,
        "received_at": NOW,
        "own": "It is worse.",
        "whole": "It is worse.\n> Help!",
        **changes,
    }
    return replace(FIRST, **stated)  # type: ignore[arg-type]  # the fields of a mail


class Desk(People):
    """A store in which mails come in; Ada is a contact."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.ada = self.contact("Ada Byron", email="ada@kestrel.example").contact.id

    def receive(self, new: NewMail, now: datetime = NOW) -> Received:
        def promise(account: str | None, _: datetime) -> CasePromise:
            return NOBODY if account is None else PROMISE

        return self.do(receive_mail, new, promise, now=now, by="mail")

    def came(self, new: NewMail, now: datetime = NOW) -> Mail:
        return self.receive(new, now).mail

    def case(self, mail: Mail) -> Case:
        assert mail.case is not None
        return self.read(lambda reads: reads.cases.get(str(mail.case)))

    def said(self, mail: Mail) -> list[tuple[str, bool]]:
        found = self.read(lambda reads: reads.cases.messages(str(mail.case)))
        return [(each.text.splitlines()[0], each.is_public) for each in found]

    def kinds(self, mail: Mail) -> list[EventKind]:
        return [event.kind for event in self.case(mail).events]
