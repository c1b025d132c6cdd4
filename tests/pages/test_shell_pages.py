"""The pages behind sign-in in a real browser, under their own policy: narrow and wide, light and
dark, with everything unfolded."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Literal

import httpx
import pytest
from axe_page import COLOUR_RULES, faults_in_every_look, serious_faults
from peopled import Peopled, people_small_world
from playwright.sync_api import Browser, Page, Route
from visitor import Visit

from tierline.access.role import Role

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PATHS = (
    "/accounts",
    "/accounts/{pine}",
    "/accounts/{bare}",
    "/accounts?search=nobody",
    "/cases",
    "/cases/channels",
    "/adherence?since=2024-06-01&until=2026-01-01",
    "/attainment?account={pine}",
    "/adherence/milestones?since=2024-06-01&until=2026-01-01",
    "/adherence/risk?since=2024-06-01&until=2025-05-01",
    "/adherence/waits?since=2024-06-01&until=2026-01-01",
    "/adherence/promises",
    "/adherence/experience?since=2024-06-01&until=2026-01-01",
    "/cases/new",
    "/playbooks",
    "/playbooks/use?since=2024-06-01&until=2026-01-01",
    "/side-letters?since=2024-06-01&until=2026-01-01",
    "/playbooks/exceptions?since=2024-06-01&until=2026-01-01",
    "/playbooks/edits",
    "/playbooks/outage/steps/confirm",
    "/adherence/consistency?since=2024-06-01&until=2026-01-01",
    "/care/effect",
    "/adherence/credible?since=2024-06-01&until=2026-01-01",
    "/adherence/effort?since=2024-06-01&until=2026-01-01",
    "/macros",
    "/problems",
    "/problems/{problem}",
    "/imports",
    "/imports/{import}",
    "/cases/{case}",
    "/cases/{case}/alike",
    "/post-mortems",
    "/post-mortems/{post_mortem}",
    "/cases/{mailed}",
    "/blocked-senders",
    "/chat",
    "/cases/{chatted}/chat",
    "/mails",
    "/masks",
    "/disputes",
    "/precedents",
    "/triage",
    "/search",
    "/articles",
    "/articles/new",
    "/knowledge",
    "/search?q=line&kind=case",
    "/care",
    "/care/{contract}/reports/{missed_on}/briefing",
    "/advice",
    "/advice/{advice}",
    "/advice/new?account={pine}",
    "/status",
    "/status/incidents/{incident}",
    "/status/uptime",
    "/status/uptime?account={pine}",
    "/status/promises",
    "/performance",
    "/incidents",
    "/incidents/new",
    "/incidents/{incident}",
    "/components",
    "/contracts/{contract}",
    "/contracts/{contract}/changes?what=upgrade&tier=standard",
    "/contracts/{contract}/service-schedule",
    "/accounts/{pine}/health-reports",
    "/health-reports/{report}",
    "/plan?account={pine}",
    "/plan?account={bare}",
    "/consents?account={pine}",
    "/contacts?account={pine}",
    "/contacts?account={bare}",
    "/contacts/{pine}/{contact}",
    "/criticality?account={pine}",
    "/criticality-reviews",
    "/identities",
    "/enforcement",
    "/catalogs",
    "/catalogs/acme/2025-06-01",
    "/catalogs/acme/2025-06-01/grid",
    "/catalogs/acme/2025-06-01/differences",
    "/usage/activation",
    "/usage/quality",
    "/accounts/{pine}/balances/hours",
    "/letters",
    "/webhooks",
    "/agents",
    "/agents/handoffs?since=2024-06-01&until=2026-01-01",
    "/me/notices",
    "/escalations",
    "/subject-leads",
    "/subject-leads/outages",
    "/subject-leads/outages/tiers/standard",
    "/subject-leads/call-ins",
    "/cases?view=at-risk",
    "/nowhere",
)
BASE = "http://tierline.test"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("pages")) as made:
        made.promise_checks()
        made.name_domains()
        made.draw_up_report()
        made.tell_figures()
        made.send_export()
        yield made


@pytest.fixture(scope="module")
def admin(world: Peopled) -> Visit:
    return world.visit(Role.admin)


def answer(visit: Visit, route: Route) -> None:
    """What the application in this process answers to the browser; no socket is needed. A stream
    has no end, and is not answered."""
    if route.request.url.endswith("/chat/events"):
        route.abort()
        return

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(visit.app)
        cookies = "; ".join(f"{name}={value}" for name, value in visit.cookies.items())
        headers = {**route.request.headers, "cookie": cookies}
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(
                route.request.method, route.request.url, headers=headers,
                content=route.request.post_data_buffer,
            )  # fmt: skip

    with ThreadPoolExecutor(1) as thread:
        said = thread.submit(lambda: asyncio.run(ask())).result()
    headers = {name: value for name, value in said.headers.items() if name != "content-length"}
    route.fulfill(status=said.status_code, headers=headers, body=said.content)


@contextmanager
def opened(
    browser: Browser,
    visit: Visit,
    path: str,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    status: int = 200,
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=False
    )
    page = context.new_page()
    page.route("**/*", lambda route: answer(visit, route))
    answered = page.goto(BASE + path)
    assert answered is not None
    assert answered.status == status
    try:
        yield page
    finally:
        context.close()


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_serious(
    browser: Browser, world: Peopled, admin: Visit, path: str
) -> None:
    status = 404 if path == "/nowhere" else 200
    with opened(browser, admin, path.format(**world.names), status=status) as page:
        unfold(page)
        assert faults_in_every_look(page, COLOUR_RULES) == []


def test_the_policy_lets_the_style_sheets_in_and_nothing_else(
    browser: Browser, admin: Visit
) -> None:
    with opened(browser, admin, "/catalogs/acme/2025-06-01/grid") as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.reload()
        sheets = page.evaluate("[...document.styleSheets].map(each => each.cssRules.length)")
    assert said == []
    assert len(sheets) == 3
    assert all(sheets)


def test_a_chosen_theme_goes_before_the_system(browser: Browser, world: Peopled) -> None:
    visit = world.visit(Role.agent)
    with opened(browser, visit, "/catalogs", scheme="light") as page:
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    visit.open("/catalogs")
    visit.send("/theme", theme="dark")
    with opened(browser, visit, "/catalogs", scheme="light") as page:
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark


@pytest.mark.parametrize("width", [320, 390, 700, 960, 1280])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_places_take_one_row_and_open_below_it_where_it_is_narrow(
    browser: Browser, admin: Visit, width: int, scheme: Literal["light", "dark"]
) -> None:
    with opened(browser, admin, "/letters", width, scheme) as page:
        bar = page.locator("header.top").bounding_box()
        assert bar is not None
        assert bar["height"] < 64
        menu = page.locator("summary:has-text('Menu')")
        assert menu.is_visible() == (width < 960)
        page.locator("summary:visible").filter(has_text=re.compile("Menu|More")).press("Enter")
        places = page.get_by_role("navigation", name="Main")
        assert places.count() == 1
        assert places.get_by_role("link").all_inner_texts()[-1] == "Webhooks"
        assert serious_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        places.get_by_role("link", name="Enforcement").click()
        assert page.locator("h1").inner_text() == "Where promises are enforced"


def test_who_uses_the_keyboard_can_skip_the_navigation(browser: Browser, admin: Visit) -> None:
    with opened(browser, admin, "/accounts") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        box = page.locator(".skip").bounding_box()
    assert box is not None
    assert box["y"] >= 0


def test_what_may_help_comes_once_the_case_is_shown(
    browser: Browser, world: Peopled, admin: Visit
) -> None:
    with opened(browser, admin, f"/cases/{world.case}") as page:
        page.wait_for_selector("#alike:not([data-path])")
        assert page.locator("#alike h2").inner_text() == "What may help"
        assert "Nothing like it was solved or written yet." in page.locator("#alike").inner_text()


def test_keys_walk_the_list_open_a_case_and_lead_to_the_answer(
    browser: Browser, world: Peopled, admin: Visit
) -> None:
    with opened(browser, admin, "/cases") as page:
        page.keyboard.press("j")
        first = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("j")
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.getAttribute('href')") == first
        assert first.startswith("/cases/case_")
        page.goto(f"{BASE}/cases/{world.case}")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        page.keyboard.press("Escape")
        assert page.locator("#keys").is_hidden()
        page.keyboard.press("r")
        page.keyboard.type("jw?")  # typed, and nothing else
        assert page.locator("#text").input_value() == "jw?"
        page.keyboard.press("Escape")
        page.keyboard.press("e")
        assert page.locator("#how").is_visible()
        assert page.evaluate("document.activeElement.id") == "how"
