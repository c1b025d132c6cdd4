"""The second factor: codes that change every 30 seconds (RFC 6238), and others if it is lost."""

from __future__ import annotations

from datetime import datetime

import pyotp

from tierline.access.secret import new_code
from tierline.kernel.ids import Randomness

STEP_SECONDS = 30
_TOLERATED_STEPS = 1
RECOVERY_CODES = 10
_KEY_LETTERS = 32
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def new_key(randomness: Randomness) -> str:
    """A key for an authenticator: 160 bits in base 32."""
    number = randomness(5 * _KEY_LETTERS)
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in range(_KEY_LETTERS))


def enrolment_address(key: str, email: str, issuer: str = "Tierline") -> str:
    """The otpauth:// address that an authenticator takes."""
    return pyotp.TOTP(key).provisioning_uri(name=email, issuer_name=issuer)


def step_of_code(key: str, code: str, now: datetime, *, after: int | None) -> int | None:
    """The step of 30 seconds that the code belongs to; None for a wrong one. One step to either
    side is tolerated. A code of a step up to `after` was used already, and is wrong."""
    typed = "".join(letter for letter in code if not letter.isspace())
    if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(key)
    found = None
    for step in range(present - _TOLERATED_STEPS, present + _TOLERATED_STEPS + 1):
        is_same = pyotp.utils.strings_equal(generator.generate_otp(step), typed)
        if is_same and (after is None or step > after):
            found = step
    return found


def new_recovery_codes(randomness: Randomness) -> tuple[str, ...]:
    """Codes of 50 bits, each good for one sign-in."""
    return tuple(new_code(randomness, groups=2) for _ in range(RECOVERY_CODES))
