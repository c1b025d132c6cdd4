"""Removing a passkey: asked once more on a page that names it, without scripts, and only of one's
own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from new_data import new_data
from soft_device import ORIGIN, Device
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.passkey import Passkey
from tierline.access.role import Role
from tierline.access.user import User
from tierline.api.application import application
from tierline.bootstrap.application import Application, open_application
from tierline.web.routes import ROUTES

ADA, PASSWORD = "ada@vendor.example", "four boring words here"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Application]:
    with open_application(data=new_data(tmp_path)) as made:
        made.access.address = ORIGIN
        yield made


def join(opened: Application, email: str) -> User:
    made, _ = opened.access.invite(email, frozenset({Role.agent}), None, operator())
    return opened.access.accept(made.secret, "Ada Byron", None, PASSWORD)


def passkey_of(opened: Application, user: User, name: str, credential: bytes) -> Passkey:
    options = json.loads(opened.access.passkeys.begin_registration("cookie", user, name))
    device = Device(user.id, credential=credential)
    answer = json.dumps(device.registers(challenge=options["challenge"]))
    return opened.access.passkeys.finish_registration("cookie", user, name, answer)


def signed_in(opened: Application, user: User) -> Visit:
    visit = Visit(application(opened, ROUTES))
    visit.open("/sign-in")
    visit.send("/sign-in", email=user.email, password=PASSWORD)
    return visit


def test_it_is_asked_on_a_page_that_names_the_passkey(opened: Application) -> None:
    ada = join(opened, ADA)
    laptop = passkey_of(opened, ada, "Laptop <3", b"one")
    passkey_of(opened, ada, "Phone", b"two")
    visit = signed_in(opened, ada)
    removal = f"/me/passkeys/{laptop.id}/removal"
    listed = visit.open("/me/security").text
    assert f'<form method="post" action="{removal}"' not in listed
    assert f'href="{removal}"' in listed
    asked = visit.open(removal)
    html5lib.HTMLParser(strict=True).parse(asked.text)
    assert "Remove the passkey Laptop &lt;3?" in asked.text
    assert "Your other passkey stays" in asked.text
    assert len(opened.access.passkeys.of_user(ada.id)) == 2
    after = visit.send(removal)
    assert "<h1>Your security</h1>" in after.text
    assert [each.name for each in opened.access.passkeys.of_user(ada.id)] == ["Phone"]
    assert visit.open(removal).status_code == 404


def test_nobody_is_asked_about_the_passkey_of_another(opened: Application) -> None:
    ada, eve = join(opened, ADA), join(opened, "eve@vendor.example")
    laptop = passkey_of(opened, ada, "Laptop", b"one")
    visit = signed_in(opened, eve)
    visit.open("/me/security")
    answer = visit.open(f"/me/passkeys/{laptop.id}/removal")
    assert answer.status_code == 404
    assert "Laptop" not in answer.text


def test_who_is_not_signed_in_is_led_to_signing_in(opened: Application) -> None:
    join(opened, ADA)
    answer = Visit(application(opened, ROUTES)).open("/me/passkeys/passkey_nobody/removal")
    assert "<h1>Sign in</h1>" in answer.text


def test_the_name_of_a_passkey_outlives_a_wrong_password(opened: Application) -> None:
    ada = join(opened, ADA)
    visit = signed_in(opened, ada)
    visit.open("/me/security")
    page = visit.send("/me/passkeys", name="Phone <3", shown="not the password")
    assert page.status_code == 422
    assert 'value="Phone &lt;3"' in page.text
    assert "not the password" not in page.text
