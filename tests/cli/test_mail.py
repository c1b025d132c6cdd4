"""`tierline mail read`: what an operator sees of one mail."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result
from mails import file, mail, parts, text

from tierline.cli.mail import mail as command

RECEIVED = "from a (a.example [192.0.2.7]) by mx.vendor.example; Wed, 18 Nov 2026 10:00:05 +0100"


def run(content: bytes, *words: str) -> Result:
    return CliRunner().invoke(command, ["read", "-", *words], input=content)


def test_a_mail_is_told_line_by_line() -> None:
    raw = parts(
        text("Ich bin nicht da.\n\n-- \nAda\n"),
        file('filename="../a.pdf"', b"x", "application/pdf"),
        Auto_Submitted="auto-replied",
        Received=RECEIVED,
        In_Reply_To="<two@vendor.example>",
    )
    result = run(raw, "--trusted", "mx.vendor.example")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "Kind          automatic reply",
        "  because     Auto-Submitted: auto-replied (a machine wrote it (RFC 3834); decides)",
        "              No machine of ours answers it.",
        "Sender        Ada Byron <ada@kestrel.example>",
        "To            support@vendor.example",
        "Subject       Nothing works",
        "Received      2026-11-18T09:00:05Z by mx.vendor.example",
        "Message-ID    <one@kestrel.example>",
        "  follows     <two@vendor.example>",
        "Attachment    a.pdf, application/pdf, 1 byte, sha256:2d711642b726b044",
        "Text          17 of 26 characters",
        "  cut away    the signature, 2 lines from line 3 on",
        "",
        "  | Ich bin nicht da.",
    ]


def test_what_a_mail_says_cannot_steer_the_terminal() -> None:
    result = run(mail("\x1b[31mred\u202e\r\n", Subject="=?utf-8?q?=1B]0;x=07?="))
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_a_forged_reply_to_is_told() -> None:
    result = run(mail(Reply_To="mallory@evil.example"))
    assert "Answers are wanted at mallory@evil.example" in result.output


def test_the_same_as_json() -> None:
    found = json.loads(run(mail(Received=RECEIVED), "--json", "--trusted", "192.0.2.0/24").output)
    assert (found["kind"], found["received_at"]) == ("person", None)
    assert found["text"]["own"] == "Help!"
    assert [fault["code"] for fault in found["faults"]] == ["no_trusted_reception"]


def test_our_own_mail_is_known_by_its_domain() -> None:
    raw = mail(Message_ID="<letter_01ka0v6ge0e00abvem4gyepfzx@vendor.example>")
    assert run(raw, "--own-domain", "Vendor.example").output.startswith("Kind          loop\n")


def test_what_is_no_mail_is_a_sentence() -> None:
    assert str(run(b"hello").exception) == "This is no mail: it begins with no header."


def test_a_file_that_is_too_large_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "large.eml"
    path.write_bytes(mail(b"x" * 26 * 2**20))
    result = CliRunner().invoke(command, ["read", str(path)])
    assert str(result.exception) == "This mail has more than 25 MiB. It was not read."
