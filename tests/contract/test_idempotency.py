from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from facts import START
from postgresql_server import Server

from tierline.api.application import application as app_of
from tierline.api.server import AlwaysOperator
from tierline.bootstrap.application import Application, open_application
from tierline.store.idempotency import KEPT_FOR, KnownKey
from tierline.store.records import Records
from tierline.worker.duties import DUTIES

SUPPORT = Path(__file__).parents[1] / "support"
ANSWER = {"status": 201, "headers": {}, "body": '{"id": "account_x", "name": "Ada"}'}


@pytest.fixture
def opened(address: str) -> Iterator[Application]:
    with open_application(database=address) as application:
        yield application


def begun(opened: Application, key: str = "k", *, at: datetime = START) -> KnownKey | None:
    """Take a key, and keep an answer where nobody has it."""

    def work(records: Records) -> KnownKey | None:
        known = records.idempotency.begin(key, "asked", at)
        if known is None:
            records.idempotency.finish(key, ANSWER, "contact_y")
        return known

    return opened.change(work)


def posted(app: Any, name: str, key: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x.test") as client:
            headers = {"Idempotency-Key": key}
            return await client.post("/v1/accounts", json={"name": name}, headers=headers)

    return asyncio.run(send())


def names(opened: Application) -> list[str]:
    asked = httpx.ASGITransport(AlwaysOperator(app_of(opened)))

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=asked, base_url="http://x.test") as client:
            return await client.get("/v1/accounts")

    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(lambda: asyncio.run(send())).result()
    return [each["name"] for each in answer.json()["items"]]


def sent_at_once(apps: list[Any], count: int = 8) -> list[httpx.Response]:
    with ThreadPoolExecutor(count) as threads:
        asked = [
            threads.submit(posted, apps[number % len(apps)], "Elm", "key-1")
            for number in range(count)
        ]
        return [each.result() for each in asked]


def test_one_thing_is_made_where_eight_threads_ask_at_once(opened: Application) -> None:
    answers = sent_at_once([AlwaysOperator(app_of(opened))])
    assert names(opened) == ["Elm"]
    is_told(answers)


def test_one_thing_is_made_where_two_processes_are_asked_at_once(server: Server) -> None:
    address = server.fresh_database()
    with open_application(database=address) as one, open_application(database=address) as other:
        answers = sent_at_once([AlwaysOperator(app_of(each)) for each in (one, other)])
        assert names(other) == ["Elm"]
    server.drop_database(address)
    is_told(answers)


def is_told(answers: list[httpx.Response]) -> None:
    """One is the first; the others hear the same, or that it is still being done."""
    made = [each for each in answers if each.status_code == 201]
    busy = [each for each in answers if each.status_code == 409]
    assert len(made) + len(busy) == len(answers)
    assert len({each.content for each in made}) == 1
    assert sum("idempotency-replayed" not in each.headers for each in made) == 1
    assert {each.json()["code"] for each in busy} <= {"idempotency_key_in_use"}


def test_a_key_is_known_for_a_day_and_then_new(opened: Application) -> None:
    assert begun(opened) is None
    assert begun(opened, at=START + KEPT_FOR - timedelta(seconds=1)) == KnownKey("asked", ANSWER)
    assert begun(opened, at=START + KEPT_FOR) is None


def test_a_duty_forgets_keys_after_a_day(opened: Application) -> None:
    (duty,) = (duty for duty in DUTIES if duty.name == "forget keys")
    assert not opened.read(duty.is_needed)
    now = opened.now()
    begun(opened, "old", at=now - KEPT_FOR - timedelta(seconds=1))
    begun(opened, "new", at=now)
    assert opened.read(duty.is_needed)
    duty.do(opened)
    assert begun(opened, "new", at=now) is not None
    assert begun(opened, "old", at=now) is None


def test_an_answer_about_somebody_who_is_erased_is_kept_no_more(opened: Application) -> None:
    begun(opened)
    opened.change(lambda records: records.idempotency.forget_answers(["account_z"]))
    assert begun(opened) == KnownKey("asked", ANSWER)
    opened.change(lambda records: records.idempotency.forget_answers(["account_x", "contact_y"]))
    assert begun(opened) == KnownKey("asked", None)


def test_a_process_killed_in_the_middle_leaves_neither_the_change_nor_the_key(
    address: str,
) -> None:
    with open_application(database=address):
        pass
    done = subprocess.run(
        [sys.executable, SUPPORT / "killed_in_a_change.py", address],
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
        check=False,
    )
    assert done.returncode == -9
    with open_application(database=address) as opened:
        assert names(opened) == []
        with ThreadPoolExecutor(1) as thread:
            app = AlwaysOperator(app_of(opened))
            answer = thread.submit(posted, app, "Elm", "key-1").result()
        assert (answer.status_code, answer.headers.get("idempotency-replayed")) == (201, None)
        assert names(opened) == ["Elm"]
