"""Secrets are seen in files that are text, whatever these are called."""

from __future__ import annotations

import pytest

from tierline.cases import file_secrets
from tierline.cases.file_secrets import MOST_PLACES, secrets_in, with_secrets
from tierline.cases.mail import MailFile
from tierline.cases.mask_kind import MaskKind

KEY = "AKIA" + "IOSFODNN7EXAMPLE"
CARD = "4111 1111 1111 1111"


def file(content: bytes | None) -> MailFile:
    return MailFile(name="x", media_type="image/png", size_bytes=1, digest="d", content=content)


@pytest.mark.parametrize(
    "content",
    [
        f"AWS_KEY={KEY}\n".encode(),
        f"\ufeffkey: {KEY}".encode("utf-16"),
        b"caf\xe9 " + KEY.encode(),
        f"key: {KEY}".encode("utf-8-sig"),
    ],
)
def test_a_secret_is_seen_in_text_of_any_encoding(content: bytes) -> None:
    assert [each.kind for each in secrets_in(content)] == [MaskKind.aws_access_key]


def test_it_is_said_where_it_stands_in_the_file() -> None:
    text = f"{CARD} and {KEY} again {KEY}"
    found = secrets_in(text.encode())
    assert [(each.part, text[each.position :][:4]) for each in found] == [
        ("file", "4111"), ("file", "AKIA"), ("file", "AKIA"),
    ]  # fmt: skip


def test_what_is_no_text_is_not_searched_and_places_have_an_end() -> None:
    assert secrets_in(b"\x00\x01" + KEY.encode()) == ()
    assert secrets_in(b"") == ()
    assert len(secrets_in(f"{KEY}\n".encode() * 50)) == MOST_PLACES


def test_of_a_file_its_beginning_is_searched_and_of_a_mail_so_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(file_secrets, "LOOKED_AT_BYTES", 40)
    monkeypatch.setattr(file_secrets, "MAIL_LIMIT_BYTES", 100)
    late, early = file(b"x" * 30 + b" " + KEY.encode()), file(KEY.encode() + b" " * 40)
    found = with_secrets([early, late, file(None), early, early])
    assert [len(each.secrets) for each in found] == [1, 0, 0, 1, 0]
    assert found[0].content == early.content
