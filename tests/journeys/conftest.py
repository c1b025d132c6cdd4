"""Sample companies, for every journey through one."""

from __future__ import annotations

import os

import pytest
from sample_companies import Companies


@pytest.fixture(scope="session")
def companies(tmp_path_factory: pytest.TempPathFactory) -> Companies:
    own = tmp_path_factory.getbasetemp()
    return Companies(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
