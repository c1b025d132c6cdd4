"""A chat in two real browsers: what our people write on the case reaches the customer without
another page, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_page import serious_faults
from listening import listening
from peopled import Peopled, people_small_world
from playwright.sync_api import Browser, Page, expect
from signing_in import PASSWORD

from tierline.access.role import Role

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"]),
]
SOON = 15_000  # milliseconds: the page hears within a second of a quiet machine


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("chat")) as made:
        made.visit(Role.customer_contact, made.pine, "nadia.nagy@people.example")
        made.visit(Role.agent, email="lea@people.example")
        yield made


@contextmanager
def signed_in(browser: Browser, address: str, email: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.goto(f"{address}/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    try:
        yield page
    finally:
        context.close()


def test_both_sides_read_and_write_without_another_page(browser: Browser, world: Peopled) -> None:
    with (
        listening(world.app) as address,
        signed_in(browser, address, "nadia.nagy@people.example") as nadia,
        signed_in(browser, address, "lea@people.example") as lea,
    ):
        nadia.goto(f"{address}/chat")
        nadia.get_by_label("What is it about?").fill("Line 3 stands.")
        nadia.get_by_role("button", name="Start the chat").click()
        expect(nadia.locator("#presence")).to_contain_text("Nobody of ours has this chat open.")
        expect(nadia.get_by_role("link", name="Look for answers")).to_have_count(0)
        path = nadia.url.removesuffix("/chat")
        lea.goto(path)
        expect(lea.get_by_text("The customer has this chat open.")).to_be_visible()
        lea.get_by_label("Message", exact=True).fill("Which firmware?")
        lea.get_by_role("button", name="Send", exact=True).click()
        expect(nadia.get_by_text("Which firmware?")).to_be_visible(timeout=SOON)
        lea.goto(f"{path}/chat")
        expect(nadia.locator("#presence")).to_contain_text("is here.", timeout=SOON)
        nadia.get_by_label("Message").fill("7.2 <b>beta</b>")
        nadia.get_by_role("button", name="Send").click()
        expect(lea.get_by_text("7.2 <b>beta</b>")).to_be_visible(timeout=SOON)
        expect(nadia.locator("#said > li")).to_have_count(3, timeout=SOON)
        assert serious_faults(nadia) == []
        lea.get_by_role("button", name="End the chat").click()
        expect(nadia.get_by_text("This chat is over.")).to_be_visible(timeout=SOON)
