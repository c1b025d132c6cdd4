"""What the reading must know of ourselves: whom we trust, what is our own, and how much we read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from tierline.kernel.errors import Fault, Invalid

Network = IPv4Network | IPv6Network
MEBIBYTE = 2**20
LOOP_HEADER = "X-Tierline-Loop"
"""What our own mail bears, so that it is known when it comes back."""


@dataclass(frozen=True, slots=True)
class TrustedServers:
    """Mail servers of which we believe what they write: names in lower case (`mx.example.com`, or
    `.example.com` for all below), and the networks from which they hand mail to each other."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def has_host(self, name: str) -> bool:
        """Whether a server of this name, or at this address, is one of them."""
        plain = name.lower().strip("[]").rstrip(".").removeprefix("ipv6:")
        if plain in self.names or self.has_address(plain):
            return True
        parts = plain.split(".")
        return any("." + ".".join(parts[n:]) in self.names for n in range(1, len(parts)))

    def has_address(self, address: str) -> bool:
        """Whether this address belongs to them."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of one mail is read. Only `mail_bytes` refuses it; beyond the others something is
    left out, and a fault says what."""

    mail_bytes: int = 25 * MEBIBYTE
    header_bytes: int = 256 * 1024
    parts: int = 500
    depth: int = 30
    attachments: int = 100
    attachment_bytes: int = 20 * MEBIBYTE
    addresses: int = 100
    thread_ids: int = 50
    text_characters: int = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`message_id_domains` are those under which we make Message-IDs of ids of ours; `loop_word` is
    what our mail carries in the header X-Tierline-Loop, "" where it carries none."""

    trusted: TrustedServers = field(default_factory=TrustedServers)
    message_id_domains: frozenset[str] = frozenset()
    loop_word: str = ""
    limits: Limits = field(default_factory=Limits)


def trusted_servers(stated: Iterable[str]) -> TrustedServers:
    """Servers as an operator states them: names, addresses and networks. Raises Invalid with every
    one that is none of these."""
    names, networks, faults = set[str](), list[Network](), list[Fault]()
    for text in stated:
        plain = text.strip().lower().rstrip(".")
        try:
            networks.append(ip_network(plain, strict=False))
        except ValueError:
            if _is_name(plain):
                names.add(plain)
            else:
                faults.append(_fault(text))
    if faults:
        raise Invalid("Some of the trusted servers are none.", faults, code="bad_trusted_server")
    return TrustedServers(frozenset(names), tuple(networks))


def _is_name(text: str) -> bool:
    labels = text.removeprefix(".").split(".")
    return all(label and label.replace("-", "").replace("_", "").isalnum() for label in labels)


def _fault(text: str) -> Fault:
    return Fault(
        "bad_trusted_server",
        f"'{text}' is no server.",
        "trusted",
        "Write mx.example.com, .example.com or 10.0.0.0/8.",
    )
