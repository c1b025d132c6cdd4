"""The status page without sign-in, as its customer sees it, as feeds, and as files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import feedparser
import html5lib
import jsonfeed
import pytest
from peopled import Peopled, people_small_world
from served import made
from visitor import Visit

from tierline.access.role import Role
from tierline.bootstrap.status import seen_status, seen_uptime
from tierline.web.status_files import StatusFiles, status_files

DRAFTED = "Exports stand"  # a test of its own drafts and publishes it
WORDS = "Imports & exports stand <since> noon.\nWe look."


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("status")) as made:
        tell(made)
        yield made


def tell(world: Peopled) -> None:
    """One incident that everybody sees, one that is Oak's, one that is planned, and a draft."""
    api = made(world.served.operator, "/v1/components", name="API")["id"]
    oaks = {"is_public": False, "accounts": [world.oak]}
    line = made(world.served.operator, "/v1/components", name="Oak's line", **oaks)["id"]
    window = {"start": "2100-01-01T22:00:00Z", "end": "2100-01-02T02:00:00Z"}
    for title, part, condition, stated in (
        ("Storm over Europe", api, "partial_outage", {}),
        ("Oak's line is cut", line, "major_outage", oaks),
        ("New disks", api, "under_maintenance", {"kind": "maintenance", **window}),
    ):
        incident = made(world.served.operator, "/v1/incidents", title=title, **stated)["id"]
        update = {"text": WORDS, "effects": {part: condition}, "is_published": True}
        made(world.served.operator, f"/v1/incidents/{incident}/updates", **update)
    made(world.served.operator, "/v1/incidents", title="A rumour")


def test_everybody_reads_it_and_nothing_is_loaded(world: Peopled) -> None:
    page = Visit(world.app).open("/status")
    assert page.status_code == 200
    assert "Some components are partly out of service" in page.text
    assert "Storm over Europe" in page.text
    assert "New disks" in page.text
    assert "&lt;since&gt;" in page.text
    assert not re.search(r"<script|<link|<img|Oak|rumour", page.text)
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_customer_sees_what_concerns_them_only(world: Peopled) -> None:
    oak = world.visit(Role.customer_contact, world.oak)
    assert "Oak&#39;s line is cut" in oak.open("/status").text
    assert "Oak" not in oak.open("/status?view=public").text.partition("<main")[2]
    incident = re.findall(r"/status/incidents/(\w+)\">Oak", oak.open("/status").text)[0]
    assert oak.open(f"/status/incidents/{incident}").status_code == 200
    pine = world.visit(Role.customer_contact, world.pine)
    for path in ("/status", "/status.json", "/status/feed.rss", "/status/feed.json"):
        assert "Oak" not in pine.open(path).text
    assert pine.open(f"/status/incidents/{incident}").status_code == 404
    assert Visit(world.app).open(f"/status/incidents/{incident}").status_code == 404
    assert pine.open(f"/status?account={world.oak}").status_code == 404


def test_a_feed_reader_reads_the_rss_and_the_json_feed(world: Peopled) -> None:
    visit = Visit(world.app)
    answer = visit.open("/status/feed.rss")
    assert answer.headers["content-type"].startswith("application/rss+xml")
    read = feedparser.parse(answer.content)
    assert (read.bozo, read.version, read.feed.title) == (False, "rss20", "Acme status")
    told = [each for each in read.entries if not each.title.startswith(DRAFTED)]
    assert {each.title for each in told} == {"Imports stand", "Storm over Europe", "New disks"}
    shown = WORDS.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert {each.description for each in told} == {
        shown.replace("\n", "<br />\n"),
        "We look.",
    }
    assert all(each.published_parsed for each in read.entries)
    content = visit.open("/status/feed.json").content
    feed = jsonfeed.Feed.parse_string(content.decode())
    assert (json.loads(content)["version"], feed.title) == (feed.version, read.feed.title)
    assert [each.id for each in feed.items] == [each.id for each in read.entries]
    assert {each.content_text for each in feed.items} >= {WORDS, "We look."}
    assert [each.url for each in feed.items] == [each.link for each in read.entries]
    page = visit.open(feed.items[0].url.removeprefix(visit.base))
    assert feed.items[0].title.partition(":")[0] in page.text


