from __future__ import annotations

import pytest

from tierline.kernel.errors import Invalid
from tierline.kernel.signing import SigningKey, is_signed_by


def test_a_signature_holds_for_its_message_and_no_other() -> None:
    key = SigningKey.generate()
    signature = key.sign(b"promise")
    assert is_signed_by(key.public_text(), signature, b"promise")
    assert not is_signed_by(key.public_text(), signature, b"promisf")
    assert not is_signed_by(SigningKey.generate().public_text(), signature, b"promise")


def test_a_key_survives_writing_and_reading() -> None:
    key = SigningKey.generate()
    assert SigningKey.from_text(key.to_text()).public_text() == key.public_text()


@pytest.mark.parametrize("text", ["", "ed25519:", "ed25519:!!!", "rsa:AAAA", "ed25519:AAAA"])
def test_a_damaged_key_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid, match="32 bytes"):
        SigningKey.from_text(text)
