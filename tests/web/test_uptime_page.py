"""Was it up for me? As a page, a table, a document and a file; for whom it is, and nobody else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import html5lib
import pytest
from peopled import Peopled, people_small_world
from served import made
from visitor import Visit

from tierline.access.role import Role
from tierline.bootstrap.status import seen_status, seen_uptime
from tierline.web.status_files import status_files


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("uptime")) as made:
        tell(made)
        yield made


def tell(world: Peopled) -> None:
    """In June everybody had 43 minutes 12 seconds, and Oak half an hour more."""
    since = {"watched_from": "2025-01-01T00:00:00Z"}
    api = made(world.served.operator, "/v1/components", name="API", **since)["id"]
    oaks = {"is_public": False, "accounts": [world.oak]}
    for title, start, end, scope in (
        ("Storm over Europe", "2025-06-10T10:00:00Z", "2025-06-10T10:43:12Z", {}),
        ("Oak's line is cut", "2025-06-11T10:00:00Z", "2025-06-11T10:30:00Z", oaks),
    ):
        incident = made(world.served.operator, "/v1/incidents", title=title, **scope)["id"]
        path = f"/v1/incidents/{incident}/updates"
        stood = {"text": "It stood.", "effects": {api: "major_outage"}, "since": start}
        made(world.served.operator, path, is_published=True, **stood)
        made(
            world.served.operator,
            path,
            is_published=True,
            text="It runs.",
            phase="resolved",
            since=end,
        )


def main_of(visit: Visit, path: str) -> str:
    page = visit.open(path)
    assert page.status_code == 200, page.text
    return str(page.text.partition("<main")[2])


def test_a_customer_sees_both_figures_and_why_they_differ(world: Peopled) -> None:
    page = main_of(world.visit(Role.customer_contact, world.oak), "/status/uptime?until=2025-06")
    assert "Was it up for you?" in page
    assert page.count('<svg class="bars"') == 2
    assert "99.830" in page  # 73 minutes and 12 seconds of 30 days
    assert "99.900" in page
    (why,) = re.findall(r"Why they differ</h3>\n<ul>(.+?)</ul>", page, re.DOTALL)
    assert "Oak&#39;s line is cut" in why
    assert "30\u202fmin" in why
    assert "Storm" not in why
    assert "Was it up for you?" in main_of(world.visit(Role.customer_contact, world.oak), "/status")


@pytest.mark.parametrize("path", ["", ".json", ".csv"])
def test_nobody_else_reads_of_it(world: Peopled, path: str) -> None:
    asked = f"/status/uptime{path}?until=2025-06"
    oak, pine = (world.visit(Role.customer_contact, each) for each in (world.oak, world.pine))
    for page in (
        Visit(world.app).open(asked).text,
        Visit(world.app).open(f"{asked}&account={world.oak}").text,
        pine.open(asked).text,
        oak.open(f"{asked}&view=public").text.partition("<main")[2],
    ):
        assert "Oak" not in page
    assert pine.open(f"{asked}&account={world.oak}").status_code == 404


def test_one_of_us_reads_whose_uptime_it_is(world: Peopled) -> None:
    page = main_of(world.visit(Role.agent), f"/status/uptime?account={world.pine}")
    name = world.opened.read(lambda reads: reads.accounts.get(world.pine).name)
    assert f"<h1>Was it up for {name}?</h1>" in page
    assert "for you" not in page


def test_the_public_page_loads_nothing_and_is_among_the_files(world: Peopled) -> None:
    page = Visit(world.app).open("/status/uptime?until=2025-06")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    html5lib.HTMLParser(strict=True).parse(page.text)
    assert not re.search(r"<script|<link|<img|Oak", page.text)
    assert re.search(r"Storm over Europe \(No. \d+, API\): 43\u202fmin 12\u202fs", page.text)
    files = status_files(seen_status(world.opened), seen_uptime(world.opened))
    assert b'<svg class="bars"' in files["uptime.html"]
    assert b'href="uptime.html"' in files["index.html"]
    assert b"until=" not in files["uptime.html"]


def test_the_table_and_the_document_say_the_same(world: Peopled) -> None:
    visit = world.visit(Role.customer_contact, world.oak)
    table = visit.open("/status/uptime.csv?until=2025-06")
    assert "uptime-2025-06.csv" in table.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(table.text)))
    first, api = rows[:2]
    assert (first["month"], first["component"], first["public_percent"]) == (
        "2025-06", "", "99.900",
    )  # fmt: skip
    assert (api["component"], api["down_seconds"]) == ("API", "4392")
    document = visit.open("/status/uptime.json?until=2025-06").json()
    assert document["months"][0]["down_seconds"] == 4_392


def test_months_lead_to_each_other(world: Peopled) -> None:
    page = main_of(Visit(world.app), "/status/uptime?until=2025-06")
    assert 'href="/status/uptime?until=2024-06"' in page
    assert 'href="/status/uptime?until=2026-06"' in page
    assert "Nothing was watched in these months" in main_of(
        Visit(world.app), "/status/uptime?until=2024-06"
    )
    now = main_of(Visit(world.app), "/status/uptime")
    assert "The year after" not in now
    assert f"{datetime.now(UTC):%B %Y}" in now
    assert Visit(world.app).open("/status/uptime?until=June").status_code == 422


def test_a_lead_reads_by_region_and_others_do_not(world: Peopled) -> None:
    page = main_of(world.visit(Role.lead), "/status/promises?month=2025-06")
    assert "Uptime promised and had in" in page
    assert "99.900" in page
    assert "Nobody is promised uptime in this month." in page
    for role, account in ((Role.agent, None), (Role.customer_contact, world.oak)):
        assert world.visit(role, account).open("/status/promises").status_code == 403
