"""The grid as HTML and JSON."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path

import html5lib
import jsonschema
import pytest
from pypdf import PdfReader

import tierline
from tierline.catalog.catalog import Catalog
from tierline.catalog.grid import grid_of, grid_schema
from tierline.catalog.load import load_catalog
from tierline.catalog.resolved import resolve_tiers
from tierline.web.documents import grid_pdf
from tierline.web.grid import grid_html, grid_json

SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"


@pytest.fixture(scope="module")
def halyard() -> Catalog:
    return load_catalog(SAMPLE)


@pytest.fixture(scope="module")
def html(halyard: Catalog) -> str:
    return grid_html(grid_of(halyard)).decode()


def test_the_page_is_valid_html(html: str) -> None:
    html5lib.HTMLParser(strict=True).parse(html)


def test_the_page_has_one_first_heading_and_no_script(html: str) -> None:
    assert html.count("<h1") == 1
    assert "<script" not in html
    assert not re.search(r"\son\w+=|javascript:", html)


def test_the_page_loads_nothing(html: str) -> None:
    assert not re.search(r'(?:src|href)="(?!#)', html)
    assert "url(" not in html
    assert "default-src &#39;none&#39;" in html


def test_every_id_on_the_page_is_there_once(html: str) -> None:
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_every_promise_of_every_tier_is_an_anchor(html: str, halyard: Catalog) -> None:
    ids = set(re.findall(r'\sid="([^"]*)"', html))
    for tier in resolve_tiers(halyard).values():
        promises = {t.promise_id for t in (*tier.terms.values(), *tier.targets.values())}
        assert promises <= ids


def test_what_every_plan_includes_comes_first(html: str) -> None:
    order = [html.index(f'id="{part}"') for part in ("every-plan", "plans", "targets", "terms")]
    assert order == sorted(order)


def test_what_every_plan_includes_leads_to_its_proof_where_a_browser_opens_it(
    halyard: Catalog,
) -> None:
    proof = "https://trust.halyard.example/reports/2025?a=1&b=2"
    feature = halyard.features["mfa"]
    shown = feature.model_copy(update={"urls": (proof, "trust.halyard.example", "javascript:1")})
    grid = grid_of(halyard.model_copy(update={"features": {**halyard.features, "mfa": shown}}))
    page = grid_html(grid).decode()
    html5lib.HTMLParser(strict=True).parse(page)
    links = re.findall(r'href="(?!#)([^"]*)"', page)
    assert [unescape(each) for each in links] == [proof]
    first = json.loads(grid_json(grid))["every_plan"]
    assert [each["links"] for each in first if each["links"]] == [[proof]]
    paper = PdfReader(io.BytesIO(grid_pdf(grid)))
    notes = [note.get_object() for page in paper.pages for note in page.get("/Annots", ())]
    assert proof in [note["/A"]["/URI"] for note in notes if "/URI" in note.get("/A", {})]


def test_the_json_fits_its_published_schema(halyard: Catalog) -> None:
    document = json.loads(grid_json(grid_of(halyard)))
    jsonschema.Draft202012Validator.check_schema(grid_schema())
    jsonschema.validate(document, grid_schema())


def test_page_and_json_say_the_same_words(halyard: Catalog, html: str) -> None:
    document = json.loads(grid_json(grid_of(halyard)))
    cells = [
        cell for group in document["targets"] for row in group["rows"] for cell in row["cells"]
    ]
    assert len(cells) == 36
    for cell in cells:
        place = html.index(f'id="{cell["promise_id"]}"')
        assert cell["words"] in html[place : place + 300]


def test_a_tier_that_is_no_longer_sold_is_not_on_the_grid(halyard: Catalog) -> None:
    legacy = halyard.tiers["standard"].model_copy(update={"availability": "legacy"})
    kept = Catalog.model_validate(
        {**halyard.model_dump(), "tiers": {**halyard.model_dump()["tiers"], "standard": {
            **halyard.model_dump()["tiers"]["standard"], "availability": legacy.availability}}}
    )  # fmt: skip
    assert [tier.key for tier in grid_of(kept).tiers] == ["priority", "enterprise"]


def test_a_catalog_with_nothing_in_it_still_has_a_page() -> None:
    empty = Catalog.model_validate(
        {
            "format": "tierline/catalog/1",
            "catalog": "acme",
            "version": "2026-01-01",
            "company": "Acme & Söhne <GmbH>",
        }
    )
    page = grid_html(grid_of(empty)).decode()
    html5lib.HTMLParser(strict=True).parse(page)
    assert "Acme &amp; Söhne &lt;GmbH&gt; plans" in page
