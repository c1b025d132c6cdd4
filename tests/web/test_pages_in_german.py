"""A customer's pages in German: no word of ours on them is left in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

import pytest
from babel.messages.pofile import read_po
from peopled import Peopled, people_small_world
from selectolax.lexbor import LexborHTMLParser
from visitor import Visit

from tierline.access.role import Role

PAGES = [
    "/plan",
    "/cases",
    "/cases/new",
    "/cases/{case}",
    "/cases/{mailed}",
    "/contacts",
    "/contacts/{pine}/{contact}",
    "/contacts/{pine}/nobody",
]
_SAID_IN = ("aria-label", "data-label", "placeholder")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("german")) as peopled:
        yield peopled


@pytest.fixture(scope="module")
def german(world: Peopled) -> Visit:
    visit = world.visit(Role.customer_contact, world.pine)
    visit.open("/plan")
    assert 'lang="en"' in visit.page.text
    visit.send("/me/language", language="de")
    return visit


def english() -> set[str]:
    """What we say, where German says it otherwise."""
    with resources.files("tierline.languages").joinpath("de.po").open("rb") as file:
        catalog = read_po(file, locale="de")
    said = ((each.id, each.string) for each in catalog if isinstance(each.id, str) and each.id)
    return {id_ for id_, german in said if id_ != german}


def texts(page: str) -> set[str]:
    tree = LexborHTMLParser(page)
    found = {
        " ".join((node.text(deep=False) or "").split())
        for node in tree.css("body *, title")
        if node.tag not in ("script", "style")
    }
    found |= {node.attributes[name] or "" for name in _SAID_IN for node in tree.css(f"[{name}]")}
    return {text for text in found if text}


@pytest.mark.parametrize("path", PAGES)
def test_no_sentence_of_ours_is_left_in_english(world: Peopled, german: Visit, path: str) -> None:
    page = german.open(path.format_map(world.names)).text
    assert '<html lang="de"' in page
    assert '<main class="page" id="main">' in page
    left = texts(page) & english()
    assert left == set()
    assert "nobody" in path or re.search(
        r"Stand: <time [^>]*>\d+\. \w+\.? \d{4}, \d\d:\d\d UTC</time>", page
    )


def test_the_clocks_of_a_case_are_told_in_german(world: Peopled, german: Visit) -> None:
    page = german.open(f"/cases/{world.case}").text
    words = " ".join(texts(page))
    for told in ("Was zugesagt ist", "Vorgabe", "Schweregrad"):
        assert told in words


def test_our_own_people_read_english_whatever_their_browser_says(world: Peopled) -> None:
    visit = world.visit(Role.agent)
    visit.language = "de"
    page = visit.open("/cases").text
    assert '<html lang="en"' in page
    assert "/me/language" not in page


def test_who_is_not_signed_in_reads_what_their_browser_asks_for(world: Peopled) -> None:
    assert '<html lang="en"' in Visit(world.app).open("/sign-in").text
    page = Visit(world.app, language="de,en;q=0.5").open("/sign-in").text
    assert '<html lang="de"' in page
    assert "<h1>Anmelden</h1>" in page


def test_a_page_that_is_in_english_yet_says_so(german: Visit) -> None:
    page = german.open("/catalogs").text
    assert '<html lang="de"' in page
    assert '<main class="page" id="main" lang="en">' in page
