"""Facts of one invented account, a minute apart."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from tierline.kernel.facts import Fact, new_fact
from tierline.store.journal import append
from tierline.store.store import Store

START = datetime(2026, 3, 1, tzinfo=UTC)
ACCOUNT = "account_of_the_tests"
_CHANCE = random.Random(5).getrandbits  # noqa: S311 - the same ids in every run


def fact(minute: int, *, known_after: timedelta = timedelta(0), subject: str = ACCOUNT) -> Fact:
    at = START + timedelta(minutes=minute)
    body = {"minute": minute, "words": "Grüße"}
    return new_fact("CaseOpened", subject, body, at=at, now=at + known_after, randomness=_CHANCE)


def write(store: Store, *facts: Fact) -> None:
    store.run(lambda unit: append(unit, facts))