def test_planned_work_is_planned_and_no_outage_in_the_list_of_incidents(world: Peopled) -> None:
    visit = world.visit(Role.agent)
    rows = visit.open("/incidents").text.split("<tr ")
    (planned,) = [row for row in rows if "New disks" in row]
    assert "Planned</span>" in planned
    assert 'data-state="breach"' not in planned
    (storm,) = [row for row in rows if "Storm over Europe" in row]
    assert 'data-state="breach"' in storm


def test_files_link_to_each_other_and_to_nothing_else(world: Peopled, tmp_path: Path) -> None:
    folder = tmp_path / "status"
    files = StatusFiles(folder)
    files.write(world.opened)
    names = {str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file()}
    assert {"index.html", "status.json", "feed.rss", "feed.json"} < names
    assert {"uptime.html", "uptime.json", "uptime.csv"} < names
    for page in folder.rglob("*.html"):
        text = page.read_text("utf-8")
        html5lib.HTMLParser(strict=True).parse(text)
        assert not re.search(r"<script|<link|<img|Oak|rumour", text)
        for target in re.findall(r'href="([^"#]+)"', text):
            assert (page.parent / target).resolve() in {e.resolve() for e in folder.rglob("*")}
    assert json.loads((folder / "status.json").read_text("utf-8"))["scope"] == "public"


def test_files_are_written_again_after_a_change_and_not_before(
    world: Peopled, tmp_path: Path
) -> None:
    files = StatusFiles(tmp_path)
    assert world.opened.read(files.is_needed)
    files.write(world.opened)
    assert not world.opened.read(files.is_needed)
    made(world.served.operator, "/v1/incidents", title="Another rumour")
    assert world.opened.read(files.is_needed)


def test_what_xml_cannot_hold_breaks_no_feed(world: Peopled) -> None:
    document, uptime = seen_status(world.opened), seen_uptime(world.opened)
    document["open"][0]["updates"][0]["text"] = "a\x0bb\ufffe"
    read = feedparser.parse(status_files(document, uptime, "https://status.example/")["feed.rss"])
    assert not read.bozo
    texts = {each.description for each in read.entries}
    assert "a\ufffdb\ufffd" in texts
    assert all(each.link.startswith("https://status.example/incidents/") for each in read.entries)


def test_an_agent_drafts_and_a_lead_publishes(world: Peopled) -> None:
    agent, lead = world.visit(Role.agent), world.visit(Role.lead)
    agent.open("/incidents/new")
    agent.send("/incidents", title=DRAFTED)
    path = agent.path
    assert "nobody outside sees this incident" in agent.page.text
    assert "Publish now" not in agent.page.text
    agent.send(f"{path}/updates", text="We look at exports.", phase="identified")
    assert "Seen among us only" in agent.page.text
    everybody = Visit(world.app)
    assert "Exports" not in everybody.open("/status").text
    agent.open(f"/cases/{world.case}")
    agent.send(f"/cases/{world.case}/incident", incident=path.rpartition("/")[2])
    assert "Its updates answer this case." in agent.page.text
    page = lead.open(path).text
    (publication,) = re.findall(r'action="([^"]+/publication)"', page)
    assert agent.post(publication, **agent.form(f"/cases/{world.case}/messages")).status_code == 403
    lead.send(publication)
    assert "We look at exports." in everybody.open("/status").text
    assert "We look at exports." in agent.open(f"/cases/{world.case}").text
    customer = world.visit(Role.customer_contact, world.pine)
    assert 'href="/incidents/' not in customer.open(f"/cases/{world.case}").text
    assert customer.open(path).status_code == 403


def test_what_is_typed_wrongly_stays_and_is_told(world: Peopled) -> None:
    lead = world.visit(Role.lead)
    lead.open("/incidents/new")
    lead.send("/incidents", title="Later", kind="maintenance", start="2100-01-01T22:00")
    assert lead.page.status_code == 422
    assert "A window has a start and an end." in lead.page.text
    assert "2100-01-01T22:00" in lead.page.text
    lead.open("/components")
    lead.send("/components", name="Mail", place="first")
    assert lead.page.status_code == 422
    lead.send("/components", name="Mail", place="3", accounts=world.oak, is_private="yes")
    assert "not on the public page" in lead.page.text
