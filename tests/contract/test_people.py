from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from people import NOW, START, People

from tierline.access.invitation import Invitation
from tierline.access.role import Role
from tierline.access.user import User
from tierline.accounts.consent import Purpose, state_of
from tierline.accounts.contact import ContactRole
from tierline.accounts.criticality import Part
from tierline.accounts.person import person
from tierline.accounts.places import rotation
from tierline.actions.account_rows import Imported
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY
from tierline.actions.cases import US, say
from tierline.actions.consents import Statement, give_consent, withdraw_consent
from tierline.actions.contacts import correct_person, remove_contact
from tierline.actions.criticality import Finding, record_findings
from tierline.actions.mails import receive_mail
from tierline.actions.occasion import Occasion
from tierline.actions.people import (
    Due,
    erase_person,
    lift_hold,
    personal_data,
    place_hold,
    retain,
    retention_due,
)
from tierline.actions.reader_languages import choose_for_contact
from tierline.cases.channel import Channel
from tierline.cases.mail import MailFile, MailKind, NewMail
from tierline.kernel.errors import Conflict, Invalid, NotFound
from tierline.kernel.ids import InvitationId, UserId
from tierline.kernel.instants import to_micros
from tierline.store import rows
from tierline.store.people import TABLES
from tierline.store.records import Records
from tierline.store.unit_of_work import Isolation, UnitOfWork

ADA = ("Ada Lovelace-Quux", "ada.quux@lattice.example", "+44 20 7946 0018")
FORMER = ("Ada Byron-Quux", "ada.byron@lattice.example", "+44 20 7946 0099")
WORDS = (*ADA, *FORMER)
LATER = NOW + timedelta(days=30)
DAY = timedelta(days=1)


@pytest.fixture
def ada(people: People) -> str:
    """A contact who stands in every place where a person can stand."""
    id_ = people.contact(FORMER[0], email=FORMER[1], phone=FORMER[2]).contact.id
    people.do(choose_for_contact, id_, "de")
    people.do(correct_person, id_, person(*ADA))
    people.contact("Grace", email="grace@lattice.example")
    said = {"purpose": Purpose.marketing, "notice_version": "1"}
    own = Statement(account=people.lattice, contact=id_, evidence=f"call of {ADA[0]}", **said)  # type: ignore[arg-type]  # two texts
    people.do(give_consent, own)
    about = Statement(account=people.lattice, evidence=f"mail of {ADA[1].upper()}", **said)  # type: ignore[arg-type]  # as above
    people.do(withdraw_consent, about)
    finding = Finding(Part.recovery_time, "60", f"{ADA[0]}, {ADA[2]}, said an hour")
    people.do(record_findings, people.lattice, [finding])
    people.do(lambda records: records.external_ids.add("contact", {ADA[1]: Imported(id_, "")}))
    people.do(lambda records: records.users.add(login(people.lattice), "hash"))
    people.do(lambda records: records.users.link("user_ada", "https://id.example", ADA[1], at=NOW))
    people.do(lambda records: records.invitations.add(invitation(people.lattice), "digest"))
    raised = CaseOrder(
        channel=Channel.email,
        subject=f"{ADA[0]} cannot sign in",
        text=f"Please call {ADA[2]}.",
        account=people.lattice,
        contact=id_,
    )
    case = people.do(open_case, raised, NOBODY).id
    people.do(say, case, f"{ADA[0]} called", US, is_public=False)
    people.do(receive_mail, mail_of_ada(), lambda *_: NOBODY)
    return id_


def mail_of_ada() -> NewMail:
    """With a file that names her."""
    named = MailFile(
        name=f"{ADA[0]}.txt",
        media_type="text/plain",
        size_bytes=9,
        digest="sha256:file",
        content=f"Signed, {ADA[0]}".encode(),
    )
    return NewMail(
        digest="sha256:mail",
        message_id=f"1.{ADA[1]}",
        thread=(),
        kind=MailKind.person,
        sender=ADA[1],
        sender_name=ADA[0],
        answer_to=ADA[1],
        subject=f"From {ADA[0]}",
        bare_subject=f"From {ADA[0]}",
        own=f"Call {ADA[2]}.",
        whole=f"Call {ADA[2]}.\n> {ADA[0]} wrote",
        received_at=NOW,
        size_bytes=100,
        may_answer_by_machine=True,
        files=(named,),
    )


