"""Mails of cases at a real mail server on this machine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from mail_box import mail_box

from tierline.actions.case_mails import CaseLetter
from tierline.actions.letters import Outcome
from tierline.cases.mail import SentMail
from tierline.connectors.mail.message import Letterhead
from tierline.connectors.mail.server import MailPost, mail_server_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
ID = "message_01ka0v6ge0e00abvem4gyepfzx"
MAIL = SentMail(
    id=ID,
    case="case_1",
    recipient="ada@kestrel.example",
    subject="Re: Grüße\nBcc: x@y.example",
    in_reply_to="one@kestrel.example",
    references=("one@kestrel.example", "message_01ka0v6ge0e00abvem4gyepfzw", "l" * 300 + "@x"),
    is_automatic=True,
    made_at=datetime(2025, 6, 1, 9, tzinfo=UTC),
)
HEAD = Letterhead("desk.example", "word", "help@desk.example")


def test_a_mail_stands_in_its_thread_and_is_known_when_it_comes_back() -> None:
    with mail_box() as box:
        server = mail_server_of(f"smtp://127.0.0.1:{box.port}", "Support <support@desk.example>")
        post = MailPost(server, head=HEAD)
        assert post.carry(CaseLetter(MAIL, 12, "Wir schauen es uns an.\n.")).outcome is (
            Outcome.accepted
        )
        assert post.carry(CaseLetter(replace(MAIL, is_automatic=False), 12, "x")).outcome is (
            Outcome.accepted
        )
    first, second = box.mails
    assert first["Message-ID"] == f"<{ID}@desk.example>"
    assert first["In-Reply-To"] == "<one@kestrel.example>"
    assert first["References"].split()[1:] == [
        "<message_01ka0v6ge0e00abvem4gyepfzw@desk.example>",
        f"<{'l' * 300}@x>",
    ]
    assert (first["Auto-Submitted"], second["Auto-Submitted"]) == ("auto-replied", None)
    assert (first["X-Tierline-Loop"], first["Reply-To"]) == ("word", "help@desk.example")
    assert (first["Subject"], first["Bcc"]) == ("Re: Grüße Bcc: x@y.example", None)
    assert first.get_content().splitlines() == ["Wir schauen es uns an.", ".", "", "-- ", "Case 12"]
    assert box.envelopes[0] == ("support@desk.example", ["ada@kestrel.example"])


def test_an_address_that_cannot_be_is_refused_and_nothing_is_sent() -> None:
    server = mail_server_of("smtp://127.0.0.1:1", "support@desk.example")
    refused = MailPost(server).carry(CaseLetter(replace(MAIL, recipient="a b"), 1, "x"))
    assert refused.outcome is Outcome.refused
