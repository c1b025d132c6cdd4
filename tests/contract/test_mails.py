"""What becomes of mails, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from mailed_desk import FIRST, MINUTE, Desk, answer_to
from people import NOW

from tierline.accounts.identity import IdentityLink, SourceRecord, System
from tierline.actions.case_mails import LANE
from tierline.actions.cases import US, close, resolve, say, wait
from tierline.cases.event import EventKind
from tierline.cases.mail import MailFile, MailKind, MailOutcome
from tierline.cases.standing import CaseState, standing_of
from tierline.kernel.errors import NotFound
from tierline.store.store import Store


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_mail_opens_a_case_at_the_time_at_which_it_reached_us(desk: Desk) -> None:
    mail = desk.came(FIRST)
    case = desk.case(mail)
    assert (mail.outcome, mail.reason, mail.contact) == (MailOutcome.opened, "", desk.ada)
    assert (case.account, case.contact, case.channel.value) == (desk.lattice, desk.ada, "email")
    assert case.events[0].at == NOW - 5 * MINUTE
    assert desk.said(mail)[0] == ("Help!", True)
    assert desk.read(lambda reads: reads.mails.get(mail.id)) == mail


def test_a_server_whose_clock_runs_ahead_starts_no_clock_in_the_future(desk: Desk) -> None:
    mail = desk.came(replace(FIRST, received_at=NOW + timedelta(hours=1)))
    assert desk.case(mail).events[0].at == NOW


def test_the_same_mail_again_changes_nothing_and_the_same_id_alone_is_another_mail(
    desk: Desk,
) -> None:
    first = desk.receive(FIRST)
    again = desk.receive(replace(FIRST, received_at=NOW), now=NOW + MINUTE)
    assert (again.mail, again.is_new) == (first.mail, False)
    other = desk.came(replace(FIRST, digest="sha256:other", own="Pay here."))
    assert other.case != first.mail.case
    assert other.reason == f"Another mail states the same Message-ID: {first.mail.id}."


def test_a_mail_that_comes_twice_at_once_is_one(desk: Desk) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(desk.receive, FIRST) for _ in range(8)]
        ids = {each.result().mail.id for each in found}
    assert len(ids) == 1


def test_an_answer_goes_to_its_thread_by_their_ids_and_by_ours(desk: Desk) -> None:
    first = desk.came(FIRST)
    second = desk.came(answer_to("one@kestrel.example"))
    assert (second.outcome, second.case) == (MailOutcome.joined, first.case)
    assert second.text == "It is worse.\n> Help!"
    desk.do(say, first.case, "Which firmware?", US, now=NOW + MINUTE)
    ours = desk.read(lambda reads: reads.sent_mails.of_case(str(first.case)))[-1]
    late = NOW + 2 * MINUTE
    third = answer_to("x@y", f"{ours.id}@desk.example", number=3, received_at=late)
    assert desk.came(third, now=late).case == first.case
    assert desk.kinds(first)[-1] is EventKind.customer_message


def test_an_answer_never_happened_before_what_it_follows(desk: Desk) -> None:
    first = desk.came(FIRST)
    desk.do(say, first.case, "Which firmware?", US, now=NOW + MINUTE)
    early = answer_to("one@kestrel.example", received_at=NOW - timedelta(days=1))
    desk.came(early, now=NOW + 2 * MINUTE)
    assert desk.case(first).events[-1].at == NOW + MINUTE


def test_an_answer_to_a_closed_case_begins_another_that_names_it_and_the_next_one_follows(
    desk: Desk,
) -> None:
    first = desk.came(FIRST)
    desk.do(resolve, first.case, "Restarted.", "To be quick.")
    desk.do(close, first.case)
    second = desk.came(answer_to("one@kestrel.example"))
    assert (second.outcome, second.follows) == (MailOutcome.opened, first.case)
    assert second.case != first.case
    note = f"It answers case {desk.case(first).number}, which is closed."
    assert (note, False) in desk.said(second)
    third = desk.came(answer_to("one@kestrel.example", number=3))
    assert (third.outcome, third.case) == (MailOutcome.joined, second.case)


def test_a_stranger_who_knows_a_message_id_gets_a_case_of_their_own(desk: Desk) -> None:
    first = desk.came(FIRST)
    stranger = answer_to(
        "one@kestrel.example", sender="mallory@gmail.com", answer_to="mallory@gmail.com"
    )
    second = desk.came(stranger)
    assert (second.outcome, second.follows) == (MailOutcome.opened, first.case)
    assert desk.case(second).account is None
    colleague = answer_to("one@kestrel.example", number=3, sender="bo@kestrel.example")
    assert desk.came(colleague).case == first.case


def linked(desk: Desk, account: str, domain: str, number: str) -> None:
    record = SourceRecord(System.crm, number, {"domain": domain, "name": "x"})
    desk.do(
        lambda records: records.identities.add_links([IdentityLink(record, account)], linked_at=NOW)
    )


def test_whoever_is_no_contact_is_known_by_a_domain_that_one_account_has(desk: Desk) -> None:
    linked(desk, desk.lattice, "https://www.Kestrel.example/", "1")
    new = replace(FIRST, sender="zoe@kestrel.example")
    mail = desk.came(new)
    assert desk.case(mail).account == desk.lattice
    assert mail.reason == "Known by the domain kestrel.example alone."
    linked(desk, desk.account("Other"), "kestrel.example", "2")
    mail = desk.came(replace(new, digest="sha256:2", message_id="2@kestrel.example"))
    assert desk.case(mail).account is None
    assert mail.reason == "2 accounts have the domain kestrel.example."


def test_a_domain_that_anybody_gets_an_address_of_is_nobodys(desk: Desk) -> None:
    linked(desk, desk.lattice, "gmail.com", "1")
    mail = desk.came(replace(FIRST, sender="ada@gmail.com"))
    assert (desk.case(mail).account, mail.reason) == (None, "Its sender is no contact.")


def test_a_contact_of_two_accounts_is_not_guessed(desk: Desk) -> None:
    desk.contact("Ada Byron", email="ada@kestrel.example", account=desk.account("Other"))
    mail = desk.came(FIRST)
    assert desk.case(mail).account is None
    assert mail.reason == "Its sender is a contact of 2 accounts."


def test_an_absence_note_ends_no_wait_and_stops_no_clock(desk: Desk) -> None:
    first = desk.came(FIRST)
    desk.do(wait, first.case, "waiting_on_customer", "Which firmware?", now=NOW + MINUTE)
    note = answer_to("one@kestrel.example", kind=MailKind.automatic_reply)
    mail = desk.came(note, now=NOW + 2 * MINUTE)
    assert (mail.outcome, mail.case) == (MailOutcome.noted, first.case)
    case = desk.case(first)
    assert case.events[-1].kind is EventKind.automatic_reply
    assert standing_of(case.events).state is CaseState.waiting


def test_an_alert_of_a_machine_begins_a_case_and_is_not_answered(desk: Desk) -> None:
    alert = replace(FIRST, kind=MailKind.automatic_reply, may_answer_by_machine=False)
    mail = desk.came(alert)
    assert mail.outcome is MailOutcome.opened
    assert desk.kinds(mail) == [EventKind.opened]


def test_an_absence_note_to_a_letter_of_ours_is_kept_and_begins_nothing(desk: Desk) -> None:
    letter = "letter_01ka0v6ge0e00abvem4gyepfzx@desk.example"
    mail = desk.came(answer_to(letter, kind=MailKind.automatic_reply))
    assert (mail.outcome, mail.case) == (MailOutcome.kept, None)


def test_what_came_back_is_noted_in_the_case_that_it_went_out_of(desk: Desk) -> None:
    first = desk.came(FIRST)
    sent = desk.read(lambda reads: reads.sent_mails.of_case(str(first.case)))[0]
    bounce = replace(
        FIRST,
        kind=MailKind.bounce,
        digest="sha256:b",
        message_id="b@mx.example",
        sender="mailer-daemon@mx.example",
        thread=(f"{sent.id}@desk.example",),
        returned=("ada@kestrel.example: 5.1.1 no such user.",),
    )
    mail = desk.came(bounce)
    assert (mail.outcome, mail.case) == (MailOutcome.noted, first.case)
    assert desk.said(first)[-1] == (
        "A mail of this case came back. ada@kestrel.example: 5.1.1 no such user.",
        False,
    )
    noted = desk.read(lambda reads: reads.sent_mails.get(sent.id))
    assert (noted.returned_at, "5.1.1" in noted.problem) == (NOW, True)
    nobodys = replace(bounce, digest="sha256:c", thread=("x@y",))
    assert desk.came(nobodys).outcome is MailOutcome.kept


def test_our_own_mail_is_dropped_and_counted(desk: Desk) -> None:
    assert desk.came(replace(FIRST, kind=MailKind.loop)).outcome is MailOutcome.dropped
    assert desk.read(lambda reads: reads.due_work.waiting()) == {}


def test_what_belongs_to_no_case_is_forgotten_and_the_rest_stays(desk: Desk) -> None:
    loop = desk.came(replace(FIRST, kind=MailKind.loop))
    mail = desk.came(answer_to())
    later = NOW + timedelta(days=31)
    assert desk.read(lambda reads: reads.mails.are_there_before(later))
    assert desk.do(lambda records: records.mails.forget_before(later, limit=10)) == 1
    assert not desk.read(lambda reads: reads.mails.are_there_before(later))
    assert desk.read(lambda reads: reads.mails.get(mail.id)) == mail
    with pytest.raises(NotFound):
        desk.read(lambda reads: reads.mails.get(loop.id))


def test_the_first_answer_says_what_may_be_expected_and_is_written_once_a_case(desk: Desk) -> None:
    mail = desk.came(FIRST)
    assert desk.kinds(mail) == [EventKind.opened, EventKind.automatic_reply]
    assert standing_of(desk.case(mail).events).state is CaseState.new
    answer = desk.read(lambda reads: reads.cases.messages(str(mail.case)))[-1]
    assert "You are on Bronze, and its people answer you." in answer.text
    assert "first answer from a person: by Monday 2 June 2025, 15:00 (UTC)" in answer.text
    (sent,) = desk.read(lambda reads: reads.sent_mails.of_case(str(mail.case)))
    assert (sent.id, sent.recipient, sent.is_automatic) == (answer.id, "ada@kestrel.example", True)
    assert (sent.in_reply_to, sent.references) == (
        "one@kestrel.example",
        ("one@kestrel.example",),
    )
    desk.came(answer_to("one@kestrel.example"))
    assert desk.kinds(mail).count(EventKind.automatic_reply) == 1
    assert desk.read(lambda reads: reads.due_work.waiting())[LANE][0] == 1


def test_nobody_is_answered_by_machine_more_than_three_times_an_hour(desk: Desk) -> None:
    for number in range(5):
        desk.came(replace(FIRST, digest=f"sha256:{number}", message_id=f"{number}@k.example"))
    waiting = desk.read(lambda reads: reads.due_work.waiting())
    assert waiting[LANE][0] == 3
    later = NOW + timedelta(hours=2)
    mail = desk.came(replace(FIRST, digest="sha256:9", message_id="9@k.example"), now=later)
    assert EventKind.automatic_reply in desk.kinds(mail)


def test_a_file_is_kept_once_however_often_it_comes_and_read_back_whole(desk: Desk) -> None:
    content = bytes(range(256)) * 1_000
    file = MailFile(
        name="log.bin",
        media_type="application/octet-stream",
        size_bytes=len(content),
        digest="sha256:f",
        content=content,
    )
    left_out = replace(file, name="big.bin", digest="sha256:g", content=None)
    first = desk.came(replace(FIRST, files=(file, left_out)))
    second = desk.came(answer_to("one@kestrel.example", files=(file,)))
    found = desk.read(lambda reads: reads.attachments.of_case(str(first.case)))
    assert [(each.name, each.is_kept) for each in found] == [
        ("log.bin", True), ("big.bin", False), ("log.bin", True),
    ]  # fmt: skip
    assert [each.place for each in found] == [0, 0, second.place]
    assert desk.read(lambda reads: reads.attachments.content(found[2])) == content
    with pytest.raises(NotFound, match="not kept"):
        desk.read(lambda reads: reads.attachments.content(found[1]))
