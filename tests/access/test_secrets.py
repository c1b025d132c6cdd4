from __future__ import annotations

from secrets import randbits

import pytest

from tierline.access import secret
from tierline.access.secret_box import SecretBox
from tierline.kernel.errors import Invalid

CHANCE = randbits


def test_a_token_has_256_bits_and_shows_only_its_beginning() -> None:
    made = secret.new_secret(CHANCE, secret.TOKEN_PREFIX)
    assert made.startswith("tl_")
    assert len(made) == 46
    assert made.startswith(secret.shown_part(made))
    assert len(secret.shown_part(made)) == 11


def test_the_largest_number_still_fits_the_letters() -> None:
    assert len(secret.new_secret(lambda bits: (1 << bits) - 1)) == 43
    assert secret.new_secret(lambda bits: (1 << bits) - 1) != secret.new_secret(lambda _: 0)


@pytest.mark.parametrize(
    "typed", ["AB1C0-0DEFG", " ab1c00defg ", "abic0-odefg", "ablco 0defg", "ab1c0--0defg\n"]
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert secret.typed_code(typed) == "ab1c0-0defg"


def test_a_code_comes_back_as_it_was_made() -> None:
    code = secret.new_code(CHANCE)
    assert secret.typed_code(code) == code
    assert len(code) == 23


def test_a_form_carries_the_word_of_its_own_cookie() -> None:
    assert secret.is_form_word("cookie", secret.form_word("cookie"))
    for word in ("", "cookie", secret.form_word("other"), "\ud800"):
        assert not secret.is_form_word("cookie", word)


def test_the_word_of_a_form_is_not_what_the_database_keeps() -> None:
    assert secret.form_word("cookie") != secret.digest_of_secret("cookie")


def test_a_closed_value_opens_with_its_key_about_its_user_only() -> None:
    box = SecretBox(b"k" * 32, "second factor")
    closed = box.close("KEY", "user_1", CHANCE)
    assert "KEY" not in closed
    assert box.open(closed, "user_1") == "KEY"
    others = (SecretBox(b"x" * 32, "second factor"), SecretBox(b"k" * 32, "another purpose"))
    for other, about in ((box, "user_2"), *((each, "user_1") for each in others)):
        with pytest.raises(Invalid, match="another installation's key"):
            other.open(closed, about)
    for changed in ("", "!", closed[:-4] + "AAAA"):
        with pytest.raises(Invalid):
            box.open(changed, "user_1")
