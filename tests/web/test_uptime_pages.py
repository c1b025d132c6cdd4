"""The page of uptime with everything that it can say, made of a document alone."""

from __future__ import annotations

import html5lib
from marked_language import marked_german, unsaid
from told_incidents import MAINTENANCE, MAJOR, NOON, PARTIAL, at, incident, said

from tierline.status.component import Component
from tierline.status.incident import Incident, Phase
from tierline.status.scope import EVERYONE, PUBLIC, Reader, Scope
from tierline.status.seen import Seen
from tierline.status.uptime_document import uptime_document
from tierline.status.uptime_view import uptime_view
from tierline.web.status_pages import SERVED, Document
from tierline.web.uptime_pages import uptime_csv, uptime_html

ALONE = Scope(is_public=False, regions=frozenset({"EU"}))
OTHERS = Scope(regions=frozenset({"US"}))


def told() -> list[Incident]:
    """One of each: of a region alone, of others, of everybody, at the same time, and planned."""
    return [
        incident(said(0, api=MAJOR), said(1, Phase.resolved), scope=ALONE, number=1),
        incident(said(5, api=PARTIAL), said(6, Phase.resolved), scope=OTHERS, number=2),
        incident(said(9, api=MAJOR), said(11, Phase.resolved), number=3),
        incident(said(10, api=PARTIAL), said(11, Phase.resolved), number=4),
        incident(said(-48, api=MAINTENANCE), window=(20, 22), number=5),
    ]


def commitment(**stated: object) -> Document:
    return {
        "feature": "uptime", "committed_percent": "99.95", "per": "month", "scope": "",
        "measure": "", "excludes": ["Vorschauen"], "promise_id": "p", "catalog_version": "v",
        "measured_percent": "99.583", "allowed_seconds": 1_296, "down_seconds": 10_800,
        "left_seconds": -9_504, "state": "missed", **stated,
    }  # fmt: skip


def document() -> Document:
    parts = [
        Component(id=f"component_{name}", name=name, about="", place=0, scope=EVERYONE,
                  watched_from=NOON)
        for name in ("api", "export")
    ]  # fmt: skip
    own, public = (Seen(parts, told(), each, at(72)) for each in (Reader("elm", "EU"), PUBLIC))
    made = uptime_document(uptime_view(own, public, None), "Acme")
    month = made["months"][0]
    month["components"][0]["commitments"] = [
        commitment(),
        commitment(per="quarter", allowed_seconds=3_888, down_seconds=0, left_seconds=3_888,
                   state="so_far"),
    ]  # fmt: skip
    month["unmeasured"] = [commitment(per="week")]
    return made


def test_what_a_spreadsheet_would_take_for_a_formula_is_text_in_the_file() -> None:
    made = document()
    made["months"][0]["components"][0]["name"] = "=HYPERLINK(1)"
    lines = uptime_csv(made).decode().splitlines()
    assert any(",'=HYPERLINK(1)," in line for line in lines), lines


def test_all_of_it_is_valid_and_said_in_the_readers_language() -> None:
    page = uptime_html(document(), SERVED, marked_german(), "account=a&").decode()
    html5lib.HTMLParser(strict=True).parse(page)
    left = {word.strip() for word in unsaid(page)} - {"", "·", "–", ":"}
    words = {each for each in left if any(letter.isalpha() for letter in each)}
    assert words <= {"api", "export", "Acme", "· Acme", "CSV"}


def test_each_incident_stands_where_it_belongs() -> None:
    page = uptime_html(document(), SERVED).decode()
    counts, rest = page.partition("<h3>What counts</h3>")[2].split("<h3>What does not count</h3>")
    assert [number for number in range(1, 6) if f"No. {number}," in counts] == [1, 3]
    excluded, others = rest.split("<h3>In the figure of everybody, and not in yours</h3>")
    assert [number for number in range(1, 6) if f"No. {number}," in excluded] == [4, 5]
    assert "No. 2," in others
    assert "−2\u202fh 38\u202fmin of 21\u202fmin 36\u202fs" in page
    assert "Kept so far" in page