def invitation(account: str) -> Invitation:
    return Invitation(
        id=InvitationId("invitation_ada"),
        email=ADA[1],
        roles=frozenset({Role.customer_contact}),
        account=account,
        made_by="user_1",
        made_at=NOW,
        expires_at=LATER + DAY,
    )


def login(account: str) -> User:
    return User(
        id=UserId("user_ada"),
        email=ADA[1],
        name=ADA[0],
        roles=frozenset({Role.customer_contact}),
        account=account,
        made_at=START,
    )


def everything(people: People) -> str:
    """Every value of every row of every table."""

    def dump(snapshot: object) -> str:
        tables = rows.stored_tables()
        return "\n".join(
            str(page)
            for table in tables
            for page in rows.pages_of(snapshot, table)  # type: ignore[arg-type]  # a Snapshot
        )

    return people.store.read(dump)


def named(words: Iterable[str], text: str) -> list[str]:
    return [word for word in words if word.lower() in text.lower()]


def test_an_erased_person_stands_in_no_table(people: People, ada: str) -> None:
    assert named(ADA, everything(people)) == list(ADA)
    people.do(erase_person, ada, now=LATER)
    assert named(WORDS, everything(people)) == []


def test_a_case_that_is_raised_while_they_are_erased_does_not_name_them(
    people: People, ada: str
) -> None:
    """As the API raises one: the erasure begins when the case is half written, and waits for it."""
    is_held = threading.Event()

    def raised(unit: UnitOfWork) -> None:
        records = Records(unit, people.known)
        records.contacts.hold(ada)
        is_held.set()
        time.sleep(0.3)  # the erasure has read which cases there are
        order = CaseOrder(
            channel=Channel.portal, account=people.lattice, contact=ada, subject=ADA[0], text=ADA[1]
        )
        open_case(records, order, NOBODY, Occasion(NOW, "user_1", secrets.randbits))

    with ThreadPoolExecutor(1) as thread:
        raising = thread.submit(people.store.run, raised, Isolation.BY_STATEMENT)
        assert is_held.wait(10)
        people.do(erase_person, ada, now=LATER)
        raising.result()
    assert named(WORDS, everything(people)) == []
    with pytest.raises(NotFound, match=ada):
        people.do(lambda records: records.contacts.hold(ada))


def test_erasing_changes_no_count_and_no_other_person(people: People, ada: str) -> None:
    def counts() -> tuple[object, ...]:
        found = people.read(lambda reads: reads.contacts.of_account(people.lattice))
        events = people.read(lambda reads: reads.consents.of_account(people.lattice))
        year = (to_micros(START), to_micros(LATER))
        turned = rotation(found, people.lattice, ContactRole.named_contact, within=year, places=2)
        states = state_of(events, to_micros(LATER), account=people.lattice)
        grace = [each.person for each in found if each.id != ada]
        return turned.people, turned.joined, states, grace  # fmt: skip

    before = counts()
    people.do(erase_person, ada, now=LATER)
    assert counts() == before


def test_erasing_again_changes_nothing(people: People, ada: str) -> None:
    first = people.do(erase_person, ada, now=LATER)
    assert people.do(erase_person, ada, now=LATER + DAY) == first


def test_the_login_of_an_erased_person_is_gone(people: People, ada: str) -> None:
    people.do(erase_person, ada, now=LATER)
    user = people.read(lambda reads: reads.users.get("user_ada"))
    assert (user.email, user.name, user.has_password) == ("erased-user_ada", "erased", False)
    assert user.disabled_at == LATER
    found = people.read(lambda reads: reads.users.of_identity("https://id.example", ADA[1]))
    assert found is None


def test_a_person_gets_everything_that_is_kept_about_them(people: People, ada: str) -> None:
    data = people.read(lambda reads: personal_data(reads, ada, now=NOW))
    assert data["person"] == {"name": ADA[0], "email": ADA[1], "phone": ADA[2]}
    assert (data["login"], data["language"]) == ("user_ada", "de")
    assert data["external_ids"] == [ADA[1]]
    assert [each["purpose"] for each in data["consents"]] == ["marketing"]
    assert len(data["named_in"]) == 10
    assert json.loads(json.dumps(data)) == data
    people.do(erase_person, ada, now=LATER)
    emptied = people.read(lambda reads: personal_data(reads, ada, now=LATER))
    assert named(WORDS, json.dumps(emptied)) == []
    assert [role["role"] for role in emptied["roles"]] == ["named_contact"]


