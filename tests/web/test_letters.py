"""The page of letters: what left the server and how, and what did not and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from letter_terminal import Terminal, deliver
from mail_box import mail_box
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.bootstrap.letters import post_of

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Peopled]:
    with people_small_world(tmp_path) as made:
        yield made


def invite(world: Peopled, email: str) -> str:
    made, _ = world.opened.access.invite(email, frozenset({Role.agent}), None, operator())
    return made.secret


def text(visit: Visit) -> str:
    """The page without the places where a long word may break."""
    return visit.open("/letters").text.replace("<wbr>", "")


def test_without_a_mail_server_the_page_says_so_and_letters_are_printed(world: Peopled) -> None:
    admin = world.visit(Role.admin)
    secret = invite(world, "bo@vendor.example")
    terminal = Terminal()
    terminal.watch(world.opened)
    assert secret in terminal.getvalue()
    page = text(admin)
    assert "No mail server" in page
    assert "bo@vendor.example" in page
    assert secret not in page


def test_a_refused_address_stands_on_the_page_with_what_the_server_said(world: Peopled) -> None:
    admin = world.visit(Role.admin)
    with mail_box() as box:
        server = f"smtp://127.0.0.1:{box.port}"
        world.opened.access.post = post_of(server, "support@vendor.example")
        box.unknown = {"typo@vendor.example"}
        secret = invite(world, "typo@vendor.example")
        invite(world, "bo@vendor.example")
        deliver(world.opened)
    page = text(admin)
    assert f"by mail through 127.0.0.1:{box.port}" in page
    assert "Not sent" in page
    assert "550 5.1.1 No such user here" in page
    assert secret not in page
    listed = world.served.operator.get("/v1/letters?limit=2").json()["items"]
    assert [each["state"] for each in listed] == ["sent", "given_up"]
    one = world.served.operator.get(f"/v1/letters/{listed[1]['id']}").json()
    assert "550" in one["problem"]


def test_letters_to_an_erased_person_are_erased(world: Peopled) -> None:
    api = world.served.operator
    path = f"/v1/accounts/{world.pine}/contacts"
    (nadia,) = (each for each in api.get(path).json()["items"] if each["name"] == "Nadia Nagy")
    roles = frozenset({Role.customer_contact})
    world.opened.access.invite("nadia@pine.example", roles, world.pine, operator())
    assert "nadia@pine.example" in api.get("/v1/letters").text
    assert api.delete(f"/v1/contacts/{nadia['id']}/personal-data").status_code < 300
    assert "nadia@pine.example" not in api.get("/v1/letters").text
    terminal = Terminal()
    terminal.watch(world.opened)
    assert "nadia" not in terminal.getvalue()


def test_only_who_manages_users_sees_letters(world: Peopled) -> None:
    assert world.visit(Role.lead).open("/letters").status_code == 403
