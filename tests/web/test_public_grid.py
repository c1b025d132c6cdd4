"""The public grid for everybody: the version in force, in every form, and on a page of others."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator

import jsonschema
import pytest
from peopled import Peopled, people_small_world
from pypdf import PdfReader
from small_offer import offer
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.catalogs import publish_catalog
from tierline.catalog.grid import grid_schema

AHEAD = "2100-01-01"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("grid")) as made:
        occasion = made.opened.occasion()
        for each in (offer(version=AHEAD), offer(catalog="aaa", version="2020-01-01")):
            made.opened.change(lambda records, each=each: publish_catalog(records, each, occasion))
        yield made


def test_anybody_reads_the_grid_that_is_in_force(world: Peopled) -> None:
    page = Visit(world.app).open("/grid")  # of two catalogs the one that is in force since last
    assert page.status_code == 200
    assert "2025-06-01" in page.text
    assert AHEAD not in page.text
    assert not re.search(r"<script|<link|<img|<form", page.text)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "set-cookie" not in page.headers
    earlier = Visit(world.app).open("/grid/acme?version=2025-01-01")
    assert "2025-01-01" in earlier.text
    assert "2025-06-01" not in earlier.text


def test_it_is_the_same_for_programs_and_on_paper(world: Peopled) -> None:
    visit = Visit(world.app)
    answer = visit.open("/grid/acme.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    document = json.loads(answer.content)
    jsonschema.validate(document, grid_schema())
    assert document["version"] == "2025-06-01"
    read = PdfReader(io.BytesIO(visit.open("/grid/acme.pdf").content))
    text = "\n".join(each.extract_text() for each in read.pages)
    assert all(tier["name"] in text for tier in document["tiers"])


def test_what_is_not_in_force_or_not_there_is_not_found(world: Peopled) -> None:
    for path in (f"/grid/acme?version={AHEAD}", "/grid/acme?version=x", "/grid/none",
                 "/grid/none.json", "/grid/none/embed"):  # fmt: skip
        assert Visit(world.app).open(path).status_code == 404


def test_the_lines_to_copy_show_it_in_a_frame_of_somebody_else(world: Peopled) -> None:
    visit = world.visit(Role.product)
    page = visit.open("/catalogs/acme/2025-06-01").text
    assert "&lt;iframe" not in page  # a newer one is published
    page = visit.open(f"/catalogs/acme/{AHEAD}").text
    (lines,) = re.findall(r"<code>(.*?)</code></p>", page, re.DOTALL)
    source = re.findall(r'src="([^"]+)"', html.unescape(lines))
    assert source == ["http://tierline.test/grid/acme/embed"]
    shown = Visit(world.app).open("/grid/acme/embed")
    assert "frame-ancestors" not in shown.headers["content-security-policy"]
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    customer = world.visit(Role.customer_contact, world.oak)
    assert "&lt;iframe" not in customer.open(f"/catalogs/acme/{AHEAD}").text
