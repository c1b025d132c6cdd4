"""Passkeys in a real browser, with a device that exists only in it: scripts, policy and signatures
are the real ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pyotp
import pytest
from axe_page import faults_in_every_look
from listening import listening
from new_data import new_data
from playwright.sync_api import Browser, CDPSession, ConsoleMessage, Page

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions import users
from tierline.api.application import application
from tierline.bootstrap.application import Application, open_application
from tierline.store.journal import facts_about
from tierline.web.routes import ROUTES

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
]
EMAIL, PASSWORD = "ada@vendor.example", "four boring words here"


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Application]:
    with open_application(data=new_data(tmp_path)) as made:
        invited, _ = made.access.invite(EMAIL, frozenset({Role.admin}), None, operator())
        made.access.accept(invited.secret, "Ada Byron", None, PASSWORD)
        with listening(application(made, ROUTES)) as address:
            made.access.address = address
            yield made


@dataclass
class Device:
    """A browser's page, and the device that keeps its passkeys."""

    page: Page
    protocol: CDPSession
    id: str
    said: list[str]

    def keys(self) -> list[dict[str, Any]]:
        found = self.protocol.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def is_verified(self, verified: bool) -> None:
        stated = {"authenticatorId": self.id, "isUserVerified": verified}
        self.protocol.send("WebAuthn.setUserVerified", stated)


def note(said: list[str], message: ConsoleMessage) -> None:
    """What a browser objects to; it has advice besides."""
    if message.type in ("error", "warning"):
        said.append(message.text)


@contextmanager
def device(browser: Browser, opened: Application, **context: Any) -> Iterator[Device]:
    made = browser.new_context(base_url=opened.access.address, **context)
    page = made.new_page()
    said: list[str] = []
    page.on("console", lambda message: note(said, message))
    protocol = made.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    added = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    try:
        yield Device(page, protocol, added["authenticatorId"], said)
    finally:
        made.close()


def sign_in(page: Page) -> None:
    page.goto("/sign-in?next=/me/security")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.click("button[data-kind=primary]")


def add(page: Page, name: str = "Laptop") -> None:
    page.fill("#name", name)
    page.fill("#shown", PASSWORD)
    page.click("text=Add a passkey")


def sign_out(page: Page) -> None:
    page.goto("/me/security")
    page.click("text=Sign out")
    page.wait_for_selector("text=Sign in with a passkey")


def test_a_passkey_is_added_used_and_removed(browser: Browser, opened: Application) -> None:
    with device(browser, opened) as held:
        page = held.page
        sign_in(page)
        add(page)
        page.wait_for_selector("text=Laptop")
        assert "never used" in page.content()
        sign_out(page)
        page.click("text=Sign in with a passkey")
        page.wait_for_selector("h1:has-text('Accounts')")
        page.goto("/me/security")
        assert "Signed in as" in page.content()
        assert "never used" not in page.content()
        page.click("text=Remove")
        page.click("text=Keep it")
        page.click("text=Remove")
        page.wait_for_selector("text=Remove the passkey Laptop?")
        page.click("button:has-text('Remove Laptop')")
        page.wait_for_selector("text=None. With a passkey")
        assert held.said == []


def shown_answer(page: Page) -> dict[str, str]:
    """Sign in with a passkey, and keep what the browser sent."""
    with page.expect_request("**/sign-in/passkey/completion") as sent:
        page.click("text=Sign in with a passkey")
    page.wait_for_selector("h1:has-text('Accounts')")
    return dict(parse_qsl(sent.value.post_data or ""))


def cookies_of(held: Device) -> dict[str, str]:
    return {each["name"]: each["value"] for each in held.page.context.cookies()}


def user_of(opened: Application) -> str:
    found = opened.read(lambda reads: reads.users.by_email(EMAIL))
    assert found is not None
    return found.id


def test_an_answer_is_good_once_and_in_its_own_browser(
    browser: Browser, opened: Application
) -> None:
    with device(browser, opened) as held, device(browser, opened) as other:
        sign_in(held.page)
        add(held.page)
        held.page.wait_for_selector("text=Laptop")
        sign_out(held.page)
        before = cookies_of(held)
        form = shown_answer(held.page)
        to = f"{opened.access.address}/sign-in/passkey/completion"
        again = httpx.post(to, data=form, cookies=before)
        assert again.status_code == 422
        assert "was answered before" in again.text
        other.page.goto("/sign-in")
        other.page.click("text=Sign in with a passkey")
        word = other.page.get_attribute("input[name=form_word]", "value")
        theirs = httpx.post(to, data={**form, "form_word": word or ""}, cookies=cookies_of(other))
        assert theirs.status_code == 422
        assert "was not accepted" in theirs.text


