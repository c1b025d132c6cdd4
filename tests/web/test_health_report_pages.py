"""Health reports in a browser: the list, a report and its files, for the account's own people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from peopled import Peopled, people_small_world
from pypdf import PdfReader

from tierline.access.role import Role


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("reports")) as made:
        made.promise_checks()
        made.draw_up_report()
        yield made


def test_a_customer_finds_it_and_takes_it_along(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    listed = f"/accounts/{world.pine}/health-reports"
    for page in (f"/accounts/{world.pine}", "/plan"):
        assert f'href="{listed}"' in customer.open(page).text
    path = f"/health-reports/{world.report}"
    assert f'href="{path}"' in customer.open(listed).text
    page = customer.open(path).text
    assert "Promises kept" in page
    assert "Health check" in page
    paper = PdfReader(BytesIO(customer.open(f"{path}.pdf").content))
    kept = json.loads(customer.open(f"{path}.json").content)
    drawn_up = datetime.fromisoformat(kept["as_of"]).astimezone(ZoneInfo(kept["time_zone"]))
    words = f"{drawn_up.day} {drawn_up:%b %Y, %H:%M %Z}"  # on the account's own clock
    assert f">{words}</time>" in page
    assert words in " ".join(paper.pages[-1].extract_text().split())
    assert (kept["format"], kept["account"]) == ("tierline/health-report/1", world.pine)


def test_who_reads_german_takes_it_along_in_german(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    customer.language = "de"
    page = customer.open(f"/health-reports/{world.report}").text
    paper = PdfReader(BytesIO(customer.open(f"/health-reports/{world.report}.pdf").content))
    for word in ("Zustandsbericht", "Zusagen"):
        assert word in page
        assert word in paper.pages[0].extract_text()


def test_another_account_finds_nothing_there(world: Peopled) -> None:
    other = world.visit(Role.customer_contact, world.oak)
    for path in (f"/health-reports/{world.report}", f"/accounts/{world.pine}/health-reports"):
        assert other.open(path).status_code == 404
    assert "No report has been drawn up yet" in other.open(
        f"/accounts/{world.oak}/health-reports"
    ).text  # fmt: skip
