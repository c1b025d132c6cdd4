"""`kill -9` of a worker that takes something in, a file of cases or a mailbox: each case and each
mail is here once, wherever it died."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
import sqlalchemy as sa
from exports import as_bytes, ticket
from imap_server import ImapServer, imap_server
from mail_box import mail_box
from mails import mail
from mortal_workers import FIRST_LIVES, STEP_BY, Life, Nursery

from tierline.actions.imports import ImportKind, ImportState, start_import
from tierline.bootstrap.application import open_application
from tierline.bootstrap.imports import keep_file, sent_file

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
SETTLED = ("claimed", "done", "written", "committed")
VISITED = ("taken", "put away", *SETTLED[1:])


@dataclass
class Desk:
    """A database whose workers die one after the other, at the times that its clock says."""

    database: str
    workers: Nursery
    mail_server: str
    now: datetime
    fetch: str = ""

    def live(self, *point: str) -> bool:
        """The next worker; whether it was killed."""
        self.now += STEP_BY
        life = Life(
            database=self.database,
            now=self.now.isoformat(),
            account="",
            talk="",
            mail_server=self.mail_server,
            fetch=self.fetch,
            point=(point[0], point[1]) if point else None,
        )
        return self.workers.live(life)[0]


@pytest.fixture
def desk(address: str, workers: Nursery) -> Iterator[Desk]:
    with mail_box() as box:
        with open_application(database=address) as opened:
            now = opened.now()
        made = Desk(address, workers, f"smtp://127.0.0.1:{box.port}", now)
        for _ in range(FIRST_LIVES):
            made.live()
        yield made


@pytest.fixture(scope="module")
def inbox() -> Iterator[ImapServer]:
    with imap_server() as made:
        yield made


def counted(desk: Desk, question: str) -> Counter[str]:
    with open_application(database=desk.database) as opened:
        return Counter(
            opened.read(lambda reads: list(reads.snapshot.execute(sa.text(question)).scalars()))
        )


def test_an_import_that_is_killed_goes_on_where_it_was(desk: Desk) -> None:
    numbers = range(1, len(SETTLED) + 4)
    export = {"tickets": [ticket(each, f"0{each}T08:00") for each in numbers]}
    with open_application(database=desk.database) as opened:
        file = sent_file(ImportKind.cases, "all.json", as_bytes(export), desk="zendesk")
        kept = keep_file(opened, file, "who sent it")
        opened.change(lambda records: start_import(records, kept.id, opened.occasion()))
    for place in SETTLED:
        assert desk.live("import", place), place
    assert not desk.live()
    assert counted(desk, "SELECT external_id FROM imported_case") == Counter(map(str, numbers))
    assert counted(desk, "SELECT kind FROM fact")["CaseImported"] == len(numbers)
    with open_application(database=desk.database) as opened:
        done = opened.read(lambda reads: reads.imports.get(kept.id))
    assert (done.state, done.done) == (ImportState.imported, len(numbers))
    assert done.counts["cases"]["added"] == len(numbers)


def test_a_mail_is_taken_once_wherever_the_visit_to_its_mailbox_ended(
    desk: Desk, inbox: ImapServer
) -> None:
    desk.fetch = inbox.address
    subjects = []
    for number, place in enumerate(VISITED):
        subjects.append(f"{place} {number}")
        id_ = f"<{number}@kestrel.example>"
        inbox.put(mail(f"Help {number}\r\n", Subject=subjects[-1], Message_ID=id_))
        assert desk.live("mailbox", place), place
    assert not desk.live()
    assert counted(desk, "SELECT subject FROM mail") == Counter(subjects)
    assert counted(desk, "SELECT subject FROM support_case") == Counter(subjects)
    assert all(inbox.flags())
    with open_application(database=desk.database) as opened:
        (box,) = opened.read(lambda reads: reads.mailboxes.all())
    assert box.mails == len(subjects)