def test_a_passkey_is_the_second_step_as_well(browser: Browser, opened: Application) -> None:
    with device(browser, opened) as held:
        page = held.page
        sign_in(page)
        add(page)
        page.wait_for_selector("text=Laptop")
        page.fill("#own", PASSWORD)
        page.click("text=Set up a second factor")
        key = page.get_attribute(".key", "aria-label") or ""
        page.fill("#code", pyotp.TOTP(key).now())
        page.click("text=Turn the second factor on")
        page.click("text=I have kept them")
        page.click("text=Sign out")
        sign_in(page)
        assert page.locator("h1").text_content() == "Second step"
        before = cookies_of(held)
        page.click("text=Use a passkey instead")
        page.wait_for_selector("text=Signed in as")
        assert cookies_of(held) != before
        assert held.said == []


def test_who_is_not_verified_by_the_device_stays_outside(
    browser: Browser, opened: Application
) -> None:
    with device(browser, opened) as held:
        page = held.page
        sign_in(page)
        add(page)
        page.wait_for_selector("text=Laptop")
        sign_out(page)
        held.is_verified(False)
        page.click("text=Sign in with a passkey")
        page.wait_for_selector("text=Nothing was chosen")
        held.is_verified(True)
        page.click("text=Use it")
        page.wait_for_selector("h1:has-text('Accounts')")


def test_a_device_is_asked_for_no_second_passkey(browser: Browser, opened: Application) -> None:
    with device(browser, opened) as held:
        sign_in(held.page)
        add(held.page)
        held.page.wait_for_selector("text=Laptop")
        add(held.page, "Again")
        held.page.wait_for_selector("text=holds a passkey of yours already")
        assert len(held.keys()) == 1


def test_a_copied_passkey_is_refused_and_told(browser: Browser, opened: Application) -> None:
    with device(browser, opened) as held:
        sign_in(held.page)
        add(held.page)
        held.page.wait_for_selector("text=Laptop")
        sign_out(held.page)
        (known,) = opened.access.passkeys.of_user(user_of(opened))
        opened.change(
            lambda records: records.passkeys.note_use(
                known.id, known=known.counter, counter=1_000, at=opened.now()
            )
        )
        held.page.click("text=Sign in with a passkey")
        held.page.wait_for_selector("text=somebody may have a copy of it")
    facts = opened.read(lambda reads: facts_about(reads.snapshot, known.user, as_of=opened.now()))
    assert [fact.kind for fact in facts][-1] == "PasskeyCopied"


def test_a_passkey_that_was_removed_or_whose_user_is_disabled_opens_nothing(
    browser: Browser, opened: Application
) -> None:
    with device(browser, opened) as held:
        page = held.page
        sign_in(page)
        add(page)
        page.wait_for_selector("text=Laptop")
        sign_out(page)
        user = user_of(opened)
        occasion = opened.occasion()
        opened.change(lambda records: users.disable_user(records, user, occasion))
        page.click("text=Sign in with a passkey")
        page.wait_for_selector("text=This was not done")
        opened.change(lambda records: users.enable_user(records, user, occasion))
        (known,) = opened.access.passkeys.of_user(user)
        opened.access.passkeys.remove(user, known.id, by="operator")
        page.goto("/sign-in")
        page.click("text=Sign in with a passkey")
        page.wait_for_selector("text=is not known here")


def test_without_scripts_the_password_remains(browser: Browser, opened: Application) -> None:
    with device(browser, opened, java_script_enabled=False) as held:
        page = held.page
        page.goto("/sign-in?next=/me/security")
        with page.expect_response("**/sign-in/passkey") as answered:
            page.click("text=Sign in with a passkey")
        policy = answered.value.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert page.locator("noscript p").is_visible()
        assert not page.locator("button").is_visible()
        page.click("text=Another way to sign in")
        page.fill("#email", EMAIL)
        page.fill("#password", PASSWORD)
        page.click("button[data-kind=primary]")
        page.wait_for_selector("text=Signed in as")
        assert "script-src" not in policy_of(page, "/me/security")


def test_axe_finds_nothing_serious(browser: Browser, opened: Application) -> None:
    with device(browser, opened) as held:
        page = held.page
        sign_in(page)
        add(page, "A laptop with quite a long name, so that it needs more than one line")
        page.wait_for_selector("text=A laptop")
        assert faults_in_every_look(page) == []
        page.click("text=Remove")
        page.wait_for_selector("text=Keep it")
        assert faults_in_every_look(page) == []
        page.click("text=Keep it")
        held.is_verified(False)
        add(page)
        page.wait_for_selector("text=Nothing was chosen")
        assert faults_in_every_look(page) == []
        sign_out(page)
        page.click("text=Sign in with a passkey")
        page.wait_for_selector("text=Nothing was chosen")
        assert faults_in_every_look(page) == []


def policy_of(page: Page, path: str) -> str:
    """What a page lets itself do."""
    answer = page.goto(path)
    assert answer is not None
    return answer.headers["content-security-policy"]
