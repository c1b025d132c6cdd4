from __future__ import annotations

from ipaddress import ip_address

import pytest

from tierline.connectors.outside_addresses import InsideAddress, address_of, is_outside


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",  # noqa: S104 - judged, not bound
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
    ],
)
def test_addresses_of_our_own_network_are_inside(address: str) -> None:
    assert not is_outside(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808"]
)
def test_public_addresses_are_outside(address: str) -> None:
    assert is_outside(ip_address(address))


def test_a_name_with_one_address_inside_is_blocked() -> None:
    with pytest.raises(InsideAddress):
        address_of(
            "two.example",
            443,
            resolve=lambda *_: ["93.184.216.34", "10.0.0.1"],
            allows_private=False,
        )


def test_the_address_that_was_judged_is_the_one_to_call() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    def resolve(_host: str, _port: int) -> list[str]:
        return next(answers)

    found = address_of("rebinding.example", 443, resolve=resolve, allows_private=False)
    assert found == "93.184.216.34"
