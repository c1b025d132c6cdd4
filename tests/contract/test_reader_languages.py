"""What people are written to in, on both databases, and by a real mail server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mail_box import MailBox
from mailed_desk import FIRST, Desk, answer_to
from mails import mail

from tierline.accounts.person import person
from tierline.actions.agents import NeedDetails, keep_need
from tierline.actions.case_mails import LANE
from tierline.actions.cases import resolve
from tierline.actions.contacts import correct_person
from tierline.actions.reader_languages import (
    choose_case_mails_for_contact,
    choose_for_contact,
    choose_language,
    language_for,
)
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.letters import post_of
from tierline.bootstrap.mails import receive
from tierline.kernel.errors import Invalid
from tierline.store.store import Store
from tierline.worker.kinds import worker_of

ADA = "ada@kestrel.example"


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def written_in(desk: Desk, email: str = ADA) -> str:
    return desk.do(language_for, email, desk.lattice).tag


def first_answer(desk: Desk) -> str:
    found = desk.came(FIRST)
    return desk.read(lambda reads: reads.cases.messages(str(found.case)))[-1].text


def test_the_first_answer_is_in_the_contacts_language_with_its_formats(desk: Desk) -> None:
    desk.do(choose_for_contact, desk.ada, "de-AT")
    lines = first_answer(desk).splitlines()
    assert lines[0] == "Wir haben Ihre Nachricht erhalten. Sie hat die Fallnummer 1."
    assert "Für Sie gilt die Servicestufe Bronze; deren Team antwortet Ihnen." in lines[2]
    assert (
        "- Sie erhalten die erste Antwort eines Menschen: bis Montag, 2. Juni 2025, 15:00 (UTC)"
        in lines
    )


def test_somebodys_own_choice_goes_before_their_accounts_and_that_before_ours(desk: Desk) -> None:
    assert written_in(desk) == "en"
    desk.do(keep_need, desk.lattice, NeedDetails(language="German"))
    assert (written_in(desk), written_in(desk, "new@kestrel.example")) == ("de", "de")
    assert desk.do(choose_language, ADA, "en-GB") == "en-GB"
    assert written_in(desk) == "en-GB"
    desk.do(choose_language, ADA, "")
    assert written_in(desk) == "de"


def test_a_choice_goes_with_who_gets_another_address(desk: Desk) -> None:
    desk.do(choose_for_contact, desk.ada, "de")
    desk.do(correct_person, desk.ada, person("Ada Byron", "byron@kestrel.example"))
    assert (written_in(desk), written_in(desk, "byron@kestrel.example")) == ("en", "de")


def test_who_wants_no_mails_chooses_that_beside_a_language_and_takes_it_along(desk: Desk) -> None:
    assert desk.read(lambda reads: reads.reader_languages.wants_case_mails(ADA))
    desk.do(choose_case_mails_for_contact, desk.ada, wanted=False)
    desk.do(choose_language, ADA, "de")
    desk.do(choose_language, ADA, "")
    assert not desk.read(lambda reads: reads.reader_languages.wants_case_mails(ADA))
    desk.do(correct_person, desk.ada, person("Ada Byron", "byron@kestrel.example"))
    wants = desk.read(lambda it: it.reader_languages.wants_case_mails("byron@kestrel.example"))
    assert not wants


def test_a_language_without_a_catalog_is_refused_with_those_that_there_are(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.do(choose_for_contact, desk.ada, "tlh")
    assert "de, " in str(refused.value.faults[0].write_instead) + ", "


def test_a_secret_in_an_answer_is_told_of_in_the_same_language(desk: Desk) -> None:
    desk.do(choose_for_contact, desk.ada, "de")
    first = desk.came(FIRST)
    card = "Karte 4111 1111 1111 1111"
    desk.came(answer_to("one@kestrel.example", own=card, whole=card))
    told = desk.read(lambda reads: reads.cases.messages(str(first.case)))[-1].text
    assert told.startswith("Ihre Nachricht enthielt offenbar")
    assert "(Kartennummer)" in told


@pytest.fixture
def app(address: str, box: MailBox) -> Iterator[Application]:
    with open_application(database=address) as opened:
        opened.access.post = post_of(f"smtp://127.0.0.1:{box.port}", "support@vendor.example")
        yield opened


@pytest.mark.enable_socket
@pytest.mark.allow_hosts(["127.0.0.1"])
def test_mails_of_a_case_reach_a_mail_server_in_german(app: Application, box: MailBox) -> None:
    occasion = app.occasion("user_1")
    app.change(lambda records: choose_language(records, "ada@kestrel.example", "de", occasion))
    case = receive(app, mail(From="Ada <ada@kestrel.example>")).mail.case
    assert case is not None
    said = "Der Treiber war zu alt."
    app.change(lambda records: resolve(records, case, said, "It was.", app.occasion("user_1")))
    worker = worker_of(app)
    (lane,) = (each for each in worker.lanes if each.name == LANE)
    assert (worker.work(lane), worker.work(lane)) == (1, 1)
    first, last = sorted(box.mails, key=lambda each: "Treiber" in each.get_content())
    assert first["Content-Language"] == "de"
    assert "Wir wissen noch nicht, für welches Unternehmen Sie schreiben." in " ".join(
        first.get_content().split()
    )
    assert last["Content-Language"] is None
    lines = last.get_content().splitlines()
    assert lines[0] == said
    assert lines[2].startswith("Damit ist Fall 1 gelöst.")
    assert lines[4].startswith("Wie zufrieden waren Sie mit uns? http")
    assert lines[-1] == "Fall 1"
