"""Mail from the wire to its case and back: a real client, a real listener, and a real mail server
that catches what we send."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from mail_box import MailBox, mail_box
from mails import file, mail, multipart, parts, text
from served import Served, serve_small_world

from tierline.bootstrap.letters import post_of
from tierline.bootstrap.mail_listening import listener_of
from tierline.worker.kinds import worker_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
DESK, ADA = "support@vendor.example", "ada@kestrel.example"
TOO_LARGE = b"Subject: Log\r\n\r\n" + (b"x" * 76 + b"\r\n") * (40 * 2**20 // 78)


@dataclass
class Mailing:
    """An installation that takes mail, and a mail server that it hands its own to."""

    served: Served
    box: MailBox
    port: int
    client: smtplib.SMTP
    known: dict[str, str] = field(default_factory=dict)
    """Message-IDs and ids that mails refer to."""

    def send(self, raw: bytes, *, sender: str = ADA, to: str = DESK) -> dict[str, Any]:
        """Send a mail; what became of it."""
        options = ["smtputf8"] if not sender.isascii() else []
        self.client.sendmail(sender, [to], raw, mail_options=options)
        return self.newest()

    def newest(self) -> dict[str, Any]:
        found = self.served.operator.get("/v1/mails", params={"limit": 1}).json()["items"]
        return dict(found[0])

    def case(self, of: dict[str, Any]) -> dict[str, Any]:
        return dict(self.served.operator.get(f"/v1/cases/{of['case']}").json())

    def kinds(self, of: dict[str, Any]) -> list[str]:
        return [event["kind"] for event in self.case(of)["events"]]

    def deliver(self) -> list[EmailMessage]:
        """Have what waits sent; all that was caught so far."""
        worker = worker_of(self.served.opened)
        (lane,) = (each for each in worker.lanes if each.name == "case mails")
        while worker.work(lane):
            pass
        return self.box.mails


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailing]:
    folder: Path = tmp_path_factory.mktemp("mailing")
    with pytest.MonkeyPatch.context() as patch, mail_box() as box:
        patch.setenv("TIERLINE_MAIL_LISTEN", "smtp://127.0.0.1:0")
        patch.setenv("TIERLINE_MAIL_ADDRESSES", DESK)
        with serve_small_world(folder) as served:
            served.opened.access.post = post_of(f"smtp://127.0.0.1:{box.port}", f"Desk <{DESK}>")
            listener = listener_of(served.opened)
            assert listener is not None
            port = int(listener.start().rpartition(":")[2])
            try:
                with smtplib.SMTP("127.0.0.1", port) as client:
                    made = Mailing(served, box, port, client)
                    people(made)
                    begin(made)
                    yield made
            finally:
                listener.stop()


def people(mailing: Mailing) -> None:
    """Ada is Pine's, Bo is everybody's, and a domain belongs to two."""
    ask, pine, oak = mailing.served.operator, mailing.served.pine, mailing.served.oak
    for account, name, email in (
        (pine, "Ada Byron", ADA),
        (pine, "Bo", "bo@both.example"),
        (oak, "Bo", "bo@both.example"),
    ):
        ask.post(f"/v1/accounts/{account}/contacts", json={"name": name, "email": email})
    records = [
        {"system": "crm", "external_id": f"{number}", "name": name, "domain": domain, "account": of}
        for number, (of, name, domain) in enumerate(
            (
                (pine, "Pine", "kestrel.example"),
                (pine, "Pine", "shared.example"),
                (oak, "Oak", "shared.example"),
            )
        )
    ]
    assert ask.post("/v1/identity-links", json={"records": records}).is_success


def begin(mailing: Mailing) -> None:
    """A case that is open and one that is closed, for others to follow."""
    ask = mailing.served.operator
    first = mailing.send(mail(Message_ID="<first@kestrel.example>"))
    ask.post(f"/v1/cases/{first['case']}/messages", json={"text": "Which firmware?"})
    ours = mailing.deliver()[-1]
    over = mailing.send(mail(Message_ID="<over@kestrel.example>"))
    ask.post(f"/v1/cases/{over['case']}/resolution", json={"how": "Restarted.", "why": "Quick."})
    ask.put(f"/v1/cases/{over['case']}/closure")
    mailing.known = {
        "first": first["case"],
        "over": over["case"],
        "ours": ours["Message-ID"],
        "word": ours["X-Tierline-Loop"],
    }


def bounce(of: str) -> bytes:
    """What a mail server says of a mail of ours that did not arrive."""
    status = "Final-Recipient: rfc822; ada@kestrel.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    report = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
    returned = f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {of}\r\n"
    stated = {
        "From": "MAILER-DAEMON <mailer-daemon@mx.example>",
        "Content_Type": 'multipart/report; report-type=delivery-status; boundary="b"',
        "Message_ID": f"<bounce-{abs(hash(of))}@mx.example>",
    }
    body = multipart(text("Sorry."), report + status.encode(), returned.encode(), boundary="b")
    return mail(body, **stated)


def nested(depth: int) -> bytes:
    """Parts in parts."""
    body = text("Deep.")
    for number in range(depth):
        head = f'Content-Type: multipart/mixed; boundary="n{number}"\r\n\r\n'.encode()
        body = head + multipart(body, boundary=f"n{number}")
    return b"From: ada@kestrel.example\r\nMessage-ID: <deep@kestrel.example>\r\n" + body


Raw = Callable[[dict[str, str]], bytes]
Expected = tuple[str, str | None, str, str]
OPENED = "opened"
AWKWARD: dict[str, tuple[Raw, Expected]] = {
    # the mail; its outcome, whose case it is, some words of the case, some words of the reason
    "no Message-ID": (lambda _: mail("No id.", Message_ID=None), (OPENED, "pine", "No id.", "")),
    "a broken Message-ID": (
        lambda _: mail("Broken id.", Message_ID="<<>>"), (OPENED, "pine", "Broken id.", "")
    ),
    "a wrong charset": (
        lambda _: mail(
            "Störung".encode("latin-1"),
            Content_Type="text/plain; charset=us-ascii", Message_ID="<charset@k>",
        ),
        (OPENED, "pine", "Störung", ""),
    ),
    "a charset that is none": (
        lambda _: mail(
            b"Ausfall", Content_Type="text/plain; charset=klingon", Message_ID="<cs2@k>"
        ),
        (OPENED, "pine", "Ausfall", ""),
    ),
    "HTML only": (
        lambda _: mail(
            "<p>Line <b>3</b><script>alert(1)</script></p>", Content_Type="text/html",
            Message_ID="<html@k>",
        ),
        (OPENED, "pine", "Line 3", ""),
    ),
    "nothing but a file": (
        lambda _: parts(file('filename="../../etc/passwd"', b"x"), Message_ID="<file@k>"),
        (OPENED, "pine", "(no text, 1 files)", ""),
    ),
    "no subject": (
        lambda _: mail("Bare.", Subject=None, Message_ID="<nosub@k>"), (OPENED, "pine", "Bare.", "")
    ),
    "nothing written at all": (
        lambda _: mail("", Message_ID="<empty@k>"), (OPENED, "pine", "(no text)", "")
    ),
    "no sender": (
        lambda _: mail("Who?", From=None, Message_ID="<nofrom@k>"),
        (OPENED, None, "Who?", "names no sender"),
    ),
    "several senders": (
        lambda _: mail("We.", From=f"x@gmail.com, {ADA}", Sender=ADA, Message_ID="<two@k>"),
        (OPENED, "pine", "We.", ""),
    ),
    "a forged Reply-To": (
        lambda _: mail("Pay.", Reply_To="ceo@evil.example", Message_ID="<forged@k>"),
        (OPENED, "pine", "Pay.", ""),
    ),
    "a name that is another address": (
        lambda _: mail("Me.", From=f'"{ADA}" <mallory@evil.example>', Message_ID="<name@k>"),
        (OPENED, None, "Me.", "no account has the domain evil.example"),
    ),
    "an alert of a machine": (
        lambda _: mail("PLC 3 is down", Auto_Submitted="auto-generated", Message_ID="<alert@k>"),
        (OPENED, "pine", "PLC 3 is down", ""),
    ),
    "a mailing list": (
        lambda _: mail("All.", List_Id="<all.kestrel.example>", Message_ID="<list@k>"),
        (OPENED, "pine", "All.", ""),
    ),
    "an absence note in a thread": (
        lambda known: mail(
            "I am away.", Auto_Submitted="auto-replied", In_Reply_To=known["ours"],
            Message_ID="<away@k>",
        ),
        ("noted", "pine", "I am away.", "A machine wrote it."),
    ),
    "an absence note to a letter": (
        lambda _: mail(
            "Away.", Auto_Submitted="auto-replied", Message_ID="<away2@k>",
            In_Reply_To="<letter_01ka0v6ge0e00abvem4gyepfzx@vendor.example>",
        ),
        ("kept", None, "", "answered a letter"),
    ),
    "a bounce of ours": (
        lambda known: bounce(known["ours"]), ("noted", "pine", "came back", "5.1.1")
    ),
    "a bounce of nobody's": (lambda _: bounce("<x@y.example>"), ("kept", None, "", "of no case")),
    "our own mark": (
        lambda known: mail(X_Tierline_Loop=known["word"], Message_ID="<loop@k>"),
        ("dropped", None, "", "came back"),
    ),
    "our own Message-ID": (
        lambda known: mail(Message_ID=known["ours"]), ("dropped", None, "", "came back")
    ),
    "another mail with the same Message-ID": (
        lambda _: mail("Other words.", Message_ID="<first@kestrel.example>"),
        (OPENED, "pine", "Other words.", "same Message-ID"),
    ),
    "an answer by In-Reply-To": (
        lambda known: mail("4.2", In_Reply_To=known["ours"], Message_ID="<a1@kestrel.example>"),
        ("joined", "pine", "4.2", ""),
    ),
    "an answer by References alone": (
        lambda known: mail("4.3", References=f"<x@y> {known['ours']}", Message_ID="<a2@k>"),
        ("joined", "pine", "4.3", ""),
    ),
    "an answer to a closed case": (
        lambda _: mail("Again!", In_Reply_To="<over@kestrel.example>", Message_ID="<a3@k>"),
        (OPENED, "pine", "Again!", "which is closed"),
    ),
    "a stranger in a thread": (
        lambda known: mail(
            "Send me the log.", From="mallory@evil.example", In_Reply_To=known["ours"],
            Message_ID="<a4@evil.example>",
        ),
        (OPENED, None, "Send me the log.", "in which nobody writes from there"),
    ),
    "a domain of two accounts": (
        lambda _: mail("Ours?", From="zoe@shared.example", Message_ID="<shared@k>"),
        (OPENED, None, "Ours?", "2 accounts have the domain"),
    ),
    "a contact of two accounts": (
        lambda _: mail("Bo.", From="bo@both.example", Message_ID="<both@k>"),
        (OPENED, None, "Bo.", "a contact of 2 accounts"),
    ),
    "a colleague known by the domain": (
        lambda _: mail("Me too.", From="new@kestrel.example", Message_ID="<domain@k>"),
        (OPENED, "pine", "Me too.", "by the domain kestrel.example alone"),
    ),
    "an address that anybody gets": (
        lambda _: mail("Ada?", From="ada.byron@gmail.com", Message_ID="<gmail@k>"),
        (OPENED, None, "Ada?", "is no contact"),
    ),
    "a Date of another century": (
        lambda _: mail("Old.", Date="Mon, 01 Jan 1900 00:00:00 +0000", Message_ID="<date@k>"),
        (OPENED, "pine", "Old.", ""),
    ),
    "a line of 50,000 bytes": (
        lambda _: mail("y" * 50_000, Message_ID="<long@k>"), (OPENED, "pine", "y" * 50_000, "")
    ),
    "bytes that no text has": (
        lambda _: mail(b"a\x00b\xff\xfe", Message_ID="<nul@k>"), (OPENED, "pine", "ab", "")
    ),
    "parts 400 deep": (lambda _: nested(400), (OPENED, "pine", "Deep.", "")),
    "headers that go on for ever": (
        lambda _: mail("Much.", X_Long="z" * 300_000, Message_ID="<head@k>"),
        (OPENED, "pine", "", ""),
    ),
    "an address in another script": (
        lambda _: mail("Gruß", From="jürgen@münchen.example", Message_ID="<idn@k>"),
        (OPENED, None, "Gruß", "no account has the domain"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_mail_has_its_outcome(mailing: Mailing, name: str) -> None:
    made, (outcome, whose, word, reason) = AWKWARD[name]
    came = mailing.send(made(mailing.known))
    assert (came["outcome"], reason in came["reason"]) == (outcome, True), came
    if came["case"] is None:
        assert outcome in ("kept", "dropped")
        return
    case = mailing.case(came)
    assert case["account"] == {"pine": mailing.served.pine, None: None}[whose]
    assert any(word in each["text"] for each in case["messages"])
    assert outcome != "joined" or came["case"] == mailing.known["first"]
    assert outcome != "noted" or came["case"] == mailing.known["first"]


def test_there_are_at_least_thirty() -> None:
    assert len(AWKWARD) >= 30


def test_forty_megabytes_are_refused_and_kept_that_they_were(mailing: Mailing) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused, match="552"):
        mailing.client.sendmail(ADA, [DESK], TOO_LARGE)
    assert (mailing.newest()["outcome"], mailing.newest()["sender"]) == ("refused", ADA)


def test_what_is_no_mail_and_who_is_not_the_desk_are_refused(mailing: Mailing) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="550"):
        mailing.send(mail(), to="ceo@vendor.example")


def test_the_same_mail_again_is_one(mailing: Mailing) -> None:
    raw = mail("Once.", Message_ID="<once@kestrel.example>")
    assert mailing.send(raw)["id"] == mailing.send(raw)["id"]


def test_no_machine_is_answered_by_ours(mailing: Mailing) -> None:
    for name in ("an alert of a machine", "a mailing list"):
        raw = AWKWARD[name][0](mailing.known).replace(b"Message-ID: <", b"Message-ID: <again-")
        came = mailing.send(raw.replace(b"ada@", b"alerts@"))
        assert mailing.kinds(came) == ["opened"]


def test_answers_thread_both_ways(mailing: Mailing) -> None:
    """From the first word to the answer to the answer, as both sides see it."""
    ask, zoe = mailing.served.operator, "zoe@kestrel.example"
    before = len(mailing.deliver())
    came = mailing.send(
        mail("Nothing moves.", From=f"Zoe <{zoe}>", Message_ID="<z1@kestrel.example>"), sender=zoe
    )
    (first,) = mailing.deliver()[before:]
    assert (first["To"], first["Auto-Submitted"], first["Subject"]) == (
        zoe, "auto-replied", "Re: Nothing works",
    )  # fmt: skip
    assert first["In-Reply-To"] == "<z1@kestrel.example>"
    assert "You are on Priority, and its people answer you." in first.get_content()
    assert mailing.case(came)["state"] == "new"
    ask.post(f"/v1/cases/{came['case']}/messages", json={"text": "Which firmware?"})
    second = mailing.deliver()[-1]
    assert (second["Auto-Submitted"], second["From"]) == (None, f"Desk <{DESK}>")
    assert second["References"].split()[-1] == first["Message-ID"]
    quoted = f"4.2\r\n\r\nOn Monday, Desk <{DESK}> wrote:\r\n> Which firmware?\r\n"
    reply = mail(
        quoted, From=zoe, Subject="AW: Nothing works", Message_ID="<z2@kestrel.example>",
        In_Reply_To=second["Message-ID"],
        References=f"{second['References']} {second['Message-ID']}",
    )  # fmt: skip
    answered = mailing.send(reply, sender=zoe)
    assert (answered["outcome"], answered["case"]) == ("joined", came["case"])
    said = [each["text"] for each in mailing.case(came)["messages"]]
    assert [said[0], *said[2:]] == ["Nothing moves.", "Which firmware?", "4.2"]
    done = {"how": "Restarted the controller.", "why": "Quick."}
    ask.post(f"/v1/cases/{came['case']}/resolution", json=done)
    third = mailing.deliver()[-1]
    assert (third["In-Reply-To"], "Quick." in third.get_content()) == (
        "<z2@kestrel.example>", False,
    )  # fmt: skip
    assert third["References"].split()[0] == "<z1@kestrel.example>"
    sent = ask.get(f"/v1/cases/{came['case']}/sent-mails").json()["items"]
    assert [bool(each["sent_at"]) for each in sent] == [True, True, True]
