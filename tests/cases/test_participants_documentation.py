"""docs/participants.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from tierline.api import participants
from tierline.cases.participant import COPIES_LIMIT

PAGE = (Path(__file__).parents[2] / "docs/participants.md").read_text("utf-8")
ACTIONS = Path(participants.__file__).parents[1] / "actions"


def test_it_names_every_route_fact_and_limit() -> None:
    routes = {route.path for route in participants.router.routes}  # type: ignore[attr-defined]  # of an API
    assert set(re.findall(r"^(?:GET|PUT|POST) +(/v1/\S*)", PAGE, re.MULTILINE)) == routes
    texts = "".join((ACTIONS / f"{name}.py").read_text("utf-8")
                    for name in ("participants", "case_links"))  # fmt: skip
    facts = set(re.findall(r'_tell\(books, "(\w+)"', texts))
    assert set(re.findall(r"`(Case\w+)`", PAGE)) == facts
    assert f"At most {COPIES_LIMIT} addresses." in PAGE
