"""Guides and what is ticked, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from people import NOW, People

from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.case_promise import NOBODY
from tierline.actions.playbooks import set_topic, tick_step
from tierline.cases.channel import Channel
from tierline.cases.playbook import Guide
from tierline.kernel.errors import NotFound
from tierline.queries.adherence import stretch
from tierline.queries.playbook_use import playbook_report
from tierline.store.store import Store

FIRST = Guide.model_validate({"topics": {"a": {"name": "A"}}})
SECOND = Guide.model_validate({"topics": {"b": {"name": "B"}}})


def test_each_version_stays_as_it_was_published(store: Store) -> None:
    people = People(store)
    assert people.do(lambda records: records.guides.newest()) == (0, Guide())
    for guide in (FIRST, SECOND):
        people.do(lambda records, guide=guide: records.guides.publish(guide, by="lead", at=NOW))
    assert people.do(lambda records: records.guides.newest()) == (2, SECOND)
    assert people.do(lambda records: records.guides.get(1)) == FIRST
    with pytest.raises(NotFound):
        people.do(lambda records: records.guides.get(3))


def test_what_was_ticked_is_counted_with_its_time_as_of_an_instant(store: Store) -> None:
    people = People(store)
    steps = [{"key": "confirm", "do": "Confirm it", "within": "PT1H"}]
    playbook = {"key": "slow", "name": "It is slow", "topics": ["slow"], "steps": steps}
    topics = {"slow": {"name": "Slow", "words": ["slow"]}, "other": {"name": "Other"}}
    guide = Guide.model_validate({"topics": topics, "playbooks": [playbook]})
    people.do(lambda records: records.guides.publish(guide, by="lead", at=NOW))
    order = CaseOrder(channel=Channel.portal, subject="Slow", text="It is slow.",
                      account=people.lattice)  # fmt: skip
    ticked, untouched, said = (people.do(open_case, order, NOBODY).id for _ in range(3))
    people.do(set_topic, said, "other")
    people.do(tick_step, ticked, "confirm")
    day = timedelta(days=1)
    during = stretch(NOW + day, NOW - day, NOW + day, None)
    found = people.read(lambda reads: playbook_report(reads, during))
    (use,) = found.playbooks
    assert (found.number, found.cases, use.used.hits, use.used.total) == (1, 3, 1, 2)
    assert (use.steps[0].median, use.steps[0].in_time.hits) == (0, 1)
    assert [(each.topic, each.guided.total) for each in found.modes] == [("slow", 2), ("other", 1)]
    assert untouched
