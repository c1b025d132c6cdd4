"""Fixtures for every kind of test. Real data stands outside the project and may be absent."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from one_loop import close_loop

from tierline.access import password

_AS_IN_THE_PRODUCT = password.HASHER


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays until their process ends: it is not searched for
    garbage again and again, which was a tenth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the signing key of the person who runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIERLINE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True, scope="session")
def kept_loop() -> Iterator[None]:
    """End the loop of `one_loop` after the last test."""
    yield
    close_loop()


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> Iterator[None]:
    """Kept as the product keeps them, by the same function, at a price for tests: thousands of
    people sign in. What a password costs outside of tests is proved with `dear_passwords`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(password, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def dear_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are kept as outside of tests."""
    monkeypatch.setattr(password, "HASHER", _AS_IN_THE_PRODUCT)


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
