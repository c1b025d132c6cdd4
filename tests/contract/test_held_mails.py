"""Mail that is held back and let in, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from mailed_desk import FIRST, MINUTE, PROMISE, Desk, answer_to
from people import NOW

from tierline.actions.case_promise import NOBODY, CasePromise
from tierline.actions.held_mails import admit_mail
from tierline.actions.mail_blocks import BlockOrder, block_sender, lift_block
from tierline.cases.blocked_sender import BlockedSender
from tierline.cases.file_secrets import with_secrets
from tierline.cases.mail import Mail, MailFile, MailOutcome
from tierline.kernel.errors import Conflict, Invalid
from tierline.store.store import Store

STRANGER = replace(
    FIRST, sender="mallory@evil.example", answer_to="mallory@evil.example", message_id="m@evil"
)
SPAM = "x-spam-flag: YES"


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def blocked(
    desk: Desk, sender: str, until: datetime | None = None, now: datetime = NOW
) -> BlockedSender:
    return desk.do(block_sender, BlockOrder(sender=sender, reason="phishing", until=until), now=now)


def admitted(desk: Desk, mail: Mail) -> Mail:
    def promise(account: str | None, _: object) -> CasePromise:
        return NOBODY if account is None else PROMISE

    return desk.do(admit_mail, mail.id, promise, now=NOW + 3 * MINUTE)


def test_mail_of_a_blocked_domain_is_held_and_let_in_as_if_it_never_was(desk: Desk) -> None:
    blocked(desk, "@evil.example")
    log = MailFile(name="a.log", media_type="text/plain", size_bytes=3, digest="sha256:f",
                   content=b"E42")  # fmt: skip
    sub = replace(STRANGER, sender="bo@mail.evil.example", files=(log,))
    mail = desk.came(sub)
    assert (mail.outcome, mail.case) == (MailOutcome.held, None)
    assert mail.reason == "Its sender is blocked (@evil.example): phishing"
    let_in = admitted(desk, mail)
    case = desk.case(let_in)
    assert (let_in.outcome, let_in.id) == (MailOutcome.opened, mail.id)
    assert case.events[0].at == NOW - 5 * MINUTE  # when it reached us, not when it was let in
    (file,) = desk.read(lambda reads: reads.attachments.of_case(case.id))
    assert desk.read(lambda reads: reads.attachments.content(file)) == b"E42"
    assert desk.read(lambda reads: reads.mails.get(mail.id)) == let_in
    assert desk.read(lambda reads: reads.blocks.held(mail.id)) is None
    with pytest.raises(Conflict):
        admitted(desk, mail)
    assert desk.receive(sub).mail == let_in  # the same mail again is the same mail


def test_a_block_ends_by_time_or_by_hand(desk: Desk) -> None:
    block = blocked(desk, "Mallory@Evil.example", until=NOW + MINUTE)
    assert desk.came(STRANGER).outcome is MailOutcome.held
    later = replace(STRANGER, digest="sha256:2", received_at=NOW + MINUTE)
    assert desk.came(later, now=NOW + MINUTE).outcome is MailOutcome.opened
    with pytest.raises(Conflict):
        desk.do(lift_block, block.id, now=NOW + MINUTE)
    again = blocked(desk, "mallory@evil.example", now=NOW + MINUTE)
    with pytest.raises(Conflict, match="blocked already"):
        blocked(desk, "mallory@evil.example", now=NOW + MINUTE)
    lifted = desk.do(lift_block, again.id, now=NOW + MINUTE)
    assert (lifted.lifted_by, lifted.is_in_force(NOW + MINUTE)) == ("user_1", False)
    third = replace(STRANGER, digest="sha256:3")
    assert desk.came(third, now=NOW + 2 * MINUTE).outcome is MailOutcome.opened


@pytest.mark.parametrize("why", ["spam", "blocked"])
def test_a_customers_mail_is_never_held_whatever_is_said_of_it(desk: Desk, why: str) -> None:
    if why == "blocked":
        blocked(desk, "@kestrel.example")
    mail = desk.came(replace(FIRST, suspicion=SPAM if why == "spam" else ""))
    assert mail.outcome is MailOutcome.opened
    notes = [text for text, is_public in desk.said(mail) if not is_public]
    assert len(notes) == 1
    assert notes[0].endswith("It was taken all the same: look twice who wrote it.")


def test_spam_of_a_stranger_is_held_and_of_somebody_in_the_thread_is_not(desk: Desk) -> None:
    held = desk.came(replace(STRANGER, suspicion=SPAM))
    assert (held.outcome, held.reason) == (MailOutcome.held, f"The mail filter says: {SPAM}")
    assert held.text == "Help!"  # to be judged without letting it in
    first = desk.came(replace(STRANGER, digest="sha256:5", message_id="five@evil"))
    answer = answer_to("five@evil", sender=STRANGER.sender, suspicion=SPAM)
    assert desk.came(answer).case == first.case


def test_a_secret_in_a_held_mail_is_kept_nowhere(desk: Desk) -> None:
    card = "4111 1111 1111 1111"
    mail = desk.came(replace(STRANGER, suspicion=SPAM, own=card, whole=card, subject=card))
    kept = str(desk.read(lambda reads: reads.blocks.held(mail.id)))
    assert "[card number removed" in kept
    assert card not in kept + str(mail)


def test_what_was_seen_in_its_files_is_known_still_when_it_is_let_in(desk: Desk) -> None:
    content = b"key AKIA" + b"IOSFODNN7EXAMPLE"
    log = MailFile(name="a.log", media_type="text/plain", size_bytes=24, digest="sha256:f",
                   content=content)  # fmt: skip
    mail = desk.came(replace(STRANGER, suspicion=SPAM, files=with_secrets([log])))
    case = admitted(desk, mail).case
    found = desk.read(lambda reads: reads.masks.of_case(str(case)))
    assert [(each.part, each.position) for each in found if each.attachment] == [("file", 4)]


def test_what_was_held_is_forgotten_with_its_mail(desk: Desk) -> None:
    mail = desk.came(replace(STRANGER, suspicion=SPAM))
    old = NOW + timedelta(days=1)
    desk.do(lambda records: records.mails.forget_before(old, limit=10))
    assert desk.read(lambda reads: reads.blocks.held(mail.id)) is None


@pytest.mark.parametrize(
    ("sender", "code"),
    [
        ("ada@kestrel.example", "is_a_contact"),
        ("@gmail.com", "anybodys_domain"),
        ("nobody", "bad_sender"),
        ("@", "bad_sender"),
    ],
)
def test_what_cannot_be_blocked_is_told(desk: Desk, sender: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        blocked(desk, sender, until=NOW)
    assert [fault.code for fault in refused.value.faults] == [code, "is_past"]
