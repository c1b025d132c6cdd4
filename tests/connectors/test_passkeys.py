"""What a browser says of passkeys, forged in every part: nothing but the right answer counts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fido2 import cbor
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticatorData
from hypothesis import given
from hypothesis import strategies as st
from soft_device import CHALLENGE, HOST, ORIGIN, Device

from tierline.access.caller import Unauthenticated
from tierline.access.passkey import Passkey, may_follow
from tierline.access.role import Role
from tierline.access.user import User
from tierline.connectors.passkeys import PublicAddress, public_address_of
from tierline.kernel.ids import PasskeyId, UserId

NOW = datetime(2026, 3, 1, tzinfo=UTC)
USER = UserId("user_01ka0v6ge0e00abvem4gyepfzx")


@pytest.fixture(scope="module")
def address() -> PublicAddress:
    made = public_address_of(ORIGIN)
    assert made is not None
    return made


@pytest.fixture(scope="module")
def device() -> Device:
    return Device(USER)


@pytest.fixture(scope="module")
def passkey(address: PublicAddress, device: Device) -> Passkey:
    told = address.registered(CHALLENGE, json.dumps(device.registers()))
    return Passkey(
        id=PasskeyId("passkey_x"),
        user=USER,
        name="Laptop",
        credential=told.credential,
        key=told.key,
        counter=told.counter,
        made_at=NOW,
    )


WRONG: list[dict[str, Any]] = [
    {"origin": "https://evil.example"},
    {"origin": f"{ORIGIN}.evil.example"},
    {"origin": "http://support.vendor.example"},
    {"origin": f"{ORIGIN}:8443"},
    {"challenge": websafe_encode(bytes(32))},
    {"challenge": ""},
    {"type": "webauthn.create"},
    {"crossOrigin": True},
    {"host": "vendor.example"},
    {"flags": AuthenticatorData.FLAG.UP},
    {"flags": AuthenticatorData.FLAG.UV},
]


def test_the_right_answer_counts(address: PublicAddress, device: Device, passkey: Passkey) -> None:
    answer = json.dumps(device.signs())
    named = address.named_in(answer)
    assert (named.credential, named.user) == (passkey.credential, USER)
    assert address.counter_of(CHALLENGE, passkey, answer) == 1


@pytest.mark.parametrize("stated", WRONG, ids=str)
def test_a_signature_about_anything_else_does_not(
    address: PublicAddress, device: Device, passkey: Passkey, stated: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        address.counter_of(CHALLENGE, passkey, json.dumps(device.signs(**stated)))


@pytest.mark.parametrize("stated", [each for each in WRONG if "type" not in each], ids=str)
def test_a_registration_about_anything_else_does_not(
    address: PublicAddress, device: Device, stated: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        address.registered(CHALLENGE, json.dumps(device.registers(**stated)))


def test_another_devices_signature_does_not(address: PublicAddress, passkey: Passkey) -> None:
    other = Device(USER)
    with pytest.raises(Unauthenticated):
        address.counter_of(CHALLENGE, passkey, json.dumps(other.signs()))


@given(st.one_of(st.text(), st.binary(max_size=200).map(lambda raw: json.dumps({
    "id": websafe_encode(raw), "rawId": websafe_encode(raw), "type": "public-key",
    "response": {"clientDataJSON": websafe_encode(raw), "authenticatorData": websafe_encode(raw),
                 "signature": websafe_encode(raw), "attestationObject": websafe_encode(raw)},
}))))  # fmt: skip
def test_rubbish_is_refused_in_one_sentence(answer: str) -> None:
    address = public_address_of(ORIGIN)
    assert address is not None
    for read in (address.named_in, lambda said: address.registered(CHALLENGE, said)):
        with pytest.raises(Unauthenticated):
            read(answer)


def test_a_bomb_of_cbor_is_refused(address: PublicAddress, device: Device) -> None:
    said = device.registers()
    bomb = b"\x81" * 10_000 + cbor.encode(1)
    said["response"]["attestationObject"] = websafe_encode(bomb)
    with pytest.raises(Unauthenticated):
        address.registered(CHALLENGE, json.dumps(said))


def test_a_browser_is_asked_for_a_verified_owner_and_no_maker(
    address: PublicAddress, passkey: Passkey
) -> None:
    user = User(
        id=USER, email="ada@x.example", name="Ada", roles=frozenset({Role.admin}), account=None,
        made_at=NOW,
    )  # fmt: skip
    asked = json.loads(address.creation_options(user, CHALLENGE, [passkey]))
    assert asked["rp"]["id"] == HOST
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert [each["id"] for each in asked["excludeCredentials"]] == [passkey.credential]
    used = json.loads(address.request_options(CHALLENGE, []))
    assert used["userVerification"] == "required"
    assert not used.get("allowCredentials")


@pytest.mark.parametrize(
    ("stated", "origin"),
    [
        ("https://Support.Vendor.example", "https://support.vendor.example"),
        ("https://vendor.example:8443", "https://vendor.example:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://vendor.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://203.0.113.7", None),
        ("https://[::1]:8000", None),
        ("nonsense", None),
    ],
)
def test_passkeys_belong_to_a_name_over_https(stated: str, origin: str | None) -> None:
    made = public_address_of(stated)
    assert (made.origin if made else None) == origin


@pytest.mark.parametrize(
    ("known", "shown", "may"),
    [(0, 0, True), (0, 1, True), (1, 2, True), (2, 2, False), (2, 1, False), (2, 0, False)],
)
def test_a_device_counts_up_or_never(known: int, shown: int, may: bool) -> None:
    assert may_follow(known, shown) is may
