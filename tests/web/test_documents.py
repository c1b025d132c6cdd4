"""The grid as PDF."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

import tierline
from tierline.catalog.document import parse_document
from tierline.catalog.grid import grid_of
from tierline.catalog.grid_document import Grid
from tierline.catalog.load import parse_catalog
from tierline.web.documents import grid_pdf

SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"


def grid_with(**names: str) -> Grid:
    text = SAMPLE.read_text("utf-8")
    grid = grid_of(parse_catalog(parse_document(text, "sample")))
    return grid.model_copy(update=names)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_document_is_tagged_titled_and_in_pages() -> None:
    reader = PdfReader(io.BytesIO(grid_pdf(grid_with())))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Halyard Inspect plans, version 2025-07-01"
    assert len(reader.pages) > 2


def test_the_document_says_what_the_page_says() -> None:
    grid = grid_with()
    said = " ".join(text_of(grid_pdf(grid)).split())
    assert grid.digest in said.replace(" ", "")
    for words in (
        "15 minutes, day and night",
        "10 hours a month, then $180 each",
        "4 business hours",
    ):
        assert words in said


def test_the_same_version_gives_the_same_bytes() -> None:
    assert grid_pdf(grid_with()) == grid_pdf(grid_with())


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0"',
        "$x^2$ *bold* _it_ `raw` <label> @reference // comment",
        "= Heading",
        "\\u{1F600} \\ # ]",
    ],
)
def test_a_name_is_text_and_never_source(name: str) -> None:
    said = text_of(grid_pdf(grid_with(company=name, title=name)))
    assert "".join(name.split()) in "".join(said.split())
    assert "root:" not in said


def test_a_character_that_no_font_has_does_not_stop_the_document() -> None:
    assert grid_pdf(grid_with(company="\U000f0000 Ltd")).startswith(b"%PDF")
