"""Signing in through an identity provider: the browser keeps, closed, what must come back."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING

from tierline import settings
from tierline.access.caller import Unauthenticated
from tierline.access.secret import new_secret
from tierline.access.secret_box import SecretBox
from tierline.access.session import TIME_FOR_SECOND_FACTOR
from tierline.actions import sessions
from tierline.actions.identity_provider import Flow, IdentityProvider
from tierline.bootstrap import signing_key
from tierline.kernel.errors import Invalid, NotFound
from tierline.kernel.instants import from_micros, to_micros
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.actions.sessions import NewSession
    from tierline.bootstrap.application import Application


class OutsideAccess:
    """`provider` is None where none is set up."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.provider: IdentityProvider | None = _provider_of_settings()

    def begin(self, wanted: str, return_to: str) -> tuple[str, str]:
        """Where the browser goes, and what it keeps until it comes back."""
        application = self._application
        flow = Flow(
            state=new_secret(application.randomness),
            nonce=new_secret(application.randomness),
            verifier=new_secret(application.randomness),
            wanted=wanted,
            began_at=application.now(),
        )
        kept = json.dumps([flow.state, flow.nonce, flow.verifier, wanted, to_micros(flow.began_at)])
        address = self._provider().address_for(flow, return_to)
        return address, self._flow_box.close(kept, "flow", application.randomness)

    def finish(self, kept: str, returned: str, return_to: str) -> tuple[NewSession, str]:
        """A session for who came back, and the page that they wanted. Raises Unauthenticated."""
        application = self._application
        now = application.now()
        flow = self._flow(kept)
        if not flow.began_at <= now <= flow.began_at + TIME_FOR_SECOND_FACTOR:
            raise Unauthenticated(message("That took too long. Sign in again."), code="too_late")
        identity = self._provider().identity(flow, returned=returned, return_to=return_to, now=now)
        occasion = application.occasion("nobody")
        opened = application.change(
            lambda records: sessions.sign_in_as_known_elsewhere(
                records, identity.issuer, identity.subject, identity.verified_email, occasion
            )
        )
        return opened, flow.wanted

    @cached_property
    def _flow_box(self) -> SecretBox:
        return SecretBox(signing_key().to_text().encode(), "sign-in with a provider")

    def _flow(self, kept: str) -> Flow:
        try:
            state, nonce, verifier, wanted, began_us = json.loads(self._flow_box.open(kept, "flow"))
        except Invalid:
            raise Unauthenticated(
                message("This browser did not begin to sign in here. Begin again."), code="no_flow"
            ) from None
        return Flow(
            state=state,
            nonce=nonce,
            verifier=verifier,
            wanted=wanted,
            began_at=from_micros(began_us),
        )

    def _provider(self) -> IdentityProvider:
        if self.provider is None:
            raise NotFound(message("No identity provider is set up here."))
        return self.provider


def _provider_of_settings() -> IdentityProvider | None:
    stated = settings.identity_provider()
    if stated is None:
        return None
    from tierline.connectors.openid_connect import OpenIdConnect  # noqa: PLC0415 - used by few

    return OpenIdConnect(*stated)
