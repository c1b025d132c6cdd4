"""Bodies of the hot routes: bytes in, bytes out, bounded before they are read."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import msgspec

from tierline.kernel.errors import Fault, Invalid, LimitReached

BodyT = TypeVar("BodyT")
BODY_LIMIT_BYTES = 1_048_576
DEPTH_LIMIT = 64


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


def read_body(decoder: msgspec.json.Decoder[BodyT], body: bytes) -> BodyT:
    """The body as what the route expects. Raises LimitReached for a larger or a deeper one, and
    Invalid for one that is no JSON or says something else."""
    refuse_large(body)
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        fault = Fault("invalid", f"{message}.", path.rstrip("`").lstrip("."))
        raise Invalid("The body does not say what this route expects.", [fault]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not JSON: {error}.", code="malformed_json") from None


def refuse_large(body: bytes, limit_bytes: int = BODY_LIMIT_BYTES) -> None:
    """Raise LimitReached for a body of more bytes."""
    if len(body) > limit_bytes:
        raise LimitReached(f"The body has {len(body):,} bytes; {limit_bytes:,} is the limit.")
