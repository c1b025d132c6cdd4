"""Promises in words alone, on both databases: found, looked at, listed again; nobody is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from desk import opened
from served import Served, make_small_world

from tierline.actions.promise_mentions import dismiss_mention, restore_mention
from tierline.bootstrap.application import open_application
from tierline.queries.adherence import stretch
from tierline.queries.promise_mentions import PromiseMention, promise_mentions


@pytest.fixture
def served(empty_address: str) -> Iterator[Served]:
    with open_application(database=empty_address) as application:
        yield Served(application, *make_small_world(application))


def mentions(served: Served) -> tuple[PromiseMention, ...]:
    during = stretch(served.opened.now(), None, None, None)
    return served.opened.read(lambda reads: promise_mentions(reads, during))


def test_lines_are_broken_anywhere_and_what_was_not_said_yet_is_not_listed(served: Served) -> None:
    case = opened(served.operator, served.oak, severity="S2")
    for text in ("We are back within\n4 hours.", "Wie im Service\nlevel agreement: ja."):
        body = {"text": text, "is_public": False}
        served.operator.post(f"/v1/cases/{case['id']}/messages", json=body).raise_for_status()
    assert sorted(each.said for each in mentions(served)) == [
        "Service level agreement",
        "within 4 hours",
    ]
    now = served.opened.now()
    before = stretch(now, None, now, now - timedelta(hours=1))
    assert served.opened.read(lambda reads: promise_mentions(reads, before)) == ()


def test_a_mention_is_found_looked_at_and_listed_again(served: Served) -> None:
    case = opened(served.operator, served.oak, severity="S2")
    path = f"/v1/cases/{case['id']}/messages"
    for text in ("We guarantee 100 % of it_.", "Nothing of the kind within reach."):
        served.operator.post(path, json={"text": text, "is_public": True}).raise_for_status()
    (found,) = mentions(served)
    assert (found.said, found.is_public, found.dismissed) == ("guarantee", True, None)
    occasion = served.opened.occasion()
    for reason in ("Nadia Nagy said it was a joke", "A joke of Nadia Nagy"):
        served.opened.change(
            lambda records, reason=reason: dismiss_mention(records, found.record, reason, occasion)
        )
    served.opened.change(lambda records: records.mentions.erase_people(["Nadia Nagy"]))
    (looked_at,) = mentions(served)
    assert looked_at.dismissed is not None
    assert "Nadia" not in looked_at.dismissed.reason
    served.opened.change(lambda records: restore_mention(records, found.record, occasion))
    (again,) = mentions(served)
    assert again.dismissed is None
