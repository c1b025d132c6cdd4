"""The sample company's catalog, as the project ships it."""

from __future__ import annotations

from pathlib import Path

import pytest

import tierline
from tierline.catalog.catalog import Catalog
from tierline.catalog.load import load_catalog

SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"


@pytest.fixture(scope="session")
def sample_path() -> Path:
    return SAMPLE


@pytest.fixture(scope="session")
def sample_bytes() -> bytes:
    return SAMPLE.read_bytes()


@pytest.fixture(scope="session")
def halyard() -> Catalog:
    return load_catalog(SAMPLE)
