"""A customer's pages in German: every word of ours on them is a message that is said in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from marked_language import marked_german, unsaid
from peopled import Peopled, people_small_world
from starlette.routing import Route
from visitor import Visit

from tierline.access.role import Role
from tierline.web.routes import ROUTES

NO_PAGES = (
    "{statement}",
    "{attachment}",
    ".csv",
    ".zip",
    ".json",
    ".pdf",
    ".xlsx",
    ".md",
    ".ics",
    ".rss",
    "/events",
    "/transcript",
    "/receipt",
)
ADDRESSES = {
    "/cases/{case}/chat": "/cases/{chatted}/chat",
    "/cases/{case}/chat/news": "/cases/{chatted}/chat/news",
    "/contracts/{contract}/service-schedule/differences": (
        "/contracts/{contract}/service-schedule/differences?before_at=2025-01-02"
    ),
    "/search": "/search?q=line",
    "/care/{contract}/{feature}/{due_on}/briefing": (
        "/care/{contract}/reports/{missed_on}/briefing"
    ),
}
"""Where the page of a route has the most on it, if that is not its plain address."""
FURTHER = (
    "/cases/{mailed}",
    "/cases/{disputed}",
    "/cases/{chatted}",
    "/contacts/{account}/nobody",
    "/consents?contact={contact}",
    "/accounts/{account}?at=2025-02-01",
    "/status?view=public",
)
NOBODY = ("nobody", "/imports/", "/sign-in/provider", "/me/security/second-factor", "/invitation")
"""In addresses that lead a customer nowhere here, whose page says so."""
AS_WRITTEN = (
    "/contracts/{contract}/service-schedule",
    "/catalogs/",
    "/grid",
)
WRITTEN = (
    "Ada Byron", "Nadia Nagy", "nadia", "Bare Pine", "Pine", "Acme", "acme", "people", "example",
    "Line", "stands", "Nothing moves", "Nothing works", "line", "stand", "pine", "Health checks",
    "No.", "It slept", "One line of six", "Camera", "No picture",
    "controller", "log", "Imports", "Files that come in", "We look", "Health check", "Sandboxes",
    "sandboxes", "Engineering hours", "Reports", "Data region", "EU", "Severity", "intake", "Down",
    "Slow", "Priority", "Standard", "Enterprise", "Ticked the box", "Start again", "Reset it",
    "certificate", "expired", "Two jobs renew it", "The line stood for an hour", "Renew in time",
    "Data export", "On-site days", "Phone", "UTC", "Tierline", "JSON", "PDF", "Feed", "RSS",
    "Nov", "KB", "CSV", "One gateway serves all", "One gateway", "Service is down",
    "XLSX", "Extra sandbox", "On-site day", "Suite",
)  # fmt: skip
"""What people wrote in this small world, and names."""
TEXTS = {
    "what_happened": "Line 5 stands.",
    "root_cause": "Reset it.",
    "told_what_happened": "Line 5 stands.",
    "told_cause": "Reset it.",
    "told_prevention": "Two jobs renew it.",
}
TOLD = re.compile(
    "|".join(rf"\b{re.escape(text)}" for text in sorted(WRITTEN, key=len, reverse=True))
)
WORD = re.compile(r"[^\W\d_]{2,}")
ID = re.compile(r"\b[a-z_]+_01[0-9a-z]{24}\b|sha256:[0-9a-f]+")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("german")) as peopled:
        peopled.promise_checks()
        peopled.draw_up_report()
        peopled.tell_figures()
        yield peopled


@pytest.fixture(scope="module")
def names(world: Peopled) -> dict[str, str]:
    """What stands in the addresses of pages."""
    article = {"title": "Start again", "text": "Reset it.", "audience": "customers"}
    kept = made(world, "/v1/articles", article)["id"]
    world.served.operator.put(f"/v1/articles/{kept}/publication").raise_for_status()
    raised = {"subject": "Line 5 stands", "text": "Nothing moves.", "severity": "S1"}
    case = made(world, "/v1/cases", {**raised, "account": world.pine})["id"]
    made(world, f"/v1/cases/{case}/messages", {"text": "We look.", "is_public": True})
    made(world, f"/v1/cases/{case}/resolution", {"how": "Reset it.", "why": "It slept."})
    post_mortem = f"/v1/post-mortems/{made(world, '/v1/post-mortems', {'case': case})['id']}"
    made(world, f"{post_mortem}/versions", {"texts": TEXTS, "failure_mode": "asleep"})
    world.served.operator.put(f"{post_mortem}/publication").raise_for_status()
    return {
        **world.names,
        "case": case,
        "disputed": world.case,
        "account": world.pine,
        "catalog": "acme",
        "version": "2025-06-01",
        "feature": "hours",
        "article": kept,
    }


def made(world: Peopled, path: str, body: dict[str, Any]) -> Any:
    answer = world.post(path, body)
    assert answer.is_success, answer.text
    return answer.json()


def pages() -> list[str]:
    """The address of every page that there is, whoever may call it."""
    paths = [
        route.path
        for route in ROUTES
        if isinstance(route, Route) and "GET" in (route.methods or ())
    ]
    shown = [path for path in paths if not path.startswith("/static") and ".ics" not in path]
    return [ADDRESSES.get(path, path) for path in shown if not path.endswith(NO_PAGES)]


def address(path: str, names: dict[str, str]) -> str:
    return re.sub(r"\{([^}]*)\}", lambda found: names.get(found[1], "nobody"), path)


def left_in_english(page: str) -> set[str]:
    """Words of ours that no message says."""
    told = (TOLD.sub("", ID.sub("", text)) for text in unsaid(page))
    return {text for text in told if WORD.search(text)}


@pytest.mark.parametrize("path", [each for each in pages() if each.startswith(AS_WRITTEN)])
def test_what_was_signed_or_published_says_in_which_language_it_is(
    customer: Visit, names: dict[str, str], path: str
) -> None:
    customer.accept = "text/html"
    answer = customer.open(address(path, names))
    assert answer.status_code == 200
    assert 'lang="en"' in answer.text


SAID = [each for each in (*pages(), *FURTHER) if not each.startswith(AS_WRITTEN)]


@pytest.mark.parametrize("path", SAID)
def test_every_word_of_ours_is_said_in_the_readers_language(
    world: Peopled, customer: Visit, names: dict[str, str], path: str
) -> None:
    before, world.opened.language = world.opened.language, marked_german()
    try:
        customer.accept = "text/html"
        asked = address(path, names)
        answer = customer.open(asked)
    finally:
        world.opened.language = before
    assert answer.headers["content-type"].startswith("text/html")
    assert left_in_english(answer.text) == set()
    assert '<main class="page" id="main" lang="en"' not in answer.text
    is_nowhere = any(part in asked for part in NOBODY)
    assert answer.status_code in ((200, 403, 404, 409, 422) if is_nowhere else (200, 403))


@pytest.mark.parametrize(
    ("page", "action", "fields"),
    [
        ("/cases/new", "/cases", {"subject": "", "text": ""}),
        ("/cases/new", "/cases", {"subject": "x" * 301, "text": "Nothing moves."}),
        ("/cases/{case}", "/cases/{case}/messages", {"text": ""}),
        ("/cases/{mailed}", "/cases/{mailed}/disputes", {"words": ""}),
        ("/cases/{mailed}", "/cases/{mailed}/disputes", {"words": "No.", "wanted": "S7"}),
        ("/chat", "/chat", {"text": ""}),
        ("/contacts", "/contacts/{account}", {"name": "", "email": "x", "phone": "x"}),
        ("/contacts", "/contacts/{account}", {"name": "Nadia", "email": "nadia@pine.example"}),
    ],
)
def test_what_is_wrong_with_a_form_is_said_in_it_too(
    world: Peopled, names: dict[str, str], page: str, action: str, fields: dict[str, str]
) -> None:
    visit = world.visit(Role.customer_contact, world.pine)
    before, world.opened.language = world.opened.language, marked_german()
    try:
        visit.open(address(page, names))
        answer = visit.send(address(action, names), **fields)
    finally:
        world.opened.language = before
    assert answer.status_code == 422
    assert left_in_english(answer.text) <= {"x" * 301}


@pytest.fixture(scope="module")
def german(world: Peopled) -> Visit:
    visit = world.visit(Role.customer_contact, world.pine)
    visit.open("/plan")
    assert 'lang="en"' in visit.page.text
    visit.send("/me/language", language="de")
    return visit


def test_dates_and_lengths_are_written_as_in_german(world: Peopled, german: Visit) -> None:
    page = german.open("/plan").text
    assert re.search(r"Stand: <time [^>]*>\d+\. \w+\.? \d{4}, \d\d:\d\d UTC</time>", page)
    words = german.open(f"/cases/{world.case}").text
    for told in ("Was zugesagt ist", "Vorgabe", "Schweregrad", "Std."):
        assert told in words


def test_our_own_people_read_english_whatever_their_browser_says(world: Peopled) -> None:
    visit = world.visit(Role.agent)
    visit.language = "de"
    page = visit.open("/cases").text
    assert '<html lang="en"' in page
    assert "/me/language" not in page


def test_who_is_not_signed_in_reads_what_their_browser_asks_for(world: Peopled) -> None:
    assert '<html lang="en"' in Visit(world.app).open("/sign-in").text
    page = Visit(world.app, language="de,en;q=0.5").open("/sign-in").text
    assert '<html lang="de"' in page
    assert "<h1>Anmelden</h1>" in page
    assert "Die letzten 90 Tage" in Visit(world.app, language="de").open("/status").text
