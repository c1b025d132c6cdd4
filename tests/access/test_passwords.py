from __future__ import annotations

import pytest

from tierline.access import password

EMAIL = "rivera@pine.example"
GOOD = "four boring words here"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "12 to 200"),
        ("short", "12 to 200"),
        ("x" * 201, "12 to 200"),
        ("abababababababab", "repeats"),
        ("my Rivera password", "part of the e-mail"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(text: str, said: str) -> None:
    (fault,) = password.password_faults(text, EMAIL)
    assert said in fault.message
    assert text not in str(fault) or not text


def test_a_good_password_has_no_fault() -> None:
    assert password.password_faults(GOOD, EMAIL) == []


def test_a_password_is_right_in_whatever_form_its_letters_come() -> None:
    kept = password.hash_password("caf\u00e9 au lait, encore")
    assert password.is_password(kept, "cafe\u0301 au lait, encore")
    assert not password.is_password(kept, "cafe au lait, encore")
    assert kept.startswith("$argon2id$")


@pytest.mark.parametrize(
    "typed", ["", GOOD, "\ud800" * 20, "x" * 100_000, "'; DROP TABLE user; --"]
)
def test_nobody_and_a_broken_hash_take_no_password(typed: str) -> None:
    assert not password.is_password(None, typed)
    assert not password.is_password("not a hash", typed)


@pytest.mark.usefixtures("dear_passwords")
def test_nobodys_hash_costs_as_much_as_everybodys() -> None:
    made = password.hash_password(GOOD)
    assert password.is_password(made, GOOD)
    assert made.split("$")[:4] == password.NOBODYS_HASH.split("$")[:4]
    assert len(made) == len(password.NOBODYS_HASH)
