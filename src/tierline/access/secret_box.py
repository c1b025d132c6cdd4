"""Values that stand encrypted in the database: readable with this installation's key only."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tierline.kernel.errors import Invalid
from tierline.kernel.ids import Randomness

_NONCE_BYTES = 12


class SecretBox:
    """AES-256-GCM under a key that is derived from a secret of the installation. `about` (an id)
    belongs to each value: what was closed about one user does not open about another."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=f"tierline {purpose}".encode())
        self._cipher = AESGCM(derived.derive(secret))

    def close(self, text: str, about: str, randomness: Randomness) -> str:
        """The text, encrypted."""
        nonce = randomness(8 * _NONCE_BYTES).to_bytes(_NONCE_BYTES, "big")
        closed = nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())
        return base64.urlsafe_b64encode(closed).decode()

    def open(self, closed: str, about: str) -> str:
        """The text again. Raises Invalid where it was closed with another key, or changed."""
        try:
            raw = base64.urlsafe_b64decode(closed.encode())
            opened = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode())
        except (binascii.Error, InvalidTag, ValueError):
            raise Invalid(
                "A value was encrypted with another installation's key. Put that key back.",
                code="other_key",
            ) from None
        return opened.decode()
