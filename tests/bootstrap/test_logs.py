from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from tierline.bootstrap.logs import FIELDS, log_to, request_id, without_secrets


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("tierline")
    before = root.handlers[:], root.level, ours.level
    stream = io.StringIO()
    log_to(stream)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_a_line_is_one_object_with_its_request_and_fields(lines: io.StringIO) -> None:
    request_id.set("abc-1")
    logging.getLogger("tierline.test").info("two\nlines", extra={FIELDS: {"status": 200}})
    request_id.set("")
    (line,) = lines.getvalue().splitlines()
    found = json.loads(line)
    assert found.pop("at").endswith("Z")
    assert found == {
        "level": "info",
        "logger": "tierline.test",
        "message": "two\nlines",
        "request": "abc-1",
        "status": 200,
    }


def test_a_trace_is_in_the_line_and_other_libraries_are_quiet(lines: io.StringIO) -> None:
    fault = ValueError("postgresql://tierline:hunter2@db/tierline")
    logging.getLogger("tierline.test").error("it broke", exc_info=fault)
    logging.getLogger("httpx").info("a request to https://partner.example/secret")
    (line,) = lines.getvalue().splitlines()
    assert "ValueError" in json.loads(line)["trace"]
    assert "hunter2" not in line


@pytest.mark.parametrize(
    "secret",
    [
        "tl_0123456789abcdefghijABCDEFGHIJ0123456789abc",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/=",
        "Authorization: Bearer eyJhbGciOi.J9.xyz",
        "postgresql://user:pass%40word@host/db",
        "/invitation?code=abcde-fghij-klmno",
        "host=db password=hunter2 user=x",
    ],
)
def test_secrets_are_taken_out(secret: str) -> None:
    said = without_secrets(f"something with {secret} in it")
    assert "***" in said
    for part in ("0123456789abc", "MfKQ", "eyJ", "pass%40", "abcde", "hunter2"):
        assert part not in said
