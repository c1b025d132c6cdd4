"""docs/post-mortems.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from tierline.actions import post_mortems as actions
from tierline.api import post_mortems
from tierline.cases.post_mortem import TOLD, Part

PAGE = (Path(__file__).parents[2] / "docs/post-mortems.md").read_text("utf-8")


def test_it_names_every_route() -> None:
    routes = {
        route.path  # type: ignore[attr-defined]  # of an API
        for route in post_mortems.router.routes
    }
    assert set(re.findall(r"^(?:GET|PUT|POST) +(/v1/\S*)", PAGE, re.MULTILINE)) == routes


def test_it_names_every_part_with_who_reads_it() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (us|the customer) \|", PAGE, re.MULTILINE))
    assert rows == {part.value: "the customer" if part in TOLD else "us" for part in Part}


def test_it_names_every_fact() -> None:
    source = Path(actions.__file__).read_text("utf-8")
    told = set(re.findall(r"^\| `(PostMortem\w+)` \|", PAGE, re.MULTILINE))
    assert told == set(re.findall(r'"(PostMortem\w+)"', source))
