"""The small world with its people, and somebody of each role at its pages; a module whose tests
change what others read makes one for each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture(scope="module")
def admin(world: Peopled) -> Visit:
    return world.visit(Role.admin)


@pytest.fixture(scope="module")
def lead(world: Peopled) -> Visit:
    return world.visit(Role.lead)


@pytest.fixture(scope="module")
def agent(world: Peopled) -> Visit:
    return world.visit(Role.agent)


@pytest.fixture(scope="module")
def customer(world: Peopled) -> Visit:
    """Somebody of the account on Priority."""
    return world.visit(Role.customer_contact, world.pine)
