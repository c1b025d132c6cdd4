"""The pack for a call: the figures of the API, about one account alone, on at most six pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from desk import opened
from moved_clock import Hands, moved_by_hand
from pypdf import PdfReader
from reviewed import REVIEW, advised, of_ours, signed_for_reviews
from served import Served, serve_small_world

from tierline.languages.locales import language_named
from tierline.queries.briefings import shortened
from tierline.scorecards.briefing import MOST_CHARACTERS, Briefing, RiskRow, TodoRow
from tierline.scorecards.health_report import IncidentRow, MissRow, NextRow, OpenCaseRow
from tierline.web.briefing import briefing_html
from tierline.web.documents import briefing_pdf

SPRING = datetime(2025, 5, 20, 9, tzinfo=UTC)
SUMMER = datetime(2025, 7, 10, 9, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """Elm and Fir have a review in July; `item` is Elm's."""

    served: Served
    hands: Hands
    elm: str
    fir: str
    item: dict[str, Any]

    @property
    def path(self) -> str:
        item = self.item
        return f"/v1/contracts/{item['contract']}/care/{REVIEW}/{item['due_on']}/briefing"

    @property
    def pack(self) -> Briefing:
        answer = self.served.as_("customer_contact", account=self.elm).get(self.path)
        assert answer.status_code == 200, answer.text
        return Briefing.model_validate(answer.json())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("briefings")
    with pytest.MonkeyPatch.context() as patched, serve_small_world(folder) as served:
        hands = moved_by_hand(patched, SPRING)
        elm, fir = signed_for_reviews(served, "Elm"), signed_for_reviews(served, "Fir")
        lived(served, hands, elm, fir)
        items = served.operator.get(f"/v1/care?account={elm}&state=due").json()["items"]
        early = World(served, hands, elm, fir, items[0])
        assert served.operator.get(early.path).status_code == 404
        hands.now = SUMMER
        yield early


def lived(served: Served, hands: Hands, elm: str, fir: str) -> None:
    """Elm has a late case and a timely one, open risks and an action; Fir has secrets."""
    ada, ours = of_ours(served), served.operator
    late = opened(ours, elm, severity="S1", subject="The switch of Elm")
    opened(ours, fir, severity="S1", subject="Secret of Fir")
    hands.now = SPRING + timedelta(hours=2)
    timely = opened(ours, elm, severity="S1", subject="A camera of Elm")
    for case in (late, timely):
        said = ours.post(f"/v1/cases/{case['id']}/messages", json={"text": "We look at it."})
        said.raise_for_status()
    part = {"name": "Imports", "about": "Files", "accounts": [fir]}
    ours.post("/v1/components", json=part).raise_for_status()
    everywhere = {"name": "Boxes", "about": "All of them"}
    boxes = ours.post("/v1/components", json=everywhere).json()["id"]
    hidden = {"title": "Only Fir stands", "accounts": [fir]}
    seen = {"title": "Boxes are slow"}
    for stated in (hidden, seen):
        incident = ours.post("/v1/incidents", json=stated).json()["id"]
        told = {"text": "We look.", "effects": {boxes: "partial_outage"}, "is_published": True}
        ours.post(f"/v1/incidents/{incident}/updates", json=told).raise_for_status()
    advised(served, elm, ada)
    advised(served, fir, ada, title="One gate of Fir")
    review = ours.get(f"/v1/care?account={elm}&state=missed").json()["items"][0]
    finding = {"text": "No spare box.", "owner": ada, "due_on": "2025-06-30"}
    path = f"/v1/contracts/{review['contract']}/care/{REVIEW}/{review['due_on']}/completion"
    ours.put(path, json={"text": "Held.", "findings": [finding]}).raise_for_status()


