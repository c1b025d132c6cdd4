"""The stream of a chat's page: an event whenever something moved, until its reader goes."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from tierline.access.permission import Permission
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.chat_watch import Watcher
from tierline.kernel.errors import TierlineError
from tierline.web.page_errors import status_of
from tierline.web.shell import Visit
from tierline.web.visits import application_of, visitor_of
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from tierline.cases.chat import ChatMark
    from tierline.store.records import Records

HEARTBEAT_SECONDS = 15.0
SLOW_SECONDS = 10.0
_STREAM_KEY = "tierline.stream"
"""What tells the figures of traffic that this answer has no end of its own."""
_RETRY = b"retry: 2000\n\n"
_HEARTBEAT = b":\n\n"
_LOG = logging.getLogger("tierline.chats")


async def events(request: Request) -> Response:
    """Server-sent events `moved`, with how many public facts there are by now."""
    case = request.path_params["case"]
    try:
        visit = await run_in_threadpool(_allowed, request, case)
    except TierlineError as error:
        return PlainTextResponse(error.message, status_code=status_of(error))
    if visit is None:
        return PlainTextResponse("Sign in first.", status_code=401)
    return ChatStream(visit, case)


def _allowed(request: Request, case: str) -> Visit | None:
    """Who reads it; None where nobody is signed in. Raises Forbidden and NotFound."""
    visitor = visitor_of(request)
    if visitor is None:
        return None
    visitor.caller.require(Permission.read_cases)
    application_of(request).read(
        lambda reads: seen_case(reads, case, visitor.caller, Permission.read_cases)
    )
    return Visit(request, visitor)


class ChatStream(Response):
    """The events, and that its reader is there while they last."""

    def __init__(self, visit: Visit, case: str) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(media_type="text/event-stream", headers=headers)
        del self.headers["content-length"]
        self._visit, self._case = visit, case
        self._application = visit.application
        self._user = visit.visitor.user.id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell until the reader goes, may read it no longer, or the server ends."""
        watcher = Watcher(self._case, self._user)
        watch = self._application.chat_watch
        scope[_STREAM_KEY] = True
        gone = asyncio.create_task(_gone(receive))
        gone.add_done_callback(lambda _: watcher.end())
        try:
            watch.add(watcher)
            await run_in_threadpool(self._see)
            headers = self.raw_headers
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await _say(send, _RETRY)
            while True:
                has_moved = await watcher.moved(HEARTBEAT_SECONDS)
                if watcher.is_over:
                    break
                if has_moved and watcher.mark is not None:
                    await _say(send, _event(watcher.mark))
                else:
                    if await run_in_threadpool(_allowed, self._visit.request, self._case) is None:
                        break
                    await run_in_threadpool(self._see)
                    await _say(send, _HEARTBEAT)
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            _LOG.info("a reader of a chat took nothing for %s seconds", SLOW_SECONDS)
        except TierlineError as error:
            _LOG.info("a chat's stream was ended: %s", error.message)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            if watch.remove(watcher):
                await run_in_threadpool(self._leave)

    def _see(self) -> None:
        is_ours, now = is_staff(self._visit), self._application.now()

        def work(records: Records) -> None:
            records.chats.see(self._case, self._user, is_ours=is_ours, at=now)

        self._application.change(work)

    def _leave(self) -> None:
        self._application.change(lambda records: records.chats.leave(self._case, self._user))


def _event(mark: ChatMark) -> bytes:
    return f"event: moved\ndata: {mark.facts}\n\n".encode()


async def _say(send: Send, text: bytes) -> None:
    """Raises TimeoutError where it is not taken."""
    message = {"type": "http.response.body", "body": text, "more_body": True}
    await asyncio.wait_for(send(message), SLOW_SECONDS)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
