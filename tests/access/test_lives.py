"""How long sessions and tokens live, and how long one waits after failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tierline.access.role import Role
from tierline.access.session import LONGEST_IDLE, LONGEST_SESSION, Session
from tierline.access.throttle import LONGEST_WAIT, Tries, counted, waits_until
from tierline.access.token import Token
from tierline.kernel.ids import SessionId, TokenId, UserId

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SESSION = Session(
    id=SessionId("session_1"),
    user=UserId("user_1"),
    made_at=NOW,
    last_seen_at=NOW,
    expires_at=NOW + LONGEST_SESSION,
    confirmed_at=NOW,
)
TOKEN = Token(
    id=TokenId("token_1"),
    shown="tl_abc",
    name="ci",
    role=Role.product,
    scopes=None,
    account=None,
    made_by="operator",
    made_at=NOW,
)


@pytest.mark.parametrize(
    ("changes", "at", "is_open"),
    [
        ({}, NOW, True),
        ({}, NOW + LONGEST_IDLE - HOUR, True),
        ({}, NOW + LONGEST_IDLE, False),
        ({"last_seen_at": NOW + LONGEST_SESSION - HOUR}, NOW + LONGEST_SESSION, False),
        ({"ended_at": NOW}, NOW, False),
        ({"ended_at": NOW}, NOW - HOUR, False),
        ({}, NOW - 100 * HOUR, True),
        ({"last_seen_at": NOW + LONGEST_SESSION}, NOW, False),
    ],
)
def test_a_session_lives_so_long(changes: dict[str, datetime], at: datetime, is_open: bool) -> None:
    assert replace(SESSION, **changes).is_open(at) is is_open


def test_an_unconfirmed_session_opens_nothing() -> None:
    waiting = replace(SESSION, confirmed_at=None)
    assert waiting.is_open(NOW)
    assert not waiting.is_confirmed(NOW)


@pytest.mark.parametrize(
    ("changes", "at", "is_open"),
    [
        ({}, NOW + 1_000_000 * HOUR, True),
        ({"expires_at": NOW + HOUR}, NOW + HOUR - timedelta(microseconds=1), True),
        ({"expires_at": NOW + HOUR}, NOW + HOUR, False),
        ({"expires_at": NOW + HOUR, "last_used_at": NOW + 2 * HOUR}, NOW, False),
        ({"revoked_at": NOW + HOUR}, NOW, False),
    ],
)
def test_a_token_lives_so_long(changes: dict[str, datetime], at: datetime, is_open: bool) -> None:
    assert replace(TOKEN, **changes).is_open(at) is is_open


@pytest.mark.parametrize(
    ("count", "seconds"), [(4, None), (5, 1), (6, 2), (9, 16), (15, 900), (4_000, 900)]
)
def test_the_wait_doubles_with_each_failure_beyond_the_free_ones(
    count: int, seconds: int | None
) -> None:
    ways = counted("sign in", "rivera@pine.example", "203.0.113.7")
    until = waits_until(ways, {ways[0].key: Tries(count, NOW)}, NOW)
    assert until == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_a_clock_that_jumped_back_makes_nobody_wait_for_hours() -> None:
    ways = counted("sign in", "rivera@pine.example", "203.0.113.7")
    until = waits_until(ways, {ways[0].key: Tries(9, NOW + 50 * HOUR)}, NOW)
    assert until == NOW + LONGEST_WAIT


def test_another_person_at_another_place_does_not_wait() -> None:
    ways = counted("sign in", "rivera@pine.example", "203.0.113.7")
    others = counted("sign in", "osei@oak.example", "203.0.113.8")
    assert waits_until(others, {way.key: Tries(4_000, NOW) for way in ways}, NOW) is None
