"""Signing in through an identity provider: a real one on this machine, and its answers bent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import httpx
import pytest
from new_data import new_data
from oidc_provider_mock import User, run_server_in_thread
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions import users
from tierline.api.application import application
from tierline.bootstrap.application import Application, open_application
from tierline.connectors.openid_connect import OpenIdConnect
from tierline.kernel.errors import Invalid
from tierline.web.routes import ROUTES

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
    # The provider of the tests runs in this process, on parts of Authlib that will go.
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
]

EMAIL = "ada@vendor.example"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    known = [
        User(sub="ada", claims={"email": EMAIL, "email_verified": True}),
        User(sub="mallory", claims={"email": EMAIL, "email_verified": False}),
        User(sub="stranger", claims={"email": "stranger@x.example", "email_verified": True}),
    ]
    with run_server_in_thread(user_claims=known) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def opened(tmp_path: Path, issuer: str) -> Iterator[Application]:
    with open_application(data=new_data(tmp_path)) as made:
        made.access.outside.provider = OpenIdConnect(issuer, "tierline", "secret")
        invited, _ = made.access.invite(EMAIL, frozenset({Role.agent}), None, operator())
        made.access.accept(invited.secret, "Ada Byron", None, "four boring words here")
        yield made


@pytest.fixture
def visit(opened: Application) -> Visit:
    return Visit(application(opened, ROUTES))


def vouched(visit: Visit, subject: str) -> str:
    """Begin, sign in at the provider, and the path with which the browser comes back."""
    address = visit.open("/sign-in/provider?next=/me/security").headers["location"]
    query = parse_qs(urlsplit(address).query)
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(query)
    answer = httpx.post(address, data={"sub": subject})
    assert answer.status_code in (302, 303), answer.text
    return answer.headers["location"].removeprefix(visit.base)


def bent(path: str, **changes: str) -> str:
    """The same path with other values in its query."""
    parts = urlsplit(path)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode({**query, **changes})))


def test_who_the_provider_vouches_for_is_signed_in(opened: Application, visit: Visit) -> None:
    assert "company's account" in visit.open("/sign-in").text.replace("&#39;", "'")
    done = visit.open(vouched(visit, "ada"))
    assert f"Signed in as <strong>{EMAIL}</strong>" in done.text
    known = opened.read(lambda reads: reads.users.of_identity(opened_issuer(opened), "ada"))
    assert known is not None
    assert "tierline-provider" not in visit.cookies


def opened_issuer(opened: Application) -> str:
    assert isinstance(opened.access.outside.provider, OpenIdConnect)
    return opened.access.outside.provider.issuer


@pytest.mark.parametrize("subject", ["stranger", "mallory"])
def test_a_stranger_and_an_address_that_is_not_verified_are_refused(
    visit: Visit, subject: str
) -> None:
    refused = visit.open(vouched(visit, subject))
    assert refused.status_code == 422
    assert "Ask an admin for an invitation" in refused.text
    assert "tierline" not in visit.cookies


def test_a_disabled_user_is_refused(opened: Application, visit: Visit) -> None:
    user = opened.read(lambda reads: reads.users.by_email(EMAIL))
    assert user is not None
    opened.change(lambda records: users.disable_user(records, user.id, opened.occasion()))
    assert visit.open(vouched(visit, "ada")).status_code == 422


def test_what_comes_back_must_be_what_was_begun_in_this_browser(visit: Visit) -> None:
    path = vouched(visit, "ada")
    cookie = visit.cookies["tierline-provider"]
    other = Visit(visit.app)
    attacks = (
        (visit, bent(path, state="another"), cookie),
        (visit, bent(path, code="another"), cookie),
        (visit, f"{path.partition('?')[0]}?error=access_denied", cookie),
        (visit, path, cookie[:-6] + "AAAAAA"),
        (other, path, ""),
    )
    for browser, returned, kept in attacks:
        browser.cookies = {"tierline-provider": kept} if kept else {}
        assert browser.open(returned).status_code == 422, returned
        assert "tierline" not in browser.cookies


def test_a_replayed_return_opens_nothing(visit: Visit) -> None:
    path = vouched(visit, "ada")
    kept = dict(visit.cookies)
    assert visit.open(path).status_code == 200
    replayed = Visit(visit.app, cookies=kept)
    assert replayed.open(path).status_code == 422
    assert "tierline" not in replayed.cookies


def test_a_code_of_another_sign_in_does_not_fit_the_nonce(visit: Visit) -> None:
    victim, attacker = Visit(visit.app), Visit(visit.app)
    state = parse_qs(urlsplit(vouched(victim, "ada")).query)["state"][0]
    stolen = bent(vouched(attacker, "stranger"), state=state)
    assert victim.open(stolen).status_code == 422


def test_a_provider_that_is_away_is_told(opened: Application, visit: Visit) -> None:
    opened.access.outside.provider = OpenIdConnect("http://localhost:9", "tierline", "secret")
    away = visit.open("/sign-in/provider")
    assert away.status_code in (500, 503)
    assert "does not answer" in away.text


def test_a_provider_without_encryption_is_refused() -> None:
    with pytest.raises(Invalid, match="https"):
        OpenIdConnect("http://id.example", "tierline", "secret")


def test_without_a_provider_there_is_no_such_page(opened: Application, visit: Visit) -> None:
    opened.access.outside.provider = None
    assert visit.open("/sign-in/provider").status_code == 404
    assert "company" not in visit.open("/sign-in").text
