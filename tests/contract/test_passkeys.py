"""Passkeys as the application runs them, on both databases, with a device that exists only here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fido2.utils import websafe_decode
from moved_clock import Hands, moved_by_hand
from soft_device import ORIGIN, Device

from tierline.access.caller import Unauthenticated, operator
from tierline.access.passkey import PASSKEY_LIMIT, Passkey
from tierline.access.role import Role
from tierline.access.user import User
from tierline.bootstrap.application import Application, open_application
from tierline.kernel.errors import Conflict, Invalid, LimitReached, NotFound
from tierline.store.passkeys import passkey_challenge_table

EMAIL, PASSWORD = "ada@vendor.example", "four boring words here"
HERE, COOKIE = "203.0.113.7", "a cookie of a browser"


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch)


@pytest.fixture
def app(address: str, hands: Hands) -> Iterator[Application]:
    with open_application(database=address) as opened:
        opened.access.address = ORIGIN
        assert opened.now() == hands.now
        yield opened


@pytest.fixture
def ada(app: Application) -> User:
    return join(app, EMAIL)


def join(app: Application, email: str) -> User:
    made, _ = app.access.invite(email, frozenset({Role.agent}), None, operator())
    return app.access.accept(made.secret, "Ada Byron", None, PASSWORD)


def challenge_in(options: str) -> str:
    """What a device signs."""
    stated: dict[str, Any] = json.loads(options)
    assert len(websafe_decode(stated["challenge"])) == 32
    return str(stated["challenge"])


def add(app: Application, user: User, device: Device, name: str = "Laptop") -> Passkey:
    options = app.access.passkeys.begin_registration(COOKIE, user, name)
    answer = json.dumps(device.registers(challenge=challenge_in(options)))
    return app.access.passkeys.finish_registration(COOKIE, user, name, answer)


def asked(app: Application, device: Device, cookie: str = COOKIE) -> str:
    """The answer to a new challenge of this browser."""
    options = app.access.passkeys.begin_sign_in(cookie, HERE)
    device.counter += 1
    return json.dumps(device.signs(challenge=challenge_in(options)))


def test_a_passkey_signs_in_and_is_seen_to(app: Application, ada: User, hands: Hands) -> None:
    device = Device(ada.id)
    known = add(app, ada, device)
    hands.now += timedelta(hours=1)
    made = app.access.passkeys.finish_sign_in(COOKIE, asked(app, device), HERE)
    assert made.user.id == ada.id
    assert made.session.confirmed_at == hands.now
    (seen,) = app.access.passkeys.of_user(ada.id)
    assert (seen.id, seen.counter, seen.used_at) == (known.id, device.counter, hands.now)


def test_an_answer_is_looked_at_once_by_whoever_is_first(app: Application, ada: User) -> None:
    device = Device(ada.id)
    add(app, ada, device)
    answer = asked(app, device)

    def finish(_: int) -> bool:
        try:
            app.access.passkeys.finish_sign_in(COOKIE, answer, HERE)
        except Unauthenticated:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(finish, range(8))) == 1


def test_a_wrong_answer_uses_its_challenge_up(app: Application, ada: User) -> None:
    device = Device(ada.id)
    add(app, ada, device)
    answer = asked(app, device)
    with pytest.raises(Unauthenticated, match="not accepted"):
        app.access.passkeys.finish_sign_in(COOKIE, "{}", HERE)
    with pytest.raises(Unauthenticated, match="answered before"):
        app.access.passkeys.finish_sign_in(COOKIE, answer, HERE)


def test_an_answer_is_good_in_its_own_browser_and_time(
    app: Application, ada: User, hands: Hands
) -> None:
    device = Device(ada.id)
    add(app, ada, device)
    answer = asked(app, device)
    with pytest.raises(Unauthenticated):
        app.access.passkeys.finish_sign_in("another cookie", answer, HERE)
    hands.now += timedelta(minutes=5)
    with pytest.raises(Unauthenticated, match="too long"):
        app.access.passkeys.finish_sign_in(COOKIE, answer, HERE)


def test_a_challenge_of_one_purpose_is_good_for_no_other(app: Application, ada: User) -> None:
    device = Device(ada.id)
    add(app, ada, device)
    options = app.access.passkeys.begin_registration(COOKIE, ada, "Other")
    answer = json.dumps(device.signs(challenge=challenge_in(options)))
    for finish in (
        lambda: app.access.passkeys.finish_sign_in(COOKIE, answer, HERE),
        lambda: app.access.passkeys.finish_second_step(COOKIE, answer),
    ):
        with pytest.raises(Unauthenticated, match="answered before"):
            finish()


def test_anothers_passkey_is_no_second_step(app: Application, ada: User) -> None:
    bo = join(app, "bo@vendor.example")
    own, others = Device(ada.id), Device(bo.id, credential=b"credential-2")
    add(app, ada, own)
    add(app, bo, others)
    app.access.begin_enrolment(ada, PASSWORD, HERE)
    since = app.now()
    app.change(lambda records: records.users.set_second_factor(ada.id, "x", since=since, step=None))
    cookie = app.access.sign_in(EMAIL, PASSWORD, HERE).cookie
    for device, is_right in ((others, False), (own, True)):
        options = app.access.passkeys.begin_second_step(cookie)
        device.counter += 1
        answer = json.dumps(device.signs(challenge=challenge_in(options)))
        if is_right:
            made = app.access.passkeys.finish_second_step(cookie, answer)
            assert app.callers.of_session(made.cookie).user.id == ada.id
        else:
            with pytest.raises(Unauthenticated):
                app.access.passkeys.finish_second_step(cookie, answer)
    with pytest.raises(Unauthenticated):
        app.access.passkeys.begin_second_step(cookie)


def test_a_device_that_has_not_counted_up_is_refused(app: Application, ada: User) -> None:
    device = Device(ada.id)
    add(app, ada, device)
    device.counter -= 1
    with pytest.raises(Unauthenticated, match="a copy"):
        app.access.passkeys.finish_sign_in(COOKIE, asked(app, device), HERE)


def test_a_device_that_never_counts_is_trusted(app: Application, ada: User) -> None:
    device = Device(ada.id, counter=0)
    add(app, ada, device)
    for _ in range(2):
        device.counter = -1  # asked() counts
        app.access.passkeys.finish_sign_in(COOKIE, asked(app, device), HERE)


def test_passkeys_are_named_few_and_each_ones_own(app: Application, ada: User) -> None:
    for number in range(PASSKEY_LIMIT):
        add(app, ada, Device(ada.id, credential=f"credential-{number}".encode()))
    with pytest.raises(LimitReached):
        add(app, ada, Device(ada.id, credential=b"one more"))
    bo = join(app, "bo@vendor.example")
    with pytest.raises(Conflict):
        add(app, bo, Device(bo.id, credential=b"credential-1"))
    for name in ("", "a\nb", "x" * 201):
        with pytest.raises(Invalid):
            add(app, bo, Device(bo.id), name)
    (first, *_) = app.access.passkeys.of_user(ada.id)
    with pytest.raises(NotFound):
        app.access.passkeys.remove(bo.id, first.id, by=bo.id)


def test_who_signs_in_rightly_all_day_never_waits_and_leaves_no_challenges(
    app: Application, ada: User, hands: Hands
) -> None:
    device = Device(ada.id)
    add(app, ada, device)
    for number in range(120):
        hands.now += timedelta(microseconds=1)
        cookie = f"browser {number}"
        app.access.passkeys.finish_sign_in(cookie, asked(app, device, cookie), HERE)
    for number in range(100):
        hands.now += timedelta(microseconds=1)
        app.access.passkeys.begin_sign_in(f"stranger {number}", HERE)
    with pytest.raises(LimitReached):
        app.access.passkeys.begin_sign_in("one more", HERE)
    hands.now += timedelta(hours=1)
    app.access.passkeys.begin_sign_in(COOKIE, HERE)
    rows = app.read(lambda reads: reads.snapshot.execute(passkey_challenge_table.select()).all())
    assert len(rows) == 1


def test_passkeys_are_not_offered_at_a_number(app: Application, ada: User) -> None:
    app.access.address = "http://127.0.0.1:8000"
    assert not app.access.passkeys.are_offered
    with pytest.raises(NotFound):
        app.access.passkeys.begin_sign_in(COOKIE, HERE)
    with pytest.raises(NotFound):
        app.access.passkeys.begin_registration(COOKIE, ada, "Laptop")
