"""Mail is fetched from a real IMAP server by a worker: once, durable before it is put away, and
again after the server was down."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from imap_server import PASSWORD, ImapServer, imap_server
from mails import mail
from served import Served, serve_small_world

from tierline.bootstrap import mail_fetching
from tierline.connectors.mailbox import (
    MailboxFailed,
    MailboxVisit,
    Place,
    WaitingMail,
    mailbox_at,
)
from tierline.kernel.errors import Invalid
from tierline.worker.kinds import worker_of
from tierline.worker.lanes import Lane
from tierline.worker.loop import Worker

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as made:
        yield made


@pytest.fixture
def inbox(server: ImapServer) -> ImapServer:
    with server.client() as client:
        client.store("1:*", "+FLAGS", "\\Deleted")
        client.expunge()
    return server


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inbox: ImapServer) -> Iterator[Served]:
    monkeypatch.setenv("TIERLINE_MAIL_FETCH", inbox.address)
    monkeypatch.setenv("TIERLINE_MAIL_ADDRESSES", "support@vendor.example")
    with serve_small_world(tmp_path) as made:
        yield made


def lane_of(worker: Worker) -> Lane:
    return next(lane for lane in worker.lanes if lane.name == mail_fetching.LANE)


def visit(served: Served) -> None:
    """One visit now, whenever the next one is due."""
    worker = worker_of(served.opened)
    due = "mail of demouser@127.0.0.1/INBOX"
    served.opened.change(lambda records: records.due_work.remove([due]))
    worker = worker_of(served.opened)
    assert worker.work(lane_of(worker)) == 1


def subjects(served: Served) -> list[str]:
    found = served.operator.get("/v1/mails", params={"limit": 200}).json()["items"]
    return [each["subject"] for each in reversed(found)]


def one(number: int, **stated: str) -> bytes:
    return mail(
        f"Help {number}\r\n", Subject=f"Mail {number}", Message_ID=f"<{number}@k>", **stated
    )


def test_what_waits_becomes_cases_once_and_is_marked_and_what_comes_later_too(
    served: Served, inbox: ImapServer
) -> None:
    inbox.put(one(0), flags="(\\Seen)")  # read by somebody before there was a desk
    inbox.put(one(1), one(2))
    visit(served)
    assert subjects(served) == ["Mail 1", "Mail 2"]
    assert inbox.flags() == [True, True, True]
    visit(served)
    inbox.put(one(3), flags="(\\Seen)")  # somebody was quicker to read it: it is taken all the same
    visit(served)
    assert subjects(served) == ["Mail 1", "Mail 2", "Mail 3"]
    (box,) = served.operator.get("/v1/mailboxes").json()["items"]
    assert (box["name"], box["mails"], box["problem"]) == ("demouser@127.0.0.1/INBOX", 3, "")
    (first, *_) = served.operator.get("/v1/cases").json()["items"]
    assert first["channel"] == "email"


def test_what_is_no_mail_holds_up_nothing_and_is_told(served: Served, inbox: ImapServer) -> None:
    inbox.put(b"\r\n", one(4))
    visit(served)
    found = served.operator.get("/v1/mails").json()["items"]
    assert sorted(each["outcome"] for each in found) == ["opened", "refused"]


def test_a_server_that_is_down_is_told_tried_again_and_its_password_is_nowhere(
    served: Served, inbox: ImapServer, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    wrong = inbox.address.replace(PASSWORD, "not-the-word")
    monkeypatch.setenv("TIERLINE_MAIL_FETCH", wrong)
    with caplog.at_level(logging.DEBUG):
        visit(served)
    (box,) = served.operator.get("/v1/mailboxes").json()["items"]
    assert box["problem"].startswith("demouser@127.0.0.1/INBOX: ")
    assert box["failing_since"] == box["looked_at"]
    assert "not-the-word" not in caplog.text + str(box)
    waits = served.opened.read(lambda reads: reads.due_work.waiting())[mail_fetching.LANE]
    assert waits[1] > served.opened.now()
    monkeypatch.setenv("TIERLINE_MAIL_FETCH", inbox.address)
    inbox.put(one(5))
    visit(served)
    (box,) = served.operator.get("/v1/mailboxes").json()["items"]
    assert (box["problem"], box["failing_since"]) == ("", None)
    assert subjects(served) == ["Mail 5"]


def fetch(
    inbox: ImapServer,
    known: Place | None,
    took: list[WaitingMail],
    *,
    more: str = "",
    limit: int = 10_000,
) -> Place:
    places: list[Place] = []
    visit_ = MailboxVisit(
        mailbox_at(inbox.address + more),
        limit_bytes=limit,
        take=took.append,
        remember=places.append,
    )
    assert visit_.fetch(known)
    return places[-1] if places else known or Place(0, 0)


def test_who_is_cut_off_before_a_mail_was_put_away_sees_it_again(inbox: ImapServer) -> None:
    inbox.put(one(1), one(2))

    def cut_off(_: WaitingMail) -> None:
        raise KeyboardInterrupt

    visit_ = MailboxVisit(
        mailbox_at(inbox.address), limit_bytes=10_000, take=cut_off, remember=lambda _: None
    )
    with pytest.raises(KeyboardInterrupt):
        visit_.fetch(None)
    assert inbox.flags() == [False, False]
    took: list[WaitingMail] = []
    place = fetch(inbox, None, took)
    assert len(took) == 2
    assert fetch(inbox, place, took) == place
    assert len(took) == 2
    counts_anew = Place(place.validity + 1, 99)
    inbox.put(one(3))
    assert fetch(inbox, counts_anew, took).validity == place.validity
    assert len(took) == 3


def test_a_mail_is_moved_where_that_is_stated_and_one_that_is_too_large_is_not_fetched(
    inbox: ImapServer,
) -> None:
    inbox.put(one(1), mail("x" * 5_000))
    took: list[WaitingMail] = []
    fetch(inbox, None, took, more="?then=move:Taken", limit=3_000)
    assert [each.content is None for each in took] == [False, True]
    assert all(each.at is not None for each in took)
    assert (inbox.flags(), inbox.flags("Taken")) == ([], [True, True])


def test_a_folder_that_is_not_there_is_told_in_words(inbox: ImapServer) -> None:
    address = mailbox_at(inbox.address.replace("/INBOX", "/Nowhere"))
    visit_ = MailboxVisit(address, limit_bytes=1, take=print, remember=print)
    with pytest.raises(MailboxFailed, match=r"demouser@127\.0\.0\.1/Nowhere: "):
        visit_.fetch(None)


@pytest.mark.parametrize(
    "stated",
    [
        "pop3://a:b@h/INBOX",
        "imaps://h/INBOX",
        "imaps://a@h/INBOX",
        "imaps://a:b@h/INBOX?password_file=/x",
        "imaps://a:b@h/INBOX?then=delete",
        "imaps://a:b@h/INBOX?tls=on",
        "imaps://a:b@h:x/INBOX",
    ],
)
def test_what_is_no_mailbox_is_refused_without_its_password(stated: str) -> None:
    with pytest.raises(Invalid) as refused:
        mailbox_at(stated)
    assert refused.value.faults
    assert ":b@" not in str(refused.value) + str(refused.value.faults)


def test_a_password_is_read_from_a_file_and_shown_nowhere(tmp_path: Path) -> None:
    kept = tmp_path / "word"
    kept.write_text("s3cret\n")
    address = mailbox_at(f"imaps://ada%40x.example@imap.example/Desk?password_file={kept}")
    assert (address.secret(), address.name) == ("s3cret", "ada@x.example@imap.example/Desk")
    assert (address.port, address.may_be_plain) == (993, False)
    assert "pass1" not in repr(mailbox_at("imaps://a:pass1@h/I"))
    kept.unlink()
    with pytest.raises(Invalid, match="cannot be read"):
        address.secret()
