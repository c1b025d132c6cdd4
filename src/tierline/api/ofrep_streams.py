"""Where a client of OpenFeature hears that flags have changed: the stream that the answer with all
flags names, and how its events look (ADR-0008 of the protocol).

A browser opens a stream without headers. So where the caller showed a token, the address carries a
ticket that was made with it; a signed-in browser sends its cookie.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

from tierline.access.caller import CallerKind
from tierline.access.secret import digest_of_secret
from tierline.access.ticket import ticket_of
from tierline.api.bodies import to_json
from tierline.settings import address

if TYPE_CHECKING:
    from tierline.api.hot import Call

PATH = "/ofrep/v1/events"
INACTIVE_SECONDS = 120
"""After how long in the background a client may close its stream."""
_TAG_CHARACTERS = 8
_KEPT_STREAMS = 10_000


class Stream(NamedTuple):
    """The stream of an account's flags. `ticket` is empty for who needs none."""

    account: str
    severity: str | None
    ticket: str

    @property
    def about(self) -> tuple[str, ...]:
        """What its ticket is about."""
        return about(self.account, self.severity)


def about(account: str, severity: str | None) -> tuple[str, ...]:
    """What the ticket of a stream is about."""
    return "flags", account, severity or ""


def stream_of(call: Call, account: str, severity: str | None) -> Stream | None:
    """The stream that a caller may listen to; None where there is no such account."""
    if account not in call.application.rulebook.ruleset.accounts:
        return None
    if call.caller.kind is not CallerKind.token:
        return Stream(account, severity, "")
    secret = (call.header(b"authorization") or "").partition(" ")[2].strip()
    told = about(account, severity)
    return Stream(account, severity, ticket_of(call.caller.id, digest_of_secret(secret), *told))


def tag_of(digest: str, stream: Stream | None) -> str:
    """The tag of an answer: another one where its stream is another one, so that a client never
    keeps the address of a stream that a revoked token opened."""
    return f'"{digest}-{stream.ticket[-_TAG_CHARACTERS:]}"' if stream else f'"{digest}"'


def with_stream(json: bytes, stream: Stream | None) -> bytes:
    """The object of all flags with its stream."""
    if stream is None:
        return json
    return json[:-1] + b',"eventStreams":' + _named(stream, address() or "") + b"}"


def event(tag: str) -> bytes:
    """That all flags are to be fetched again. Its id is the tag, so that a listener who comes back
    hears at once what it has missed, whichever process it comes back to."""
    said = to_json({"type": "refetchEvaluation", "etag": tag}).decode()
    return f"id: {tag}\nevent: message\ndata: {said}\n\n".encode()


@lru_cache(maxsize=_KEPT_STREAMS)
def _named(stream: Stream, ours: str) -> bytes:
    """The list with the one stream. Without an origin where nobody has stated our address: clients
    then take the one that they fetched the flags from."""
    stated = {"account": stream.account, "severity": stream.severity, "ticket": stream.ticket}
    query = urlencode({name: value for name, value in stated.items() if value})
    parts = urlsplit(ours)
    endpoint = {"requestUri": f"{parts.path}{PATH}?{query}"}
    if parts.netloc:
        endpoint["origin"] = f"{parts.scheme}://{parts.netloc}"
    return to_json([{"type": "sse", "endpoint": endpoint, "inactivityDelaySec": INACTIVE_SECONDS}])
