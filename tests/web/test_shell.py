"""The shell: where each role may go, that no link is dead, and that errors are told in words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import html5lib
import pytest
from peopled import Peopled
from signing_in import PASSWORD
from visitor import Visit

from tierline.access.role import Role

_MOST_PAGES = 80


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") if tag in ("a", "link") else None
        if href and href.startswith("/"):
            self.found.append(href.split("#")[0])


def links(page: str) -> list[str]:
    parser = _Links()
    parser.feed(page)
    return parser.found


def navigation(page: str) -> list[str]:
    bar = re.search(r'<nav class="wide" aria-label="Main">(.*?)</nav>', page, re.DOTALL)
    return re.findall(r">([^<>]+)</a>", bar[1]) if bar else []


@pytest.mark.parametrize("role", [Role.admin, Role.finance, Role.customer_contact, Role.partner])
def test_no_link_of_any_page_is_dead(world: Peopled, role: Role) -> None:
    visit = world.visit(role, world.pine if role in (Role.customer_contact, Role.partner) else None)
    waiting, seen = ["/"], {"/"}
    while waiting and len(seen) < _MOST_PAGES:
        path = waiting.pop()
        response = visit.open(path)
        assert response.status_code == 200, path
        if not response.headers["content-type"].startswith("text/html"):
            continue
        html5lib.HTMLParser(strict=True).parse(response.text)
        assert response.text.count("<h1") == 1, path
        new = sorted({link for link in links(response.text) if link not in seen})
        seen.update(new)
        waiting += new
    assert len(seen) > 8


def test_each_role_sees_the_places_that_it_may_go_to(world: Peopled, admin: Visit) -> None:
    row = ["Cases", "Accounts", "Incidents", "Articles", "Catalogs"]
    work = ["Care", "Advice", "Post-mortems", "Problems", "Disputes", "Playbooks", "Macros"]
    comes_in = ["Channels", "Mails", "Blocked senders", "Masked secrets"]
    usage = ["Activation", "Usage quality"]
    agent = world.visit(Role.agent)
    assert navigation(agent.open("/").text) == [
        *row, *work, *comes_in, "Use of articles", "Agents", "Escalations",
        "Subject leads", "Reviews", *usage,
    ]  # fmt: skip
    assert navigation(admin.open("/").text) == [
        *row, *work, *comes_in, "Adherence", "Promises kept", "Uptime", "Public figures",
        "Served alike", "Credible targets", "Effect of care", "Customer effort", "Triage",
        "Use of articles", "Use of playbooks", "Beyond the plan", "Side letters", "Agents",
        "Escalations", "Subject leads", "Reviews", "Doubles", *usage, "Enforcement", "Imports",
        "Letters", "Webhooks",
    ]  # fmt: skip
    for place in places_of(agent):
        assert agent.open(place).status_code == 200, place
    customer = world.visit(Role.customer_contact, world.oak)
    page = customer.open("/").text
    own = ["Your plan", "Cases", "Status", "Your account", "Contacts", "Consent", "Catalogs"]
    assert navigation(page) == own
    assert "<h1>Standard plan</h1>" in page


def test_work_begins_where_it_waits(world: Peopled) -> None:
    begins = {Role.agent: "/cases", Role.lead: "/cases", Role.product: "/accounts"}
    for role, place in begins.items():
        visit = world.visit(role)
        visit.open("/")
        assert visit.path == place, role


def places_of(visit: Visit) -> list[str]:
    """The addresses of everything that is in somebody's menu."""
    menu = re.search(r'<nav class="menu-body[^>]*>(.*?)</nav>', visit.open("/").text, re.DOTALL)
    assert menu is not None
    return re.findall(r'<a href="([^"]+)"', menu[1])


def places_now(page: str) -> set[str]:
    """What the navigation marks as here, in its row and in its menu."""
    return set(re.findall(r'aria-current="(?:page|true)">([^<]+)</a></li>', page))


def test_a_page_about_an_account_stands_under_the_accounts(world: Peopled, admin: Visit) -> None:
    for path in ("contacts", "consents", "criticality", "plan", "attainment"):
        assert places_now(admin.open(f"/{path}?account={world.pine}").text) == {"Accounts"}, path
    assert places_now(admin.open(f"/contracts/{world.contract}").text) == {"Accounts"}
    assert places_now(admin.open("/criticality-reviews").text) == {"Reviews"}
    assert places_now(admin.open("/me/security").text) == set()
    customer = world.visit(Role.customer_contact, world.oak)
    assert places_now(customer.open("/contacts").text) == {"Contacts"}
    assert places_now(customer.open("/plan").text) == {"Your plan"}


def test_the_navigation_is_a_row_and_a_menu_with_the_same_places(admin: Visit) -> None:
    page = admin.open("/letters").text
    lists = re.findall(r'<nav class="[^"]*" aria-label="Main">(.*?)</nav>', page, re.DOTALL)
    assert len(lists) == 2
    row, menu = (re.findall(r'<a href="([^"]+)"', places) for places in lists)
    assert row == menu
    assert "<summary data-here><span>More</span></summary>" in lists[0]
    assert re.search(r"<summary><span>Menu</span></summary>\s*<nav", page)


def test_a_customer_sees_no_other_account_and_no_page_of_all_accounts(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.bare)
    for path in (f"/accounts/{world.pine}", f"/contracts/{world.contract}",
                 f"/plan?account={world.pine}"):  # fmt: skip
        assert customer.open(path).status_code == 404, path
    assert customer.open("/usage/quality").status_code == 403
    assert "Pine</a>" not in customer.open("/accounts").text.replace("Bare Pine", "")


