"""A device with one passkey that exists only here, and says whatever it is told to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

ORIGIN, HOST = "https://support.vendor.example", "support.vendor.example"
CHALLENGE = bytes(range(32))
VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Device:
    """`counter` is how often it says that it has signed."""

    user: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    credential: bytes = b"credential-1"
    counter: int = 1

    def _client(self, **stated: Any) -> bytes:
        told = {"challenge": websafe_encode(CHALLENGE), "origin": ORIGIN, "crossOrigin": False}
        return json.dumps({**told, **stated}).encode()

    def _data(self, host: str, flags: AuthenticatorData.FLAG, key: bytes = b"") -> bytes:
        digest = hashlib.sha256(host.encode()).digest()
        return AuthenticatorData.create(digest, flags, self.counter, key)

    def registers(
        self, *, host: str = HOST, flags: AuthenticatorData.FLAG = VERIFIED, **client: Any
    ) -> dict[str, Any]:
        public = ES256.from_cryptography_key(self.key.public_key())
        key = AttestedCredentialData.create(Aaguid.NONE, self.credential, public)
        data = self._data(host, flags | AuthenticatorData.FLAG.AT, key)
        made = AttestationObject.create("none", AuthenticatorData(data), {})
        response = {
            "clientDataJSON": websafe_encode(self._client(type="webauthn.create", **client)),
            "attestationObject": websafe_encode(made),
        }
        return self._answer(response)

    def signs(
        self, *, host: str = HOST, flags: AuthenticatorData.FLAG = VERIFIED, **client: Any
    ) -> dict[str, Any]:
        told = self._client(**{"type": "webauthn.get", **client})
        data = self._data(host, flags)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(told),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(self.user.encode()),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        id_ = websafe_encode(self.credential)
        return {"id": id_, "rawId": id_, "type": "public-key", "response": response}
