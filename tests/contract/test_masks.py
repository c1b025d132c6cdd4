"""Secrets that do not stay in a case, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from mailed_desk import FIRST, PROMISE, Desk, answer_to
from people import NOW

from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import US, say
from tierline.actions.first_answer import ANSWERS_PER_HOUR
from tierline.actions.masks import mask_by_hand
from tierline.cases.channel import Channel
from tierline.cases.file_secrets import with_secrets
from tierline.cases.mail import Mail, MailFile
from tierline.cases.mask import RULES, CaseMask
from tierline.cases.mask_kind import MaskKind
from tierline.kernel.errors import Invalid
from tierline.store.journal import facts_about
from tierline.store.records import Reads
from tierline.store.schema import METADATA
from tierline.store.store import Store

CARD = "4111 1111 1111 1111"
KEY = "AKIA" + "IOSFODNN7EXAMPLE"


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def holds(desk: Desk, words: str) -> list[str]:
    """The tables in which words stand."""

    def work(reads: Reads) -> list[str]:
        read = {each.name: reads.snapshot.execute(sa.select(each)).all() for each in tables}
        return [name for name, rows in read.items() if words in str(rows)]

    tables = METADATA.sorted_tables
    return desk.read(work)


def trail(desk: Desk, mail: Mail) -> tuple[CaseMask, ...]:
    return desk.read(lambda reads: reads.masks.of_case(str(mail.case)))


def test_of_a_mail_no_secret_is_kept_or_sent_on_and_its_author_is_told(desk: Desk) -> None:
    mail = desk.came(
        replace(FIRST, subject=f"Key {KEY}", bare_subject=f"Key {KEY}", own=f"Pay with {CARD}",
                whole=f"Pay with {CARD}\n> old {CARD}")
    )  # fmt: skip
    assert holds(desk, KEY) == holds(desk, CARD) == []
    found = [(each.kind, each.part, each.rules, each.mail) for each in trail(desk, mail)]
    assert sorted(found, key=str) == sorted(
        [
            (MaskKind.aws_access_key, "subject", RULES, None),
            (MaskKind.card_number, "text", RULES, None),
            (MaskKind.aws_access_key, "subject", RULES, mail.id),
            (MaskKind.card_number, "mail", RULES, mail.id),
            (MaskKind.card_number, "mail", RULES, mail.id),
        ],
        key=str,
    )
    first_answer = desk.read(lambda reads: reads.cases.messages(str(mail.case)))[-1]
    assert "(AWS access key and card number)" in first_answer.text
    assert desk.case(mail).subject == "Key [AWS access key removed]"


def test_who_answers_with_a_secret_is_told_once_by_mail_and_no_clock_stops(desk: Desk) -> None:
    first = desk.came(FIRST)
    desk.came(answer_to(FIRST.message_id, own=f"Try {KEY}", whole=f"Try {KEY}"))
    said = [text for text, _ in desk.said(first)]
    assert said[-2:] == ["Try [AWS access key removed]", said[-1]]
    assert said[-1].startswith("Your message held what looks like a secret (AWS access key).")
    assert desk.kinds(first)[-1].name == "automatic_reply"
    sent = desk.read(lambda reads: reads.sent_mails.of_case(str(first.case)))
    assert [each.is_automatic for each in sent] == [True, True]  # the first answer, and this one


def test_a_file_with_a_secret_stays_as_it_came_and_everybody_concerned_is_told(desk: Desk) -> None:
    log, plain = (
        MailFile(name=name, media_type="text/plain", size_bytes=len(content),
                 digest=f"sha256:{name}", content=content)
        for name, content in (("app.log", f"key {KEY}\nkey {KEY}".encode()), ("b.log", b"fine"))
    )  # fmt: skip
    mail = desk.came(replace(FIRST, files=with_secrets([plain, log])))
    files = desk.read(lambda reads: reads.attachments.of_case(str(mail.case)))
    (file,) = [each for each in files if each.name == "app.log"]
    assert desk.read(lambda reads: reads.attachments.content(file)) == log.content
    found = [each for each in trail(desk, mail) if each.attachment]
    assert {(each.attachment, each.mail, each.kind) for each in found} == {
        (file.id, mail.id, MaskKind.aws_access_key)
    }
    assert {(each.part, each.position) for each in found} == {("file", 4), ("file", 29)}
    told = desk.read(lambda reads: facts_about(reads.snapshot, desk.lattice, as_of=NOW))
    (fact,) = [each for each in told if each.kind == "AttachmentSecretFound"]
    assert (fact.body["attachment"], fact.body["kinds"]) == (file.id, ["aws_access_key"])
    said = desk.said(mail)[-1][0]
    assert said.startswith(
        "What you sent (app.log) holds what looks like a secret (AWS access key)"
    )
    assert desk.kinds(mail)[-1].name == "automatic_reply"


def test_a_machine_that_sends_a_secret_in_a_file_is_not_answered(desk: Desk) -> None:
    log = MailFile(name="a", media_type="text/plain", size_bytes=1, digest="sha256:a",
                   content=KEY.encode())  # fmt: skip
    mail = desk.came(replace(FIRST, files=with_secrets([log]), may_answer_by_machine=False))
    assert [each.kind for each in trail(desk, mail)] == [MaskKind.aws_access_key]
    assert not any("What you sent" in text for text, _ in desk.said(mail))


def test_who_was_written_to_often_is_not_told_of_files_and_we_see_them_all(desk: Desk) -> None:
    log = MailFile(name="a", media_type="text/plain", size_bytes=1, digest="sha256:a",
                   content=KEY.encode())  # fmt: skip
    mails = [
        desk.came(replace(FIRST, message_id=f"{n}@kestrel.example", digest=f"{n}",
                          files=with_secrets([log])))
        for n in range(ANSWERS_PER_HOUR)
    ]  # fmt: skip
    assert len({mail.case for mail in mails}) == len(mails)
    sent = [
        each
        for mail in mails
        for each in desk.read(lambda reads, of=str(mail.case): reads.sent_mails.of_case(of))
    ]
    assert len(sent) == ANSWERS_PER_HOUR
    assert all(trail(desk, mail) for mail in mails)


def test_our_own_words_lose_their_secrets_too_and_nobody_is_told(desk: Desk) -> None:
    first = desk.came(FIRST)
    desk.do(say, first.case, f"Use {KEY}", US)
    desk.do(say, first.case, f"They use {CARD}", US, is_public=False)
    assert [text for text, _ in desk.said(first)][-2:] == [
        "Use [AWS access key removed]",
        "They use [card number removed, it ended in 1111]",
    ]


def test_every_channel_is_one_way_in(desk: Desk) -> None:
    order = CaseOrder(channel=Channel.phone, subject="Paid twice", text=f"By {CARD}",
                      account=desk.lattice)  # fmt: skip
    case = desk.do(open_case, order, PROMISE)
    assert holds(desk, CARD) == []
    told = desk.read(lambda reads: facts_about(reads.snapshot, desk.lattice, as_of=NOW))
    (fact,) = [each for each in told if each.kind == "CaseTextMasked"]
    assert fact.body["kinds"] == ["card_number"]
    assert (fact.body["case"], fact.body["rules"]) == (case.id, RULES)


def test_words_are_taken_out_by_hand_for_good(desk: Desk) -> None:
    mail = desk.came(
        replace(FIRST, subject="Hunter2 fails", bare_subject="Hunter2 fails", own="It is Hunter2",
                whole="It is Hunter2\n> Hunter2?")
    )  # fmt: skip
    masks = desk.do(mask_by_hand, mail.case, "Hunter2", "A password: Hunter2!")
    assert sorted(each.part for each in masks) == ["mail", "mail", "mail", "subject", "text"]
    assert {each.reason for each in masks} == {"A password: !"}
    assert desk.case(mail).subject == "[removed] fails"
    assert holds(desk, "Hunter2") == []
    with pytest.raises(Invalid, match="Nothing was taken out"):
        desk.do(mask_by_hand, mail.case, "Hunter2", "Again")
