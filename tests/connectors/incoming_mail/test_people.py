from __future__ import annotations

import pytest
from mails import codes, read

from tierline.connectors.incoming_mail.addresses import addresses_in
from tierline.connectors.incoming_mail.mail import MailAddress


def emails(value: str) -> list[str]:
    return [each.email for each in addresses_in(value, 100)[0]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ada <ada@k.example>, bob@k.example", ["ada@k.example", "bob@k.example"]),
        ('"Byron, Ada" <ada@k.example>', ["ada@k.example"]),
        ("Byron, Ada <ada@k.example>", ["ada@k.example"]),
        ("Team: ada@k.example, Bob <bob@k.example>;", ["ada@k.example", "bob@k.example"]),
        ("undisclosed-recipients:;", []),
        ("ada@k.example (Ada (the first))", ["ada@k.example"]),
        ("ceo@vendor.example <mallory@evil.example>", ["mallory@evil.example"]),
        ('"ceo@vendor.example" <mallory@evil.example>', ["mallory@evil.example"]),
        ("=?utf-8?q?=3Cceo=40vendor.example=3E=2C?= <m@evil.example>", ["m@evil.example"]),
        ("<@relay.example:ada@k.example>", ["ada@k.example"]),
        ("<mailto:ada@k.example>", ["ada@k.example"]),
        ('"ada b"@k.example', ['"ada b"@k.example']),
        ("ada@[192.0.2.1]", ["ada@[192.0.2.1]"]),
        ("Ada@K.Example., ada@k.example", ["Ada@k.example"]),
        ("a@b@c", []),
        ("<ada@k.example", ["ada@k.example"]),
        ("ada at k.example", []),
        ("<ada@k.example\x00>", []),
        ("(" * 9_000, []),
        ('"' + "ab" * 9_000, []),
    ],
)
def test_addresses_are_taken_from_lists_as_people_write_them(
    value: str, expected: list[str]
) -> None:
    assert emails(value) == expected


def test_a_name_may_stand_in_a_comment_or_be_encoded() -> None:
    found, _ = addresses_in("ada@k.example (Ada), =?utf-8?q?J=C3=B6rg?= <j@k.example>", 9)
    assert [each.name for each in found] == ["Ada", "Jörg"]


def test_a_local_part_of_other_letters_is_an_address() -> None:
    found = read(From="Jörg <jörg@exämple.example>")
    assert found.sender == MailAddress("jörg@exämple.example", "Jörg")
    assert found.sender.domain == "xn--exmple-cua.example"


def test_the_sender_is_from_and_never_reply_to() -> None:
    found = read(Reply_To="Mallory <mallory@evil.example>")
    assert found.sender == found.answer_to == MailAddress("ada@kestrel.example", "Ada Byron")
    assert found.other_reply_to == (MailAddress("mallory@evil.example", "Mallory"),)
    assert codes(found) == ["reply_to_elsewhere"]


def test_an_answer_goes_to_reply_to_at_the_senders_own_domain() -> None:
    found = read(Reply_To="team@KESTREL.example")
    assert found.answer_to == MailAddress("team@kestrel.example")
    assert found.faults == ()


@pytest.mark.parametrize("domain", ["kestrel.example.evil.example", "sub.kestrel.example", "k"])
def test_a_domain_that_looks_alike_is_another(domain: str) -> None:
    found = read(Reply_To=f"ada@{domain}")
    assert found.answer_to == found.sender
    assert codes(found) == ["reply_to_elsewhere"]


def test_of_two_senders_the_one_that_sent_it_is_taken() -> None:
    found = read(From="bob@k.example, ada@k.example", Sender="ada@k.example")
    assert found.sender == MailAddress("ada@k.example")
    assert codes(found) == ["several_senders"]


def test_of_two_senders_without_a_word_the_first_is_taken() -> None:
    assert read(From="bob@k.example, ada@k.example").sender == MailAddress("bob@k.example")


@pytest.mark.parametrize("stated", [None, "", "nobody", "Group: ;"])
def test_a_mail_without_a_sender_is_read(stated: str | None) -> None:
    found = read(From=stated)
    assert found.sender is found.answer_to is None
    assert codes(found) == ["no_sender"]


def test_a_hundred_recipients_are_read_and_no_more() -> None:
    found = read(Cc=", ".join(f"p{n}@k.example" for n in range(900)))
    assert len(found.cc) == 100
    assert codes(found) == ["too_many_addresses"]
