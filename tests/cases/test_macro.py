"""What a macro may say, and what is filled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tierline.api import macros
from tierline.cases.macro import PLACES, Macro, filled, refuse_odd_macro, refuse_open_places
from tierline.kernel.errors import Invalid

PAGE = (Path(__file__).parents[2] / "docs/working.md").read_text("utf-8")


def test_what_is_known_is_filled_in_and_the_rest_stays_to_be_seen() -> None:
    text = filled("Case {{ case.number }}, {{contact.name}}", {"case.number": "7"})
    assert text == "Case 7, {{contact.name}}"
    with pytest.raises(Invalid) as caught:
        refuse_open_places(text)
    assert "contact.name" in caught.value.faults[0].message
    refuse_open_places("Case 7, {a} and { {b} }")


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    known = {"case.subject": "{{case.number}}", "case.number": "7"}
    assert filled("About {{case.subject}}", known) == "About {{case.number}}"


def test_an_unknown_place_and_a_wait_without_its_reason_are_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        refuse_odd_macro(Macro(name="Ask", text="Hello {{contact.nam}}", does="wait"))
    assert [fault.path for fault in caught.value.faults] == ["text", "reason"]


def test_the_page_names_every_place_and_route() -> None:
    assert set(re.findall(r"`\{\{([a-z_.]+)\}\}`", PAGE)) == set(PLACES)
    routes = {route.path for route in macros.router.routes}  # type: ignore[attr-defined]  # of an API
    named = set(re.findall(r"^(?:GET|PUT|POST|DELETE) +(/v1/\S*)", PAGE, re.MULTILINE))
    assert routes <= named
