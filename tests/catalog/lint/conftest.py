"""Catalogs to lint: the sample with a line changed, or a small text of one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tierline.catalog.document import parse_document
from tierline.catalog.lint.report import Report, lint_catalog
from tierline.catalog.load import parse_catalog

AS_OF = date(2025, 7, 1)
HEAD = "format: tierline/catalog/1\ncatalog: shop\nversion: 2025-07-01\ncompany: A shop\n"

Lint = Callable[..., Report]


@pytest.fixture(scope="session")
def sample() -> str:
    """The text of the sample company's catalog, as these tests change it."""
    return (Path(__file__).parent / "halyard.yaml").read_text("utf-8")


@pytest.fixture
def lint_sample(sample: str) -> Lint:
    """Lint the sample with texts replaced; each text must be there."""

    def lint(*changes: tuple[str, str], as_of: date = AS_OF) -> Report:
        text = sample
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        return lint_text(text, as_of=as_of)

    return lint


@pytest.fixture
def lint_shop() -> Lint:
    """Lint a small catalog, given as the part below its head."""

    def lint(text: str, *, as_of: date = AS_OF) -> Report:
        return lint_text(HEAD + text, as_of=as_of)

    return lint


def lint_text(text: str, *, as_of: date) -> Report:
    document = parse_document(text, "shop.yaml")
    return lint_catalog(parse_catalog(document), as_of=as_of, document=document)
