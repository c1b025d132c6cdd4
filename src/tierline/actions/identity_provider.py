"""The port to an identity provider: somebody else who knows people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What a sign-in that has begun must come back with. Kept by the browser, closed, for a few
    minutes; `wanted` is the page that it was about."""

    state: str
    nonce: str
    verifier: str
    wanted: str
    began_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideIdentity:
    """Whom the provider vouches for. `verified_email` None: it does not vouch for the address."""

    issuer: str
    subject: str
    verified_email: str | None


class IdentityProvider(Protocol):
    """Sign-in by authorisation code, with PKCE, state and nonce."""

    def address_for(self, flow: Flow, return_to: str) -> str:
        """Where the browser goes. Raises Unreachable."""

    def identity(
        self, flow: Flow, *, returned: str, return_to: str, now: datetime
    ) -> OutsideIdentity:
        """Who came back, of the address with which they did. Raises Unauthenticated,
        Unreachable."""
