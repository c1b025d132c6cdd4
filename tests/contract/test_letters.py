"""Letters as due work: written with their reason, sent by a real mail server, on both databases."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from letter_terminal import deliver
from mail_box import MailBox
from moved_clock import Hands, moved_by_hand

from tierline.access.caller import operator
from tierline.access.letter import Letter, LetterState
from tierline.access.role import Role
from tierline.actions import users
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.letters import post_of
from tierline.kernel.errors import NotFound
from tierline.queries import access as queries
from tierline.store.journal import facts_about
from tierline.store.letters import letter_table
from tierline.worker.kinds import worker_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
EMAIL, PASSWORD, OTHER = "ada@vendor.example", "four boring words here", "other boring words here"
HERE = "203.0.113.7"


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch)


@pytest.fixture
def app(address: str, box: MailBox) -> Iterator[Application]:
    with open_application(database=address) as opened:
        mail_by(opened, box)
        yield opened


def mail_by(app: Application, box: MailBox) -> None:
    app.access.post = post_of(f"smtp://127.0.0.1:{box.port}", "support@vendor.example")


def invite(app: Application, email: str = EMAIL) -> str:
    made, _ = app.access.invite(email, frozenset({Role.agent}), None, operator())
    return made.invitation.id


def letters(app: Application) -> list[Letter]:
    page = app.read(lambda reads: queries.letters(reads.snapshot, after=None, limit=50))
    return list(page.items)


def link(box: MailBox) -> str:
    """The secret in the last mail that came."""
    found = re.search(r"code=(\w+)", box.mails[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]  # every mail of ours has text
    assert found is not None
    return found[1]


def content(app: Application) -> list[str | None]:
    """What is kept of the words of letters."""
    chosen = letter_table.select()
    return [row.content for row in app.read(lambda reads: reads.snapshot.execute(chosen).all())]


def test_who_is_invited_and_who_forgets_a_password_get_there_by_mail(
    app: Application, box: MailBox
) -> None:
    invite(app)
    deliver(app)
    app.access.accept(link(box), "Ada", None, PASSWORD)
    app.access.request_reset(EMAIL, HERE)
    deliver(app)
    app.access.reset_password(link(box), OTHER)
    assert app.access.sign_in(EMAIL, OTHER, HERE).session.confirmed_at is not None
    assert [mail["To"] for mail in box.mails] == [EMAIL, EMAIL]
    assert [each.state for each in letters(app)] == [LetterState.sent] * 2


def test_a_link_stands_nowhere_but_in_its_mail(
    app: Application, box: MailBox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    invite(app)
    (closed,) = content(app)
    box.answers = ["451 later", "250 OK"]
    deliver(app)
    secret = link(box)
    assert closed is not None
    assert secret not in closed
    (letter,) = letters(app)
    facts = app.read(lambda reads: facts_about(reads.snapshot, letter.id, as_of=app.now()))
    log = [each.getMessage() for each in caplog.records if each.name.startswith("tierline")]
    assert letter.id in str(log)
    assert secret not in f"{letter} {facts} {log}"
    assert EMAIL not in f"{facts} {log}"


def test_what_a_letter_says_is_cleared_once_it_has_gone(app: Application) -> None:
    invite(app)
    deliver(app)
    assert content(app) == [None]
    (letter,) = letters(app)
    facts = app.read(lambda reads: facts_about(reads.snapshot, letter.id, as_of=app.now()))
    assert [fact.kind for fact in facts] == ["LetterSent"]


def test_a_server_that_is_down_is_tried_again_under_the_same_id(
    app: Application, box: MailBox, hands: Hands
) -> None:
    box.answers = ["451 4.3.0 Not now", "451 4.3.0 Not now", "250 OK"]
    invite(app)
    for _ in range(4):
        deliver(app)
        hands.now += timedelta(seconds=31)
    (letter,) = letters(app)
    assert (letter.state, letter.attempts, letter.problem) == (LetterState.sent, 3, "")
    assert len(box.mails) == 3
    assert len({mail["Message-ID"] for mail in box.mails}) == 1


def test_a_letter_that_meets_trouble_says_so_and_is_given_up_when_its_link_runs_out(
    app: Application, box: MailBox, hands: Hands
) -> None:
    join(app, box)
    hands.now += timedelta(seconds=1)
    app.access.request_reset(EMAIL, HERE)
    box.answers = ["451 4.3.0 Not now"]
    deliver(app)
    assert (
        letters(app)[0].problem
        == "The mail server does not take this letter now: 451 4.3.0 Not now"
    )
    assert letters(app)[0].state is LetterState.waiting
    for _ in range(40):
        hands.now += timedelta(minutes=1)
        deliver(app)
    letter = letters(app)[0]
    assert letter.state is LetterState.given_up
    assert letter.given_up_at is not None
    assert letter.given_up_at < letter.until
    assert content(app)[-1] is None


def test_a_refused_address_is_given_up_at_once_and_told(app: Application, box: MailBox) -> None:
    box.unknown = {EMAIL}
    invite(app)
    deliver(app)
    (letter,) = letters(app)
    assert (letter.state, letter.attempts) == (LetterState.given_up, 1)
    assert "550 5.1.1 No such user here" in letter.problem
    assert content(app) == [None]


def test_a_link_that_opens_nothing_any_more_is_not_sent(app: Application, box: MailBox) -> None:
    invitation = invite(app)
    occasion = app.occasion()
    app.change(lambda records: users.take_invitation_back(records, invitation, occasion))
    invite(app, "bo@vendor.example")
    invite(app, "bo@vendor.example")
    deliver(app)
    assert [mail["To"] for mail in box.mails] == ["bo@vendor.example"]
    assert sorted(each.state for each in letters(app)) == ["given_up", "given_up", "sent"]


def test_letters_of_long_ago_are_forgotten(app: Application, hands: Hands) -> None:
    invite(app)
    deliver(app)
    hands.now += timedelta(days=31)
    worker = worker_of(app)
    while worker.do_duties():
        pass
    assert letters(app) == []


def test_nothing_is_written_where_the_reason_fails(app: Application) -> None:
    with pytest.raises(NotFound):
        app.access.invite(EMAIL, frozenset({Role.customer_contact}), "account_x", operator())
    assert letters(app) == []


def join(app: Application, box: MailBox) -> None:
    invite(app)
    deliver(app)
    app.access.accept(link(box), "Ada", None, PASSWORD)
