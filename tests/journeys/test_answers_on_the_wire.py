"""Answers as bytes: what a client sees that speaks HTTP by hand."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from running_server import running_server

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
BODY = b'{"account":"nobody","feature":"reports"}'
_LENGTH = re.compile(rb"(?i)content-length: (\d+)\r\n")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    folder = tmp_path_factory.mktemp("wire")
    with running_server("--data", str(folder / "data"), log=folder / "log") as found:
        parts = urlsplit(found)
        assert parts.hostname is not None
        assert parts.port is not None
        yield parts.hostname, parts.port


def request(method: bytes, *headers: bytes, body: bytes = BODY, version: bytes = b"1.1") -> bytes:
    lines = [
        method + b" /v1/checks HTTP/" + version,
        b"Host: here",
        b"Authorization: Bearer tl_nobody",
        b"Content-Length: %d" % len(body),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def answers(connection: socket.socket, count: int, *, has_body: bool = True) -> list[bytes]:
    """So many answers, in the order in which they came; one that has no end fails by its time."""
    connection.settimeout(10)
    found, rest = [], b""
    while len(found) < count:
        head, end, after = rest.partition(b"\r\n\r\n")
        length = int(_LENGTH.findall(head + end)[0]) if end and has_body else 0
        if end and len(after) >= length:
            found.append(head + end + after[:length])
            rest = after[length:]
            continue
        part = connection.recv(65_536)
        assert part, f"the connection ended after {found} and {rest!r}"
        rest += part
    assert rest == b""
    return found


def is_over(connection: socket.socket) -> bool:
    connection.settimeout(10)
    return connection.recv(1) == b""


def test_requests_in_one_packet_are_answered_in_their_order(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address)) as connection:
        names = [b"first", b"second", b"third"]
        connection.sendall(b"".join(request(b"POST", b"X-Request-Id: " + n) for n in names))
        found = answers(connection, 3)
    assert [each.split(b"x-request-id: ")[1].split(b"\r\n")[0] for each in found] == names
    for each in found:
        head, body = each.split(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 401 Unauthorized\r\n")
        assert b"\r\ndate: " in head
        assert b'"code":"unauthenticated"' in body


def test_a_client_that_wants_no_more_is_let_go(address: tuple[str, int]) -> None:
    for last in (request(b"POST", b"Connection: close"), request(b"POST", version=b"1.0")):
        with closing(socket.create_connection(address)) as connection:
            connection.sendall(last)
            (found,) = answers(connection, 1)
            assert b"\r\nconnection: close\r\n" in found
            assert is_over(connection)


def test_a_head_has_no_body(address: tuple[str, int]) -> None:
    with closing(socket.create_connection(address)) as connection:
        connection.sendall(request(b"HEAD", body=b""))
        (found,) = answers(connection, 1, has_body=False)
        assert found.startswith(b"HTTP/1.1 405 ")
        connection.sendall(request(b"POST"))  # which is not read as the end of the one before
        (found,) = answers(connection, 1)
        assert found.startswith(b"HTTP/1.1 401 ")


def test_a_client_that_asks_first_is_refused_before_it_sends(address: tuple[str, int]) -> None:
    whole = request(b"POST", b"Expect: 100-continue")
    with closing(socket.create_connection(address)) as connection:
        connection.sendall(whole[: -len(BODY)])
        (found,) = answers(connection, 1)
        assert found.startswith(b"HTTP/1.1 401 ")
