"""`GET /ofrep/v1/events`: a stream of server-sent events, one whenever all flags of an account are
to be fetched again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tierline.access.caller import Caller, Unauthenticated
from tierline.access.permission import Permission
from tierline.access.ticket import TICKET_LIMIT_CHARACTERS, is_ticket, token_of_ticket
from tierline.api.callers import caller_of
from tierline.api.observed import STREAM_KEY
from tierline.api.of import application_of
from tierline.api.ofrep_listeners import Listener, Listeners
from tierline.api.ofrep_streams import PATH, Stream, about, event, tag_of
from tierline.api.routes import Routes
from tierline.kernel.errors import TierlineError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

HEARTBEAT_SECONDS = 15.0
SLOW_SECONDS = 10.0
"""A listener that does not take an event for so long is dropped."""
_RETRY = b"retry: 2000\n\n"
_HEARTBEAT = b":\n\n"
_NO_TICKET = "This ticket is not known, or its token is not any more. Fetch the flags again."
_LOG = logging.getLogger("tierline.listeners")
router = Routes(tags=["OpenFeature"])
Word = Annotated[str, Query(min_length=1, max_length=200)]
Severity = Annotated[str | None, Query(max_length=200)]
Ticket = Annotated[str | None, Query(max_length=TICKET_LIMIT_CHARACTERS)]


def caller_of_stream(request: Request) -> Callable[[], Caller]:
    """Who opens the stream, as a function that is asked again while it is open. Raises
    Unauthenticated."""
    ticket = request.query_params.get("ticket")
    if ticket is None:
        caller_of(request)
        return lambda: caller_of(request)
    application = application_of(request)
    token = token_of_ticket(ticket[:TICKET_LIMIT_CHARACTERS])
    digest = application.read(lambda reads: reads.tokens.digest_of(token))
    told = about(request.query_params.get("account", ""), request.query_params.get("severity"))
    if digest is None or not is_ticket(ticket, digest, *told):
        raise Unauthenticated(_NO_TICKET)
    return lambda: application.callers.of_digest(digest)


@router.get(
    PATH,
    summary="Hear when flags of an account have changed (OpenFeature)",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def listen(
    request: Request,
    who: Annotated[Callable[[], Caller], Depends(caller_of_stream)],
    account: Word,
    severity: Severity = None,
    ticket: Ticket = None,
) -> Response:
    """Server-sent events: `refetchEvaluation` with the tag of the flags as they are now, at once
    where `Last-Event-ID` is another tag or none, then with every change. The answer to
    `POST /ofrep/v1/evaluate/flags` names the address with its ticket."""
    application = application_of(request)

    def allowed() -> Caller:
        caller = who()
        caller.require(Permission.check_entitlements, application.account_of(account))
        return caller

    def found() -> Caller:
        caller = allowed()
        application.read(lambda reads: reads.accounts.get(application.account_of(account)))
        return caller

    caller = await run_in_threadpool(found)
    listeners: Listeners = request.app.state.listeners
    told = request.headers.get("last-event-id", "").strip('"').partition("-")[0]
    listener = Listener(caller.id, (account, severity), told or None)
    return EventStream(listeners, listener, Stream(account, severity, ticket or ""), allowed)


class EventStream(Response):
    """The events of a listener until it goes, may no longer listen, or the server ends."""

    def __init__(
        self,
        listeners: Listeners,
        listener: Listener,
        stream: Stream,
        allowed: Callable[[], Caller],
    ) -> None:
        super().__init__(
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        del self.headers["content-length"]
        self._listeners, self._listener = listeners, listener
        self._stream, self._allowed = stream, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._listeners.add(self._listener)
        scope[STREAM_KEY] = True
        gone = asyncio.create_task(_gone(receive))
        gone.add_done_callback(lambda _: self._listener.end())
        try:
            headers = self.raw_headers
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await _say(send, _RETRY)
            while True:
                digest = await self._listener.next(HEARTBEAT_SECONDS)
                if self._listener.is_over:
                    break
                if digest is not None:
                    await _say(send, event(tag_of(digest, self._stream)))
                else:
                    await run_in_threadpool(self._allowed)
                    await _say(send, _HEARTBEAT)
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            _LOG.info("a listener took nothing for %s seconds and was dropped", SLOW_SECONDS)
        except TierlineError as error:
            _LOG.info("a stream was ended: %s", error.message)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._listeners.remove(self._listener)


async def _say(send: Send, text: bytes) -> None:
    """Raises TimeoutError where it is not taken."""
    message = {"type": "http.response.body", "body": text, "more_body": True}
    await asyncio.wait_for(send(message), SLOW_SECONDS)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
