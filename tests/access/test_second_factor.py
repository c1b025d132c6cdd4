from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from tierline.access import second_factor

NOW = datetime(2026, 3, 1, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def code(key: str, at: datetime) -> str:
    return pyotp.TOTP(key).at(at)


@pytest.mark.parametrize(("seconds", "expected"), [(59, "287082"), (1111111109, "081804")])
def test_codes_are_those_of_rfc_6238(seconds: int, expected: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert second_factor.step_of_code(RFC_KEY, expected, at, after=None) == seconds // 30


@pytest.mark.parametrize(("steps", "found"), [(-2, None), (-1, -1), (0, 0), (1, 1), (2, None)])
def test_a_code_may_be_one_step_off(steps: int, found: int | None) -> None:
    typed = code(RFC_KEY, NOW + timedelta(seconds=30 * steps))
    expected = None if found is None else STEP + found
    assert second_factor.step_of_code(RFC_KEY, typed, NOW, after=None) == expected


def test_a_code_is_good_once_even_where_the_clock_jumps_back() -> None:
    typed = code(RFC_KEY, NOW)
    for clock in (NOW, NOW - timedelta(seconds=30), NOW + timedelta(seconds=29)):
        assert second_factor.step_of_code(RFC_KEY, typed, clock, after=STEP) is None


@pytest.mark.parametrize(
    "typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "1' OR 1", "\ud800" * 6]
)
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert second_factor.step_of_code(RFC_KEY, typed, NOW, after=None) is None


def test_a_code_may_be_typed_in_groups() -> None:
    typed = code(RFC_KEY, NOW)
    spaced = f" {typed[:3]} {typed[3:]} "
    assert second_factor.step_of_code(RFC_KEY, spaced, NOW, after=None) == STEP


def test_an_authenticator_reads_the_address() -> None:
    key = second_factor.new_key(secrets.randbits)
    address = second_factor.enrolment_address(key, "rivera@pine.example")
    parsed = pyotp.parse_uri(address)
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.name) == (key, "rivera@pine.example")


def test_recovery_codes_differ() -> None:
    codes = second_factor.new_recovery_codes(secrets.randbits)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
