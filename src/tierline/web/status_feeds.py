"""What was published of incidents as feeds: RSS 2.0 and JSON Feed 1.1, the newest first."""

from __future__ import annotations

import json
import re
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

from tierline.kernel.instants import parse_instant
from tierline.status.incident import Phase
from tierline.web.status_pages import incidents_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tierline.web.status_pages import Document

ENTRIES = 50
RSS_TYPE = "application/rss+xml; charset=utf-8"
JSON_FEED_TYPE = "application/feed+json; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Addresses(NamedTuple):
    """Where the feed's things are: addresses with their host, or from the feed itself."""

    home: str
    rss: str
    json_feed: str
    incident: Callable[[str], str]


class Entry(NamedTuple):
    """An update in a feed."""

    id: str
    title: str
    text: str
    at: datetime
    incident: str


def entries_of(document: Document) -> list[Entry]:
    """The newest updates."""
    return sorted(_entries(document), key=lambda each: (each.at, each.id), reverse=True)[:ENTRIES]


def rss(document: Document, addresses: Addresses) -> bytes:
    """As RSS 2.0."""
    ET.register_namespace("atom", _ATOM)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", _title(document))
    _add(channel, "link", addresses.home)
    _add(channel, "description", "Incidents and planned maintenance, as they are published.")
    _add(channel, "language", "en")
    link = {"href": addresses.rss, "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, f"{{{_ATOM}}}link", link)
    for each in entries_of(document):
        item = ET.SubElement(channel, "item")
        _add(item, "title", each.title)
        _add(item, "link", addresses.incident(each.incident))
        _add(item, "description", escape(each.text).replace("\n", "<br>\n"))  # it holds HTML
        _add(item, "pubDate", format_datetime(each.at))
        ET.SubElement(item, "guid", isPermaLink="false").text = each.id
    ET.indent(root, "")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def json_feed(document: Document, addresses: Addresses) -> bytes:
    """As JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(document),
        "description": "Incidents and planned maintenance, as they are published.",
        "home_page_url": addresses.home,
        "feed_url": addresses.json_feed,
        "language": "en",
        "items": [
            {
                "id": each.id,
                "url": addresses.incident(each.incident),
                "title": each.title,
                "content_text": each.text,
                "date_published": each.at.isoformat(),
            }
            for each in entries_of(document)
        ],
    }
    return _json(feed)


def status_json(document: Document) -> bytes:
    """The document itself."""
    return _json(document)


def _json(document: Document) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _title(document: Document) -> str:
    return f"{document['company']} status" if document["company"] else "Status"


def _entries(document: Document) -> Iterator[Entry]:
    for incident in incidents_of(document):
        for update in incident["updates"]:
            phase = update["phase"]
            title = incident["title"]
            if phase is not None and phase != Phase.open:
                title += f": {phase}"
            at = parse_instant(update["at"])
            yield Entry(update["id"], title, update["text"], at, incident["id"])


def _add(parent: Any, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NOT_IN_XML.sub("\ufffd", text)