def test_who_is_not_signed_in_is_led_to_signing_in_and_back(world: Peopled) -> None:
    email = "lead@people.example"
    world.visit(Role.lead, email=email)
    visit = Visit(world.app)
    page = visit.open(f"/accounts/{world.pine}")
    assert "<h1>Sign in</h1>" in page.text
    back = visit.send("/sign-in", email=email, password=PASSWORD)
    assert "<h1>Pine</h1>" in back.text


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/accounts/account_nobody", 404, "There is no account"),
        ("/accounts?after=zz", 422, "not a cursor"),
        ("/accounts/{pine}?at=yesterday", 422, "yesterday"),
        ("/accounts/{pine}?at=2026-01-01T00:00:00", 422, "zone"),
        ("/catalogs/acme/2020-01-01", 404, "acme"),
        ("/catalogs/acme/2025-01-01/differences", 404, "first version"),
        ("/usage/quality?days=3", 422, "1, 7, 30, 90"),
        ("/accounts?search=" + "x" * 300, 422, "200 characters"),
    ],
)
def test_an_error_is_told_in_words_on_a_page(
    world: Peopled, admin: Visit, path: str, status: int, says: str
) -> None:
    response = admin.open(path.format(pine=world.pine))
    assert response.status_code == status
    assert says in response.text
    assert response.text.count("<h1>") == 1
    assert "Traceback" not in response.text


def test_a_fault_of_ours_is_told_without_its_trace(
    admin: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tierline.web.catalogs.published_versions", lambda _: 1 / 0)
    response = admin.open("/catalogs")
    assert response.status_code == 500
    assert "<h1>A fault of ours</h1>" in response.text
    assert "ZeroDivisionError" not in response.text


def without_own_script(page: str) -> str:
    """The page without the one script of every page, which is a file of ours."""
    bare, count = re.subn(r'<script src="/static/search\.\w+\.js" defer></script>', "", page)
    assert count == 1
    return bare


def test_every_page_forbids_what_it_does_not_need(admin: Visit) -> None:
    response = admin.open("/accounts")
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'; style-src 'self'; script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["cache-control"] == "no-store"
    assert "<script" not in without_own_script(response.text)
    assert " style=" not in response.text


def test_a_static_file_is_kept_for_ever_and_another_digest_is_not_found(admin: Visit) -> None:
    address = next(link for link in links(admin.open("/accounts").text) if "shell" in link)
    response = admin.open(address)
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert admin.open("/static/shell.000000000000.css").status_code == 404


def test_the_theme_is_in_the_first_byte_until_the_system_decides_again(world: Peopled) -> None:
    visit = world.visit(Role.agent)
    visit.open("/catalogs")
    dark = visit.send("/theme", theme="dark")
    assert '<html lang="en" data-theme="dark">' in dark.text
    assert "<h1>Catalogs</h1>" in dark.text
    assert 'data-theme="dark"' in visit.open("/me/security").text
    visit.open("/catalogs")
    assert "data-theme" not in visit.send("/theme", theme="system").text
    assert visit.post("/theme", theme="dark", form_word="forged").status_code == 403


def test_text_of_people_is_shown_and_never_run(world: Peopled, admin: Visit) -> None:
    name = "<script>alert(1)</script>'\"&"
    made = world.post("/v1/accounts", {"name": name}).json()
    for path in ("/accounts", f"/accounts/{made['id']}", f"/accounts?search={name[:8]}"):
        page = admin.open(path).text
        assert "<script" not in without_own_script(page)
        assert "&lt;script&gt;" in page


def zones(page: str) -> set[str]:
    """The zones in which a page tells instants."""
    return set(re.findall(r"<time[^>]*>[^<]*\d\d:\d\d ([A-Z]+)</time>", page))


def test_instants_are_told_by_the_clock_of_the_customer_whom_they_concern(
    world: Peopled, admin: Visit
) -> None:
    api = world.served.operator
    tokyo = api.post("/v1/accounts", json={"name": "Tide", "time_zone": "Asia/Tokyo"}).json()["id"]
    order = {"account": tokyo, "catalog": "acme", "tier": "priority"}
    api.post("/v1/contracts", json={**order, "start": "2025-01-01T00:00:00Z"}).raise_for_status()
    raised = {"account": tokyo, "subject": "Line 4 stands", "text": "Nothing moves."}
    answers = {"business_impact": "stopped", "urgency": "now"}
    case = api.post("/v1/cases", json={**raised, "answers": answers}).json()["id"]
    api.post(f"/v1/cases/{case}/disputes", json={"words": "One line."}).raise_for_status()
    customer = world.visit(Role.customer_contact, tokyo)
    for path in ("/cases", "/disputes", f"/cases/{case}"):
        assert zones(customer.open(path).text) == {"JST"}, path
    assert "is disputed" in admin.open(f"/cases/{case}").text
    assert zones(admin.page.text) == {"JST"}
    assert zones(admin.open("/disputes").text) == {"UTC"}


def test_what_is_in_english_for_everybody_has_its_dates_in_english(world: Peopled) -> None:
    pine = world.visit(Role.customer_contact, world.pine)
    pine.language = "de"
    page = pine.open(f"/contracts/{world.contract}/service-schedule?at=2025-03-01").text
    main, foot = page.split("</main>")
    assert '<main class="page" id="main" lang="en">' in main
    assert "1 March 2025" in main
    assert "März" not in main
    assert "Dunkel" in foot
