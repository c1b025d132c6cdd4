"""Reading what a browser says of passkeys (WebAuthn), with the library `fido2`.

An answer counts where it comes from the public address, signs our challenge, and its owner was
verified by the device (a finger, a face, a PIN): so one passkey is two factors. What a device says
of its maker is not asked for.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    CollectedClientData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tierline.access.caller import Unauthenticated
from tierline.access.passkey import ANSWER_LIMIT_CHARACTERS, Credential
from tierline.actions.passkeys import Named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tierline.access.passkey import Passkey
    from tierline.access.user import User

ReadT = TypeVar("ReadT")
_REFUSED = "This passkey was not accepted. Begin again, or sign in with your password."
_VERIFIED = UserVerificationRequirement.REQUIRED
_LOCAL = "localhost"


class PublicAddress:
    """Passkeys belong to the host of one address; a browser shows them to no other."""

    def __init__(self, origin: str, host: str) -> None:
        self.origin = origin
        self._server = Fido2Server(
            PublicKeyCredentialRpEntity(id=host, name="Tierline"),
            attestation=AttestationConveyancePreference.NONE,
            verify_origin=lambda stated: stated == origin,
        )

    def creation_options(self, user: User, challenge: bytes, known: Sequence[Passkey]) -> str:
        """What a browser is asked for a new passkey, as JSON."""
        options, _ = self._server.register_begin(
            PublicKeyCredentialUserEntity(
                id=user.id.encode(), name=user.email, display_name=user.name
            ),
            credentials=_descriptors(known),
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=_VERIFIED,
            challenge=challenge,
        )
        return json.dumps(dict(options.public_key))

    def request_options(self, challenge: bytes, known: Sequence[Passkey]) -> str:
        """What a browser is asked for one of these passkeys, as JSON; none: any of this site's."""
        options, _ = self._server.authenticate_begin(
            credentials=_descriptors(known) or None,
            user_verification=_VERIFIED,
            challenge=challenge,
        )
        return json.dumps(dict(options.public_key))

    def registered(self, challenge: bytes, answer: str) -> Credential:
        """The new passkey. Raises Unauthenticated."""

        def read(said: dict[str, Any]) -> Credential:
            _refuse_framed(RegistrationResponse.from_dict(said).response.client_data)
            told = self._server.register_complete(_state(challenge), said)
            if told.credential_data is None:
                raise ValueError("no key")
            return Credential(
                credential=websafe_encode(told.credential_data.credential_id),
                key=websafe_encode(told.credential_data),
                counter=told.counter,
            )

        return _read(answer, read)

    def named_in(self, answer: str) -> Named:
        """Which passkey answers. Raises Unauthenticated."""

        def read(said: dict[str, Any]) -> Named:
            told = AuthenticationResponse.from_dict(said)
            user = told.response.user_handle
            return Named(websafe_encode(told.raw_id), None if not user else user.decode("ascii"))

        return _read(answer, read)

    def counter_of(self, challenge: bytes, passkey: Passkey, answer: str) -> int:
        """How often the passkey has signed, its signature verified. Raises Unauthenticated."""

        def read(said: dict[str, Any]) -> int:
            told = AuthenticationResponse.from_dict(said).response
            _refuse_framed(told.client_data)
            key = AttestedCredentialData(websafe_decode(passkey.key))
            self._server.authenticate_complete(_state(challenge), [key], said)
            return told.authenticator_data.counter

        return _read(answer, read)


def public_address_of(address: str) -> PublicAddress | None:
    """Passkeys at an address; None where browsers allow none: they want a name, and HTTPS but on
    this machine itself."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    is_name = any(letter.isalpha() for letter in host.rpartition(".")[2]) and ":" not in host
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and host == _LOCAL)
    if not is_name or not is_secure:
        return None
    return PublicAddress(f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}", host)


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            type=PublicKeyCredentialType.PUBLIC_KEY, id=websafe_decode(each.credential)
        )
        for each in known
    ]


def _state(challenge: bytes) -> dict[str, Any]:
    return {"challenge": websafe_encode(challenge), "user_verification": _VERIFIED}


def _refuse_framed(client_data: CollectedClientData) -> None:
    """Our pages are in no other's frame, so no answer comes from one."""
    if client_data.cross_origin:
        raise ValueError("it came from a frame of another site")


def _read(answer: str, read: Callable[[dict[str, Any]], ReadT]) -> ReadT:
    """What is read of an answer. It comes from anywhere: whatever is wrong with it, it is refused
    in one sentence that helps nobody who forges."""
    try:
        if len(answer) > ANSWER_LIMIT_CHARACTERS:
            raise ValueError("too long")  # noqa: TRY301 - told like everything else that is wrong
        said = json.loads(answer)
        if not isinstance(said, dict):
            raise ValueError("no object")  # noqa: TRY301, TRY004 - as above
        return read(said)
    except Exception:  # noqa: BLE001 - a library reads another's bytes: any error means a wrong one
        raise Unauthenticated(_REFUSED, code="wrong_passkey") from None
