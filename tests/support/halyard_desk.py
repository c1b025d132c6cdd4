"""The desk of Halyard behind a real address: its published catalog, its customers, those
who work there, and real ways in and out for mail. The clock is moved by hand."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import pytest
from listening import listening
from mail_box import MailBox, mail_box
from moved_clock import Hands, moved_by_hand
from new_data import new_data
from served import Client

import tierline
from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.api.application import application
from tierline.api.server import AlwaysOperator
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.letters import post_of
from tierline.bootstrap.mail_listening import listener_of
from tierline.catalog.load import load_catalog
from tierline.web.routes import ROUTES
from tierline.worker.kinds import worker_of

ResultT = TypeVar("ResultT")
MONDAY = datetime(2026, 3, 2, 15, tzinfo=UTC)  # 09:00 in Chicago, 16:00 in Berlin
WEEK = timedelta(days=7)
DESK, PASSWORD = "support@halyard.example", "four boring words here"
_CATALOG = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"
_PLAN = {
    "roles": {
        "Case owner": {"shifts": [{"people": ["ana@halyard.example"]}]},
        "Support lead": {"shifts": [{"people": ["lea@halyard.example"]}]},
        "Head of support": {"shifts": [{"people": ["lea@halyard.example"]}]},
        "On-call engineer": {"shifts": [{"people": ["ana@halyard.example"]}]},
        "Specialist on call": {"shifts": [{"people": ["ana@halyard.example"]}]},
        "Duty manager": {"shifts": [{"people": ["lea@halyard.example"]}]},
    }
}
_THREAD = ThreadPoolExecutor(1)
"""Beside a real browser the thread of a test has a loop that runs already."""


def aside(work: Callable[[], ResultT]) -> ResultT:
    """Do it on another thread."""
    return _THREAD.submit(work).result()


@dataclass
class Desk:
    """Kestrel is on Enterprise, Pine on Priority, Oak and Elm on Standard; Mira, Paul, Otto and
    Emma write for them. Ana answers, and Lea leads."""

    opened: Application
    address: str
    hands: Hands
    box: MailBox
    port: int
    ask: Client
    accounts: dict[str, str] = field(default_factory=dict)
    contracts: dict[str, str] = field(default_factory=dict)

    def on_monday(self) -> None:
        """Move the clock to the next Monday on which everybody's office is open."""
        weeks = (self.hands.now - MONDAY) // WEEK + 1
        self.hands.now = MONDAY + weeks * WEEK
        self.work()

    def move(self, **by: float) -> None:
        """Move the clock, and let the worker do what has become due."""
        self.hands.move(timedelta(**by))
        self.work()

    def work(self) -> None:
        """What a worker does until nothing is due: clocks, notices, letters, mails, duties."""
        aside(self._work)

    def _work(self) -> None:
        worker = worker_of(self.opened)
        for _ in range(3):
            for lane in worker.lanes:
                while worker.work(lane):
                    pass
            worker.do_duties()

    def mail(self, sender: str, subject: str, text: str, **stated: str) -> EmailMessage:
        """Send a mail to the desk as a mail program does."""
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = sender, DESK, subject
        for name, value in stated.items():
            made[name.replace("_", "-")] = value
        made.set_content(text)

        def send() -> None:
            with smtplib.SMTP("127.0.0.1", self.port) as client:
                client.send_message(made)

        aside(send)
        self.work()
        return made

    def letters_to(self, address: str) -> list[EmailMessage]:
        """What somebody was sent by mail."""
        self.work()
        return [each for each in self.box.mails if address in str(each["To"])]

    def post(self, path: str, body: dict[str, Any], method: str = "POST") -> Any:
        """What one of us does over the API."""
        answer = self.ask.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def end_incidents(self) -> None:
        """Say of every incident that it is over."""
        over = {"text": "It works again.", "phase": "resolved", "effects": {}, "is_published": True}
        for each in self.ask.get("/v1/incidents", params={"is_over": False}).json()["items"]:
            self.post(f"/v1/incidents/{each['id']}/updates", over)

    def fill(self) -> None:
        """The company as it is on the Monday."""
        raw = _CATALOG.read_text("utf-8")
        assert load_catalog(_CATALOG).catalog == "halyard"
        kind = {"Content-Type": "application/yaml"}
        answer = self.ask.post("/v1/catalogs", content=raw, headers=kind)
        assert answer.is_success, answer.text
        people = (("ana", Role.agent), ("lea", Role.lead))
        found = {name: self._joins(f"{name}@halyard.example", name, role) for name, role in people}
        agent = {"level": 3, "capacity": 50}
        self.post(f"/v1/agents/{found['ana']}", agent, "PUT")
        self.post("/v1/routing-plan", _PLAN, "PUT")
        for name, tier, zone, contact in (
            ("Kestrel Foods", "enterprise", "Europe/Berlin", "Mira Sato"),
            ("Pine Press", "priority", "UTC", "Paul Brandt"),
            ("Oak Dairy", "standard", "America/Chicago", "Otto Lind"),
            ("Elm Glass", "standard", "America/Chicago", "Emma Holt"),
        ):
            self._customer(name, tier, zone, contact)

    def _customer(self, name: str, tier: str, zone: str, contact: str) -> None:
        key = name.split(maxsplit=1)[0].lower()
        account = self.post("/v1/accounts", {"name": name, "time_zone": zone})["id"]
        order = {"account": account, "catalog": "halyard", "tier": tier,
                 "start": "2026-01-01T00:00:00Z"}  # fmt: skip
        self.contracts[key] = self.post("/v1/contracts", order)["id"]
        first = contact.split(maxsplit=1)[0].lower()
        email = f"{first}@{key}.example"
        person = {"name": contact, "email": email, "roles": ["named_contact"]}
        self.post(f"/v1/accounts/{account}/contacts", person)
        self.accounts[key] = account
        self._joins(email, contact, Role.customer_contact, account)

    def _joins(self, email: str, name: str, role: Role, account: str | None = None) -> str:
        made, _ = self.opened.access.invite(email, frozenset({role}), account, operator())
        names = {"ana": "Ana Reyes", "lea": "Lea Novak"}
        user = self.opened.access.accept(made.secret, names.get(name, name), None, PASSWORD)
        return str(user.id)


@contextmanager
def halyard_desk(folder: Path) -> Iterator[Desk]:
    """The desk, from the Monday on."""
    with pytest.MonkeyPatch.context() as patch, mail_box() as box:
        patch.setenv("TIERLINE_MAIL_LISTEN", "smtp://127.0.0.1:0")
        patch.setenv("TIERLINE_MAIL_ADDRESSES", DESK)
        hands = moved_by_hand(patch, MONDAY)
        with open_application(data=new_data(folder)) as opened:
            opened.access.post = post_of(f"smtp://127.0.0.1:{box.port}", f"Halyard <{DESK}>")
            app = application(opened, ROUTES)
            listener = listener_of(opened)
            assert listener is not None
            port = int(listener.start().rpartition(":")[2])
            try:
                with listening(app) as address:
                    opened.access.address = address
                    ask = Client(AlwaysOperator(app))
                    desk = Desk(opened, address, hands, box, port, ask)
                    aside(desk.fill)
                    yield desk
            finally:
                listener.stop()
