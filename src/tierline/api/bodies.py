"""Bodies: bytes in, bytes out, bounded before they are read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

import msgspec
from starlette.responses import Response
from starlette.types import Receive

from tierline.api.strict_json import refuse_ambiguous
from tierline.kernel.errors import Fault, Invalid, LimitReached

BodyT = TypeVar("BodyT")
BODY_LIMIT_BYTES = 1_048_576


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


_JSON = ((b"content-type", b"application/json"),)
to_json = msgspec.json.Encoder(decimal_format="string").encode
"""A value as JSON, its decimals as text."""


def json_answer(
    value: Any, *, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Answer:
    """A value as JSON."""
    return Answer(status, to_json(value), _JSON + headers)


def written_answer(body: bytes, *headers: tuple[bytes, bytes]) -> Answer:
    """JSON that is written already."""
    return Answer(200, body, _JSON + headers)


def answer_as(response: Response) -> Answer:
    """A response of the framework's as an answer, which states its length anew."""
    headers = tuple(each for each in response.raw_headers if each[0] != b"content-length")
    return Answer(response.status_code, bytes(response.body), headers)


def read_body(decoder: msgspec.json.Decoder[BodyT], body: bytes) -> BodyT:
    """The body as what the route expects. Raises Invalid for one that is no JSON or says something
    else. A sound body in which a key
    stands twice is left to `refuse_twice`, which costs something."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        refuse_ambiguous(body)
        message, _, path = str(error).partition(" - at `$")
        fault = Fault("invalid", f"{message}.", path.rstrip("`").lstrip("."))
        raise Invalid("The body does not say what this route expects.", [fault]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.", code="malformed_json") from None


def names_of(kind: type[msgspec.Struct]) -> tuple[bytes, ...]:
    """The keys of a body, as they stand in it."""
    return tuple(f'"{name}"'.encode() for name in kind.__struct_encode_fields__)


def refuse_twice(body: bytes, names: tuple[bytes, ...]) -> None:
    """Raise Invalid where the one object that a body holds names a key twice. A key that stands
    there once as bytes is named once, unless it is written with an escape: counting is quick, and
    what it cannot tell is read again."""
    if b"\\" in body:
        refuse_ambiguous(body)
        return
    for name in names:
        if body.count(name) > 1:
            refuse_ambiguous(body)
            return


async def whole_body(
    headers: Iterable[tuple[bytes, bytes]], receive: Receive, limit_bytes: int
) -> bytes:
    """Everything that is sent. Raises LimitReached as soon as it is, or is said to be, too large,
    and Invalid where its sender went away in the middle."""
    _refuse_announced(headers, limit_bytes)
    parts, size = [], 0
    while (message := await receive())["type"] == "http.request":
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit_bytes:
            raise _too_large(limit_bytes)
        parts.append(part)
        if not message.get("more_body"):
            return part if len(parts) == 1 else b"".join(parts)
    raise Invalid("The body was cut off.", code="malformed_json")


def _refuse_announced(headers: Iterable[tuple[bytes, bytes]], limit_bytes: int) -> None:
    """Nothing is read of a body that says itself that it is too large."""
    for name, value in headers:
        if name == b"content-length" and value.isdigit() and int(value[:20]) > limit_bytes:
            raise _too_large(limit_bytes)


def _too_large(limit_bytes: int) -> LimitReached:
    return LimitReached(f"The body has more than {limit_bytes:,} bytes, which is the limit.")
