"""Secrets that a program or a browser shows, and what is kept of them: a digest, never themselves.

They are long and random, so that one fast digest keeps them; passwords are another matter.
"""

from __future__ import annotations

import hashlib
from hmac import compare_digest

from tierline.kernel.ids import Randomness

TOKEN_PREFIX = "tl_"  # noqa: S105 - what every token begins with
SECRET_BITS = 256
SECRET_LIMIT_CHARACTERS = 200
_SHOWN_CHARACTERS = 8
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CODE_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 43


def new_secret(randomness: Randomness, prefix: str = "") -> str:
    """43 letters and digits, of 256 bits."""
    return prefix + _written(randomness(SECRET_BITS), _ALPHABET, _LENGTH)


def new_code(randomness: Randomness, *, groups: int = 4) -> str:
    """A secret that a person can type: groups of five letters and digits, 25 bits each."""
    letters = 5 * groups
    text = _written(randomness(5 * letters), _CODE_ALPHABET, letters)
    return "-".join(text[start : start + 5] for start in range(0, letters, 5))


def typed_code(text: str) -> str:
    """A code as we wrote it, however it was typed: capitals, blanks, o for 0, i and l for 1."""
    plain = "".join(letter for letter in text.lower() if letter.isalnum())[:SECRET_LIMIT_CHARACTERS]
    plain = plain.translate(str.maketrans("oil", "011"))
    return "-".join(plain[start : start + 5] for start in range(0, len(plain), 5))


def digest_of_secret(secret: str) -> str:
    """What is kept of a secret, and found by it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def shown_part(secret: str) -> str:
    """The first letters of a token, by which a person tells it from others."""
    return secret[: len(TOKEN_PREFIX) + _SHOWN_CHARACTERS]


def form_word(cookie: str) -> str:
    """The word that each form carries back, so that no other site can send it: only who holds the
    cookie can make it, and the cookie cannot be told from it."""
    return hashlib.sha256(b"tierline form\n" + cookie.encode("utf-8", "surrogatepass")).hexdigest()


def is_form_word(cookie: str, word: str) -> bool:
    """Whether a form carries the word of this cookie."""
    return compare_digest(form_word(cookie).encode(), word.encode("utf-8", "surrogatepass"))


def _written(number: int, alphabet: str, length: int) -> str:
    letters = []
    for _ in range(length):
        number, place = divmod(number, len(alphabet))
        letters.append(alphabet[place])
    return "".join(letters)
