"""Guides and what is ticked, on both databases."""

from __future__ import annotations

import pytest
from people import NOW, People

from tierline.cases.playbook import Guide
from tierline.kernel.errors import NotFound
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
