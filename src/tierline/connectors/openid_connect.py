"""An identity provider that speaks OpenID Connect: Okta, Entra ID, Google, Keycloak, and others."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from tierline.access.caller import Unauthenticated
from tierline.actions.identity_provider import Flow, OutsideIdentity
from tierline.kernel.errors import Invalid, TierlineError

if TYPE_CHECKING:
    from datetime import datetime

SECONDS = 5.0
KEPT_SECONDS = 3_600.0
_SCOPE = "openid email profile"
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY_SECONDS = 60
_HERE = ("localhost", "127.0.0.1", "::1")


class Unreachable(TierlineError):
    """The provider did not answer, or said something that is no OpenID Connect."""

    code = "provider_unreachable"


class OpenIdConnect:
    """One provider, known by its issuer's address. Safe to share between threads."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in _HERE:
            raise Invalid(
                "The address of an identity provider begins with https://.", code="bad_issuer"
            )
        if find_spec("authlib") is None:
            raise Invalid(
                "Signing in through a provider needs a part that is not installed. Install it "
                "with: pip install 'tierline[oidc]'.",
                code="not_installed",
            )
        self.issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._known: tuple[float, Mapping[str, Any], Mapping[str, Any]] | None = None
        self._asking = threading.Lock()

    def address_for(self, flow: Flow, return_to: str) -> str:
        """Where the browser goes."""
        configuration, _ = self._ask_provider()
        with _client()(
            self._client_id,
            scope=_SCOPE,
            redirect_uri=return_to,
            code_challenge_method="S256",
        ) as client:
            address, _ = client.create_authorization_url(
                configuration["authorization_endpoint"],
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return str(address)

    def identity(
        self, flow: Flow, *, returned: str, return_to: str, now: datetime
    ) -> OutsideIdentity:
        """Who came back: the code is changed for an ID token, of which the signature, issuer,
        audience, times and nonce are right."""
        token = self._token(flow, returned, return_to)
        claims = self._claims(token, flow, now)
        is_verified = claims.get("email_verified") is True
        email = claims.get("email")
        return OutsideIdentity(
            issuer=self.issuer,
            subject=str(claims["sub"]),
            verified_email=email if is_verified and isinstance(email, str) else None,
        )

    def _token(self, flow: Flow, returned: str, return_to: str) -> str:
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - an extra, used by few

        configuration, _ = self._ask_provider()
        with _client()(
            self._client_id,
            self._client_secret,
            redirect_uri=return_to,
            state=flow.state,
            timeout=SECONDS,
        ) as client:
            try:
                found = client.fetch_token(
                    configuration["token_endpoint"],
                    authorization_response=returned,
                    code_verifier=flow.verifier,
                )
            except AuthlibBaseError as error:
                raise _refused(f"it said '{error.error}'") from None
            except (httpx.HTTPError, ValueError):
                raise _unreachable() from None
        token = found.get("id_token")
        if not isinstance(token, str):
            raise _refused("it sent no ID token")
        return token

    def _claims(self, token: str, flow: Flow, now: datetime) -> dict[str, Any]:
        from joserfc import jwt  # noqa: PLC0415 - as above
        from joserfc.errors import JoseError  # noqa: PLC0415 - as above
        from joserfc.jwk import KeySet  # noqa: PLC0415 - as above

        _, keys = self._ask_provider()
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": flow.nonce},
        )
        try:
            keyset = KeySet.import_key_set(dict(keys))  # type: ignore[arg-type]  # its own typed dictionary
            claims = jwt.decode(token, keyset, algorithms=_ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            with self._asking:
                self._known = None  # its keys may have changed
            raise _refused(f"its ID token does not hold ({type(error).__name__})") from None
        return dict(claims)

    def _ask_provider(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Its configuration and keys, asked for once an hour."""
        with self._asking:
            if self._known is None or self._known[0] < time.monotonic():
                configuration = _fetched(f"{self.issuer}/.well-known/openid-configuration")
                if str(configuration.get("issuer", "")).rstrip("/") != self.issuer:
                    raise Unreachable("The identity provider says that it is another one.")
                keys = _fetched(str(configuration.get("jwks_uri", "")))
                self._known = time.monotonic() + KEPT_SECONDS, configuration, keys
            return self._known[1], self._known[2]


def _client() -> Any:
    """Authlib's client class."""
    with warnings.catch_warnings():
        import authlib.deprecate  # noqa: F401, PLC0415 - puts a filter of its own before ours

        # It asks for a successor of httpx that we do not have; ours does the same.
        warnings.filterwarnings("ignore", message="The httpx module is deprecated")
        from authlib.integrations.httpx_client import OAuth2Client  # noqa: PLC0415 - as above

    return OAuth2Client


def _fetched(address: str) -> Mapping[str, Any]:
    try:
        response = httpx.get(address, timeout=SECONDS)
        response.raise_for_status()
        said = response.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise _unreachable() from None
    if not isinstance(said, dict):
        raise _unreachable()
    return said


def _unreachable() -> Unreachable:
    return Unreachable("The identity provider does not answer. Try again, or use your password.")


def _refused(why: str) -> Unauthenticated:
    return Unauthenticated(
        f"The identity provider did not vouch for you: {why}. Try again.", code="not_vouched"
    )
