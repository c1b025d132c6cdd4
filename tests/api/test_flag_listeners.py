from __future__ import annotations

import asyncio
from typing import Any

import pytest
from served import Served

from tierline.access.caller import operator
from tierline.actions.checks import Question
from tierline.actions.reservations import reserve
from tierline.api import ofrep_events, ofrep_listeners
from tierline.api.ofrep_events import EventStream
from tierline.api.ofrep_listeners import LISTENERS_LIMIT_EACH, Listener, Listeners
from tierline.api.ofrep_streams import Stream
from tierline.kernel.errors import LimitReached
from tierline.kernel.instants import to_micros


def hold(served: Served, quantity: int) -> None:
    opened = served.opened
    asked = Question(
        account=served.pine, feature="sandboxes", at=to_micros(opened.now()), quantity=quantity
    )
    opened.change(lambda books: reserve(books, opened.rulebook.ruleset, asked, opened.occasion()))


def run(served: Served, listen: Any) -> Any:
    """Run a test's coroutine with the listeners of a server."""
    listeners = Listeners(served.opened)
    try:
        return asyncio.run(listen(listeners))
    finally:
        served.opened.changes.close()


def test_a_count_that_moves_is_told_less_often_than_an_answer_that_changes(
    served: Served,
) -> None:
    async def listen(listeners: Listeners) -> None:
        listener = Listener("who", (served.pine, None), None)
        listeners.add(listener)
        first = await listener.next(5)
        hold(served, 1)
        assert await listener.next(1) is None
        hold(served, 4)
        assert await listener.next(5) not in (None, first)

    run(served, listen)


def test_a_count_that_moves_is_told_after_a_while(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ofrep_listeners, "COUNTS_EVERY_SECONDS", 0.5)

    async def listen(listeners: Listeners) -> None:
        listener = Listener("who", (served.pine, None), None)
        listeners.add(listener)
        first = await listener.next(5)
        hold(served, 1)
        assert await listener.next(5) not in (None, first)

    run(served, listen)


def test_one_token_opens_so_many_streams_and_no_more(served: Served) -> None:
    async def listen(listeners: Listeners) -> None:
        opened = [Listener("who", (served.pine, None), None) for _ in range(LISTENERS_LIMIT_EACH)]
        for each in opened:
            listeners.add(each)
        with pytest.raises(LimitReached, match="too many open streams"):
            listeners.add(Listener("who", (served.pine, None), None))
        listeners.add(Listener("other", (served.pine, None), None))
        listeners.remove(opened[0])
        listeners.add(Listener("who", (served.pine, None), None))

    run(served, listen)


@pytest.mark.parametrize("takes", [True, False])
def test_a_stream_ends_with_its_listener_and_one_that_takes_nothing_is_dropped(
    served: Served, monkeypatch: pytest.MonkeyPatch, *, takes: bool
) -> None:
    monkeypatch.setattr(ofrep_events, "SLOW_SECONDS", 0.2)
    sent: list[bytes] = []

    async def listen(listeners: Listeners) -> None:
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message.get("body", b""))
            if b"refetchEvaluation" in sent[-1]:
                gone.set() if takes else await asyncio.sleep(60)

        listener = Listener("who", (served.pine, None), None)
        stream = EventStream(listeners, listener, Stream(served.pine, None, ""), operator)
        await asyncio.wait_for(stream({"type": "http"}, receive, send), 5)
        assert len(listeners) == 0

    run(served, listen)
    assert any(b"refetchEvaluation" in each for each in sent)


def test_an_open_stream_says_now_and_then_that_it_is_open(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ofrep_events, "HEARTBEAT_SECONDS", 0.05)

    async def listen(listeners: Listeners) -> list[bytes]:
        sent: list[bytes] = []
        enough = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message.get("body", b""))
            if sent.count(b":\n\n") == 2:
                enough.set()

        listener = Listener("who", (served.pine, None), None)
        stream = EventStream(listeners, listener, Stream(served.pine, None, ""), operator)
        await asyncio.wait_for(stream({"type": "http"}, receive, send), 5)
        return sent

    assert b"retry: 2000\n\n" in run(served, listen)


def test_nobody_listens_to_an_account_that_is_not_there_or_anothers(served: Served) -> None:
    path = "/ofrep/v1/events"
    assert served.nobody.get(path, params={"account": served.pine}).status_code == 401
    assert served.operator.get(path, params={"account": "account_x"}).status_code == 404
    theirs = served.as_("customer_contact", account=served.pine)
    assert theirs.get(path, params={"account": served.oak}).status_code == 404
    assert served.operator.get(path).status_code == 422
