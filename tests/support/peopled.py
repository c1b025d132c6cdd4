"""The small world with everything that the pages show, and people who are signed in to them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import httpx
from exports import as_bytes, zendesk
from mails import file, parts, text
from reviewed import advised, of_ours
from served import Served, serve_small_world
from signing_in import signed_in
from small_offer import offer
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.catalogs import publish_catalog
from tierline.actions.performance import publish_month, publish_performance
from tierline.api.application import application
from tierline.care.item import CareState
from tierline.queries.care import care_items, question
from tierline.scorecards.performance import Figure
from tierline.store.records import Records
from tierline.web.routes import ROUTES

GUIDE = {
    "format": "tierline/playbooks/1",
    "topics": {"outage": {"name": "Service is down", "words": ["stands", "down"]}},
    "playbooks": [
        {
            "key": "outage",
            "name": "A line stands",
            "topics": ["outage"],
            "steps": [
                {"key": "confirm", "do": "Confirm it from our side", "within": "PT15M"},
                {"key": "call", "do": "Call the named contact"},
            ],
        }
    ],
    "scripts": [
        {
            "included": "We find the cause and mend it.",
            "not_included": "Work on site.",
            "say": "Your plan has everything from afar.",
            "instead": "A visit at the list price.",
        }
    ],
}


class Peopled:
    """`pine` has contacts, consent, a profile, an override, use and a subsidiary; `oak` has only
    its contract, and `bare` (the subsidiary) nothing."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.opened = served.opened
        self._numbers = count(1)
        self.app = application(served.opened, ROUTES)
        self.pine, self.oak = served.pine, served.oak
        self._fill()

    def visit(self, role: Role, account: str | None = None, email: str = "") -> Visit:
        """A browser in which somebody new with this role is signed in."""
        email = email or f"{role.value}{next(self._numbers)}@people.example"
        return signed_in(self.opened, role, email, account=account, app=self.app)

    def _fill(self) -> None:
        occasion = self.opened.occasion()
        newer = offer(version="2025-06-01", every_plan=["intake", "export"])
        self.opened.change(lambda records: publish_catalog(records, newer, occasion))
        self.bare = self._made("/v1/accounts", {"name": "Bare Pine", "parent": self.pine})["id"]
        pine = f"/v1/accounts/{self.pine}"
        nadia = {"name": "Nadia Nagy", "email": "nadia@pine.example"}
        self.contact = self._made(f"{pine}/contacts", nadia)["id"]
        finding = {"part": "recovery_time", "value": "480", "evidence": "asked them"}
        self._made(f"{pine}/criticality-findings", {"findings": [finding]})
        given = {"notice_version": "1", "evidence": "ticked the box"}
        self.served.operator.put(f"{pine}/consents/marketing", json=given).raise_for_status()
        contracts = self.served.operator.get(f"{pine}/contracts").json()["items"]
        self.contract = contracts[0]["id"]
        exception = {"owner": "Ada", "reason": "won the renewal", "cost": "500"}
        self._made(
            f"/v1/contracts/{self.contract}/overrides",
            {
                "id": "more_sandboxes",
                "feature": "sandboxes",
                "start": "2025-02-01T00:00:00Z",
                "units": "3",
                "exception": {**exception, "expires": "2035-01-01T00:00:00Z"},
            },
        )
        self.served.operator.put("/v1/playbooks", json=GUIDE).raise_for_status()
        raised = {"subject": "Line 3 stands", "text": "Nothing moves."}
        answers = {"business_impact": "stopped", "urgency": "now"}
        stated = {**raised, "answers": answers, "account": self.pine}
        self.case = self._made("/v1/cases", stated)["id"]
        self._made(f"/v1/cases/{self.case}/disputes", {"words": "One line of six.", "wanted": "S2"})
        self._made(f"/v1/cases/{self.case}/messages", {"text": "Again?", "is_public": False})
        part = self._made("/v1/components", {"name": "Imports", "about": "Files that come in"})[
            "id"
        ]
        self.incident = self._made("/v1/incidents", {"title": "Imports stand"})["id"]
        told = {"text": "We look.", "effects": {part: "partial_outage"}, "is_published": True}
        self._made(f"/v1/incidents/{self.incident}/updates", told)
        self._made(f"/v1/incidents/{self.incident}/updates", {"text": "We found it."})
        self.problem = self._made("/v1/problems", {"title": "Disks fill up"})["id"]
        self.mailed = self._mailed()
        chat = {"subject": "Camera 2", "text": "No picture.", "channel": "chat"}
        self.chatted = self._made("/v1/cases", {**chat, "account": self.pine})["id"]
        self.post_mortem = self._made("/v1/post-mortems", {"case": self.case})["id"]
        used = {"account": self.pine, "feature": "hours", "quantity": 9}
        self._made("/v1/reservations", used)
        self.advice = self._advised()
        self.report = ""
        self.import_ = ""
        self.missed_on = ""

    def name_domains(self) -> None:
        """Outages are a domain that nobody leads yet, and to which nobody was called."""
        domain = {"key": "outages", "name": "Outages", "topics": ["outage"]}
        answer = self.served.operator.put("/v1/subject-leads", json={"domains": [domain]})
        assert answer.status_code == 200, answer.text

    def promise_checks(self) -> None:
        """Pine is promised a check in each month, beside its plan: care that was missed and that is
        to come."""
        exception = {
            "owner": "Ada",
            "reason": "won the renewal",
            "cost": "500",
            "expires": "2035-01-01T00:00:00Z",
        }
        check = {"kind": "deliverable", "what": "Health check", "per": "month"}
        body = {
            "id": "checks",
            "feature": "reports",
            "start": "2025-02-01T00:00:00Z",
            "term": check,
            "exception": exception,
        }
        answer = self.post(f"/v1/contracts/{self.contract}/overrides", body)
        assert answer.status_code == 201, answer.text
        now = self.opened.now()
        asked = question(now, None, None, accounts=[self.pine], state=CareState.missed)
        items = self.opened.read(lambda reads: care_items(reads, asked, now))
        self.missed_on = items[-1].promised.key.due_on.isoformat()

    def draw_up_report(self) -> None:
        """Pine has a health report of March 2025."""
        period = {"start": "2025-03-01T00:00:00Z", "end": "2025-04-01T00:00:00Z"}
        answer = self.post(f"/v1/accounts/{self.pine}/health-reports", period)
        assert answer.status_code == 201, answer.text
        self.report = str(answer.json()["id"])

    def tell_figures(self) -> None:
        """Everybody reads of two months; of the first a figure was another one at first."""
        occasion = self.opened.occasion()
        told = {
            "2025-03": [[(90, 96, 4), (40, 42, 1), None], [(94, 100, 0), (42, 43, 0), None]],
            "2025-04": [[(97, 100, 0), (43, 43, 0), None]],
        }

        def tell(records: Records) -> None:
            publish_performance(records, "2025-03", occasion)
            for month, editions in told.items():
                for whole, standard, priority in editions:
                    figures = [
                        Figure(what="attainment", tier="", name="", value=whole),
                        Figure(what="attainment", tier="standard", name="Standard", value=standard),
                        Figure(what="attainment", tier="priority", name="Priority", value=priority),
                        Figure(
                            what="resolution",
                            tier="standard",
                            name="Standard",
                            value=(7_200_000_000, 9),
                        ),
                        Figure(what="resolution", tier="priority", name="Priority", value=None),
                        Figure(what="uptime", tier="", name="", value=(1_000_000_000, 5, 0)),
                    ]
                    publish_month(records, month, figures, occasion)

        self.opened.change(tell)

    def send_export(self) -> None:
        """An export of another desk waits: a case that is judged otherwise there, one of somebody
        unknown, and a field that the mapping does not name."""
        export = zendesk(self.pine)
        export["tickets"][0] |= {"brand": "x"}
        export["tickets"][1] |= {"organization_id": "nobody"}
        stated = {"content": as_bytes(export), "params": {"kind": "cases", "from": "zendesk"}}
        answer = self.served.operator.post("/v1/imports", **stated)
        assert answer.status_code == 201, answer.text
        self.import_ = str(answer.json()["id"])

    def _advised(self) -> str:
        """Advice to Pine, which one of our people sees to."""
        owner = of_ours(self.served, "ivo@us.example")
        words = dict.fromkeys(("risk", "trade_off", "recommendation"), "One gateway serves all.")
        stated = {"title": "One gateway", "topic": "outage", "follow_up_on": "2025-03-31", **words}
        return str(advised(self.served, self.pine, owner, **stated)["id"])

    def _mailed(self) -> str:
        """A case that came by mail, with a file."""
        log = file('filename="controller.log"', b"E42")
        raw = parts(text("Line 4 stands."), log, From="Nadia Nagy <nadia@pine.example>")
        kind = {"Content-Type": "message/rfc822"}
        made = self.served.operator.post("/v1/mails", content=raw, headers=kind).json()
        return str(made["case"])

    @property
    def names(self) -> dict[str, str]:
        """What stands in the addresses of pages."""
        return {
            "pine": self.pine,
            "bare": self.bare,
            "contract": self.contract,
            "contact": self.contact,
            "case": self.case,
            "post_mortem": self.post_mortem,
            "incident": self.incident,
            "mailed": self.mailed,
            "chatted": self.chatted,
            "report": self.report,
            "import": self.import_,
            "problem": self.problem,
            "advice": self.advice,
            "missed_on": self.missed_on,
        }

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """What the API answers to the operator; beside a real browser this thread has a loop that
        runs already, so it is asked on another."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(self.served.operator.post, path, json=body).result()

    def _made(self, path: str, body: dict[str, Any]) -> Any:
        response = self.served.operator.post(path, json=body)
        assert response.status_code == 201, response.text
        return response.json()


@contextmanager
def people_small_world(folder: Path) -> Iterator[Peopled]:
    with serve_small_world(folder) as served:
        with ThreadPoolExecutor(1) as thread:
            made = thread.submit(Peopled, served).result()
        yield made
