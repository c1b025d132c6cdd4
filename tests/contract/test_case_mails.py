"""What goes out of cases by mail: tried again, given up, come back, and never lost, on both
databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from mail_box import MailBox
from mails import mail
from moved_clock import Hands, moved_by_hand

from tierline.accounts.contact import Contact
from tierline.accounts.person import Person
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.letters import post_of
from tierline.bootstrap.mails import receive
from tierline.cases.mail import SentMail
from tierline.worker.kinds import worker_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
HOUR = timedelta(hours=1)


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


def begun(app: Application) -> str:
    """A case by mail of somebody unknown, whose first answer waits."""
    case = receive(app, mail()).mail.case
    assert case is not None
    return case


def deliver(app: Application) -> int:
    worker = worker_of(app)
    (lane,) = (each for each in worker.lanes if each.name == "case mails")
    return worker.work(lane)


def sent(app: Application, case: str) -> SentMail:
    return app.read(lambda reads: reads.sent_mails.of_case(case))[-1]


def notes(app: Application, case: str) -> list[str]:
    messages = app.read(lambda reads: reads.cases.messages(case))
    return [each.text for each in messages if not each.is_public]


def test_a_server_that_does_not_take_it_now_is_asked_again_under_the_same_id(
    app: Application, box: MailBox, hands: Hands
) -> None:
    case = begun(app)
    box.answers = ["451 later", "250 OK"]
    assert deliver(app) == 1
    assert (sent(app, case).attempts, "451 later" in sent(app, case).problem) == (1, True)
    assert deliver(app) == 0
    hands.move(HOUR)
    assert deliver(app) == 1
    assert sent(app, case).sent_at == hands.now
    first, second = (each["Message-ID"] for each in box.mails)
    assert first == second == f"<{sent(app, case).id}@vendor.example>"


def test_an_address_that_is_refused_is_given_up_and_noted_in_the_case(
    app: Application, box: MailBox, hands: Hands
) -> None:
    case = begun(app)
    box.unknown = {"ada@kestrel.example"}
    deliver(app)
    assert sent(app, case).given_up_at == hands.now
    assert "550 5.1.1 No such user here" in notes(app, case)[-1]
    hands.move(HOUR)
    assert deliver(app) == 0


def test_after_five_days_it_is_given_up(app: Application, box: MailBox, hands: Hands) -> None:
    case = begun(app)
    box.answers = ["451 later"]
    hands.move(timedelta(days=5))
    deliver(app)
    assert sent(app, case).given_up_at == hands.now


def test_nothing_goes_to_somebody_who_was_erased_meanwhile(app: Application, box: MailBox) -> None:
    case = begun(app)
    person = Person(name="Ada", email="ada@kestrel.example")
    erased = Contact(id="contact_1", account="account_1", person=person, added_at=0)
    app.change(lambda records: records.people.erase([erased], at=app.now()))
    assert deliver(app) == 1
    assert (box.got, sent(app, case).sent_at, sent(app, case).recipient) == ([], None, "erased")