def on_paper(pack: Briefing, language: str = "en") -> tuple[int, str]:
    """How many pages, and what stands there."""
    pages = PdfReader(io.BytesIO(briefing_pdf(pack, language_named(language)))).pages
    return len(pages), " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_its_figures_are_those_of_the_api(world: World) -> None:
    pack = world.pack
    asked = {"since": "2024-08-01T00:00:00Z", "until": pack.report.end, "by": "month"}
    customer = world.served.as_("customer_contact", account=world.elm)
    found = customer.get("/v1/reports/adherence", params=asked).json()["groups"]
    assert [(each.month, each.met, each.missed) for each in pack.months if each.percent] == [
        (each["group"]["month"], each["met"], each["missed"]) for each in found
    ]
    assert [(each.month, each.percent) for each in pack.months][-3:] == [
        ("2025-05", "50.0%"), ("2025-06", None), ("2025-07", None),
    ]  # fmt: skip
    assert [(each.cases, each.lately) for each in pack.severities] == [(2, 2)]
    assert (pack.what, pack.due_on) == ("Architecture review", world.item["due_on"])
    assert (pack.report.cases_opened, len(pack.report.misses)) == (2, 1)
    assert [(each.state, each.count) for each in pack.care] == [("late", 1)]
    uptime = customer.get("/v1/uptime").json()["months"]
    assert [each.uptime for each in pack.months if each.uptime] == [
        each["uptime_percent"] for each in reversed(uptime)
    ]
    assert [(each.number, each.title, each.is_overdue) for each in pack.risks] == [
        (1, "One switch for two lines", True)
    ]
    assert [(each.text, each.due_on, each.is_overdue) for each in pack.actions] == [
        ("No spare box.", "2025-06-30", True)
    ]
    assert (world.item["due_on"], "Architecture review") in [
        (each.on, each.what) for each in pack.report.next
    ]


def test_page_and_paper_say_the_same_with_the_same_charts(world: World) -> None:
    pack = world.pack
    page, (count, paper) = briefing_html(pack).decode(), on_paper(pack)
    assert 1 <= count <= 6
    assert page.count('<svg class="chart"') == 5
    plain = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in ("Milestones kept, month by month", "2025-06", "One switch for two lines",
                  "No spare box.", "Boxes are slow", "What is next", "Done late"):  # fmt: skip
        assert words in paper, words
        assert words in plain, words
    reader = PdfReader(io.BytesIO(briefing_pdf(pack)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Architecture review with Elm"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert briefing_pdf(pack) == briefing_pdf(pack)


def test_it_is_read_in_german_too(world: World) -> None:
    _, paper = on_paper(world.pack, "de")
    assert "Eingehaltene Fristen, Monat für Monat" in paper
    assert "Wartet auf Ihre Entscheidung".casefold() in paper.casefold()
    assert "What is next" not in paper


def test_nothing_of_another_account_stands_in_it(world: World) -> None:
    theirs = world.served.as_("customer_contact", account=world.fir)
    words = {"Fir", "Imports", world.fir, "One gate"}
    for path in ("/v1/cases", "/v1/advice", "/v1/care"):
        items = theirs.get(path).json()["items"]
        words |= {each.get("id") or each["contract"] for each in items}
    pack = world.pack
    texts = [pack.model_dump_json(), briefing_html(pack).decode(), on_paper(pack)[1]]
    assert [word for word in words for text in texts if word in text] == []
    assert all("Elm" in text for text in texts)
    assert theirs.get(world.path).status_code == 404


def test_the_longest_one_has_six_pages_at_most(world: World) -> None:
    long = shortened("A spare box for each of the lines " * 20)
    assert len(long) == MOST_CHARACTERS
    pack = world.pack
    (miss, incident) = pack.report.misses[0], pack.report.incidents[0]
    report = pack.report.model_copy(
        update={
            "misses": (MissRow(**{**miss.model_dump(), "name": "Restored or worked around"}),) * 8,
            "incidents": (
                IncidentRow(**{**incident.model_dump(), "title": "Boxes are slow " * 13}),
            ) * 8,
            "open_cases": (
                OpenCaseRow(case="case_1", number=1, severity="S1 Critical", state="open",
                            next_due_at=pack.report.as_of),
            ) * 8,
            "next": (NextRow(on="2025-12-31", what=long),) * 8,
        }
    )  # fmt: skip
    risk = RiskRow(**{**pack.risks[0].model_dump(), "title": long})
    todo = TodoRow(text=long, number=None, due_on="2025-06-30", is_overdue=True)
    whole = pack.model_copy(
        update={
            "report": report, "risks": (risk,) * 8, "actions": (todo,) * 8,
            "risks_more": 90, "actions_more": 90, "open_more": 90,
            "severities": pack.severities * 4, "care": pack.care * 4,
        }
    )  # fmt: skip
    assert on_paper(whole)[0] <= 6
    assert on_paper(whole, "de")[0] <= 6


def test_once_it_was_held_its_pack_is_prepared_no_longer(world: World) -> None:
    path = world.path.removesuffix("briefing") + "completion"
    world.served.operator.put(path, json={"text": "Held."}).raise_for_status()
    assert world.served.operator.get(world.path).status_code == 404
    world.served.operator.delete(path).raise_for_status()
    assert world.pack.due_on == world.item["due_on"]
