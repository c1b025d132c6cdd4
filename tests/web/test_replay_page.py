"""The replay page: one file that opens on a picture, with a definition for every figure."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree

import html5lib
import pytest
from small_world import INTAKE, MONDAY, REPLY, RESOLVED, case, log, terms, week

from tierline.actions.intake import Intake, RowsRead
from tierline.actions.replay import Draft, replay
from tierline.scorecards.measures import measures
from tierline.web.replay import replay_html

XHTML = "{http://www.w3.org/1999/xhtml}"


def tree(content: bytes) -> ElementTree.Element:
    parser = html5lib.HTMLParser(strict=True)
    return parser.parse(content.decode())


def year() -> list:  # type: ignore[type-arg]  # histories of any shape
    """Forty cases a month for half a year, some of them late."""
    return [
        case(
            f"c{month}-{number}",
            ("bronze", "silver")[number % 2],
            "S1",
            (0.5, REPLY),
            (6 + 20 * (number % 7 == 0), RESOLVED),
            opened=MONDAY + timedelta(days=30 * month, hours=number % 3),
        )
        for month in range(6)
        for number in range(80)
    ]


@pytest.fixture(scope="module")
def page() -> bytes:
    drafts = [Draft("d.yaml", terms(bronze_S1_resolution=5)), Draft("same.yaml", terms())]
    return replay_html(replay(log(*year(), until=timedelta(days=300)), terms(), drafts), INTAKE)


def test_it_is_valid_and_has_one_heading_of_the_first_rank(page: bytes) -> None:
    assert len(list(tree(page).iter(f"{XHTML}h1"))) == 1


def test_it_loads_nothing_and_runs_nothing(page: bytes) -> None:
    root = tree(page)
    assert not list(root.iter(f"{XHTML}script"))
    assert not list(root.iter(f"{XHTML}link"))
    assert not [each for each in root.iter() if "src" in each.attrib or "style" in each.attrib]
    links = [each.attrib["href"] for each in root.iter(f"{XHTML}a")]
    assert all(link.startswith("#") for link in links)


def test_it_opens_on_a_picture(page: bytes) -> None:
    text = page.decode()
    assert text.index('id="attainment-by-month"') < text.index("<table")
    assert 'class="target"' in text[: text.index("<table")] + text[text.index("<svg") :][:6000]


def test_every_figure_on_it_leads_to_a_registered_measure(page: bytes) -> None:
    root = tree(page)
    stated = [
        key
        for each in root.iter()
        if "data-measure" in each.attrib
        for key in each.attrib["data-measure"].split()
    ]
    ids = {each.attrib.get("id") for each in root.iter()}
    assert len(stated) > 20
    assert set(stated) <= set(measures())
    assert {f"measure-{key}" for key in stated} <= ids


def test_every_section_with_figures_says_how_they_are_computed(page: bytes) -> None:
    for section in tree(page).iter(f"{XHTML}section"):
        drawn = [*section.iter(f"{XHTML}figure"), *section.iter(f"{XHTML}table")]
        is_dictionary = section.attrib.get("aria-labelledby") == "measures"
        if drawn and not is_dictionary:
            assert any("data-measure" in each.attrib for each in section.iter())


def test_every_picture_states_its_n_and_has_its_figures_as_a_table(page: bytes) -> None:
    figures = list(tree(page).iter(f"{XHTML}figure"))
    assert len(figures) >= 5
    for figure in figures:
        assert list(figure.iter(f"{XHTML}details")), figure.attrib
    captions = [
        "".join(each.itertext()) for figure in figures for each in figure.iter(f"{XHTML}figcaption")
    ]
    assert sum("n = " in caption for caption in captions) >= 3


def test_ids_are_unique_and_links_arrive(page: bytes) -> None:
    root = tree(page)
    ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    assert {each.attrib["href"][1:] for each in root.iter(f"{XHTML}a")} <= set(ids)


def test_a_draft_that_changes_nothing_says_so(page: bytes) -> None:
    assert "Nothing flips: every milestone has the same outcome." in page.decode()


def test_a_small_log_has_a_page_too() -> None:
    text = replay_html(replay(week(), terms()), INTAKE).decode()
    assert 'id="attainment-by-tier"' in text
    assert "weak evidence" in text


def test_a_log_of_which_nothing_is_judged_has_a_page_too() -> None:
    text = replay_html(replay(log(case("new", "gold", "S1")), terms()), INTAKE).decode()
    assert "No milestone is decided yet" in text
    assert "tier gold: not in the catalog" in text


def test_what_the_log_says_cannot_become_markup() -> None:
    attack = "<script>alert(1)</script>\"'><svg onload=alert(1)>"

    class Odd:
        line, column, value, reason = 1, attack, attack, attack

    cases = [case(attack, "bronze", "S1", (30, REPLY), account=attack), case("x", attack, attack)]
    intake = Intake(attack, RowsRead(1, 0, 0, 1, 0), [Odd()])
    drafts = [Draft(attack, terms(bronze_S1_first_response=40))]
    page = replay_html(replay(log(*cases), terms(), drafts), intake)
    assert not list(tree(page).iter(f"{XHTML}script"))
    assert b"<svg onload" not in page


CAUSES = re.compile(
    r"\b(because of|caused|causes|due to|leads to|led to|thanks to|drives)\b", re.IGNORECASE
)


def test_it_makes_no_claim_about_causes(page: bytes) -> None:
    words = "".join(tree(page).itertext())
    assert CAUSES.findall(words) == []


def test_breach_is_not_said_of_anything_but_a_missed_promise(page: bytes) -> None:
    words = "".join("".join(each.itertext()) for each in tree(page).iter(f"{XHTML}p"))
    assert "breach" not in words.lower()
