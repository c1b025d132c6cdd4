"""Fixtures for every kind of test. Real data stands outside the project and may be absent."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the signing key of the person who runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIERLINE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True)
def no_loop_of_a_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """The browser of the page tests leaves its event loop running in the thread of the tests that
    come after them; they begin without one."""
    if "browser" in request.fixturenames:
        yield
        return
    loop = asyncio._get_running_loop()  # its public name refuses where there is none
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """The path of a shared fixture, e.g. `shared("vectors/sla_vectors.json")`.

    Where TIERLINE_FIXTURES names a folder, a missing file is a failure; elsewhere the test skips
    and says why.
    """
    stated = os.environ.get("TIERLINE_FIXTURES")
    root = Path(stated) if stated else Path(__file__).parents[2] / "shared"

    def path_of(name: str) -> Path:
        path = root / name
        if path.exists():
            return path
        if stated:
            pytest.fail(f"TIERLINE_FIXTURES is set and {path} is missing")
        pytest.skip(f"real data {name} is not on this machine (set TIERLINE_FIXTURES)")

    return path_of