def test_the_same_person_elsewhere_is_erased_only_where_that_is_asked_for(people: People) -> None:
    other = people.account("Other")
    here = people.contact(*ADA[:1], email=ADA[1]).contact.id
    there = people.contact(*ADA[:1], email=ADA[1], account=other).contact.id
    people.do(erase_person, here, now=LATER)
    assert people.read(lambda reads: reads.contacts.get(there)).person is not None
    again = people.contact(*ADA[:1], email=ADA[1], now=LATER).contact.id
    people.do(erase_person, again, now=LATER, everywhere=True)
    assert people.read(lambda reads: reads.contacts.of_email(ADA[1])) == ()


def test_who_is_on_legal_hold_is_not_erased(people: People, ada: str) -> None:
    hold = people.do(place_hold, people.lattice, None, f"lawsuit of {ADA[0]}")
    with pytest.raises(Conflict, match=hold.id):
        people.do(erase_person, ada, now=LATER)
    assert people.read(lambda reads: reads.contacts.get(ada)).person == person(*ADA)
    lifted = people.do(lift_hold, hold.id, now=LATER)
    assert people.do(lift_hold, hold.id, now=LATER + DAY) == lifted
    people.do(erase_person, ada, now=LATER)
    assert named(WORDS, everything(people)) == []


def test_a_hold_on_one_contact_keeps_no_other(people: People, ada: str) -> None:
    other = people.contact("Cyd").contact.id
    people.do(place_hold, people.lattice, ada, "lawsuit")
    people.do(erase_person, other, now=LATER)
    with pytest.raises(Conflict):
        people.do(erase_person, ada, now=LATER)


def test_a_hold_is_placed_on_somebody_for_a_reason(people: People) -> None:
    other = people.account("Other")
    stranger = people.contact("Cyd", account=other).contact.id
    for contact, reason in ((stranger, "lawsuit"), (None, " ")):
        with pytest.raises(Invalid):
            people.do(place_hold, people.lattice, contact, reason)


def test_a_dry_run_lists_what_retention_then_erases(people: People) -> None:
    first, held, recent = (people.contact(name).contact.id for name in ("Ada", "Bob", "Cyd"))
    for number, contact in enumerate((first, held)):
        people.do(remove_contact, contact, now=NOW + number * DAY)
    people.do(remove_contact, recent, now=LATER)
    hold = people.do(place_hold, people.lattice, held, "lawsuit").id
    due = people.read(lambda reads: retention_due(reads, now=LATER + DAY, keep_days=20))
    assert due == (
        Due(first, people.lattice, NOW, None),
        Due(held, people.lattice, NOW + DAY, hold),
    )
    assert people.do(retain, now=LATER + DAY, keep_days=20) == due
    known = people.read(lambda reads: reads.contacts.of_account(people.lattice))
    assert {each.id for each in known if each.person is None} == {first}
    left = people.read(lambda reads: retention_due(reads, now=LATER + DAY, keep_days=20))
    assert left == due[1:]


def test_an_erased_person_stands_in_no_byte_of_the_file_and_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from tierline.store.engine import open_store

    file = tmp_path / "tierline.db"

    def bytes_on_disk() -> str:
        found = sorted(tmp_path.glob("tierline.db*"))
        return "".join(each.read_bytes().decode("latin-1") for each in found)

    with caplog.at_level(logging.DEBUG), open_store(str(file)) as store:
        people = People(store)
        many = [
            people.contact(f"{ADA[0]} {number}", email=f"{number}.{ADA[1]}").contact.id
            for number in range(60)
        ]
        assert named(ADA[:2], bytes_on_disk()) == list(ADA[:2])
        for contact in many:
            people.do(erase_person, contact, now=LATER)
        assert store.scrub(TABLES)
        assert named(WORDS, bytes_on_disk()) == []
    assert named(WORDS, bytes_on_disk()) == []
    assert named(WORDS, caplog.text) == []


def test_scrubbing_a_database_changes_nothing_that_is_kept(people: People, ada: str) -> None:
    before = everything(people)
    assert people.store.scrub(TABLES)
    assert everything(people) == before
    assert ada in before


def test_the_list_of_places_names_every_column_that_can_hold_a_person() -> None:
    telling = {"email", "phone", "evidence", "text"}
    tables = {
        table.name
        for table in Records.__module__ and rows.stored_tables()
        for column in table.columns
        if column.name in telling and isinstance(column.type, sa.Text)
    }
    assert tables <= set(TABLES)
