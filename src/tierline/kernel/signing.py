"""Ed25519 signatures, so that a receipt can be checked far from the installation that made it."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tierline.kernel.errors import Invalid

_PREFIX = "ed25519:"


class SigningKey:
    """The private half, made once for an installation."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private

    @classmethod
    def generate(cls) -> SigningKey:
        """A new key from the system's random source."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: str) -> SigningKey:
        """The key that `to_text` wrote."""
        return cls(Ed25519PrivateKey.from_private_bytes(_decode(text, "signing key")))

    def to_text(self) -> str:
        """`ed25519:` and 32 bytes in base64. Secret: keep it in a file only its owner reads."""
        return _encode(self._private.private_bytes_raw())

    def public_text(self) -> str:
        """The public half, to be published beside the grid."""
        return _encode(self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> str:
        """The signature of a message, in the same text form as the keys."""
        return _encode(self._private.sign(message))


def is_signed_by(public_text: str, signature: str, message: bytes) -> bool:
    """Whether `signature` over `message` was made by the key whose public half is given."""
    public = Ed25519PublicKey.from_public_bytes(_decode(public_text, "public key"))
    try:
        public.verify(_decode(signature, "signature", length=64), message)
    except InvalidSignature:
        return False
    return True


def _encode(raw: bytes) -> str:
    return _PREFIX + base64.b64encode(raw).decode()


def _decode(text: str, what: str, *, length: int = 32) -> bytes:
    try:
        raw = base64.b64decode(text.strip().removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raw = b""
    if not text.strip().startswith(_PREFIX) or len(raw) != length:
        raise Invalid(
            f"This {what} is not readable: it must be 'ed25519:' and {length} bytes in base64.",
            code="bad_key",
        )
    return raw
