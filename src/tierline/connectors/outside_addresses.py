"""Addresses outside of our own network: what a customer's or colleague's URL may lead to.

A name is resolved once, every answer is judged, and the connection goes to the judged address: a
name that answers differently a moment later changes nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from tierline.kernel.errors import Forbidden

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
_NAT64 = IPv6Network("64:ff9b::/96")
_INSIDE: tuple[IPv4Network | IPv6Network, ...] = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and some clouds' metadata
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "64:ff9b:1::/48",  # addresses of the own network, translated
        "100::/64",
        "2001::/32",  # Teredo and 6to4 wrap another address
        "2002::/16",
        "fec0::/10",
    )
)


class InsideAddress(Forbidden):
    """The name leads into a network that the outside must not reach through us."""

    code = "inside_address"


def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says, best first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def address_of(host: str, port: int, *, resolve: Resolve, allows_private: bool) -> str:
    """The address to connect to. Raises InsideAddress if any that the name has is inside, and
    OSError where it has none."""
    literal = _literal(host)
    named = [literal] if literal else resolve(host, port)
    found = [ip_address(each.partition("%")[0]) for each in named]
    if not found:
        raise OSError("the name has no address")
    if not allows_private:
        for each in found:
            if not is_outside(each):
                raise InsideAddress(
                    "This name leads to a private, local or reserved address, which is blocked."
                )
    return str(found[0])


def is_outside(address: Address) -> bool:
    """Whether an address belongs to the public internet, also where it wraps another one."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_outside(address.ipv4_mapped)
        if address in _NAT64:
            return is_outside(IPv4Address(int(address) & 0xFFFFFFFF))
    if any(address.version == each.version and address in each for each in _INSIDE):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _literal(host: str) -> str | None:
    """The host, if it is an address and no name."""
    try:
        return str(ip_address(host))
    except ValueError:
        return None
