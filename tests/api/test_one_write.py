from __future__ import annotations

import asyncio

from tierline.api.one_write import Gathering


class Written(asyncio.Transport):
    """What a transport was asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.calls.append(bytes(data))

    def close(self) -> None:
        self.calls.append(b"closed")

    def is_closing(self) -> bool:
        return False


async def gathered(*parts: bytes, wait: bool = False, close: bool = False) -> list[bytes]:
    transport = Written()
    gathering = Gathering(transport, asyncio.get_running_loop())
    for part in parts:
        gathering.write(part)
        if wait:
            await asyncio.sleep(0)
    if close:
        gathering.close()
    await asyncio.sleep(0)
    assert gathering.is_closing() is False
    return transport.calls


def test_a_head_and_its_body_are_one_write() -> None:
    assert asyncio.run(gathered(b"head ", b"body")) == [b"head body"]


def test_a_head_alone_goes_with_the_next_turn_of_the_loop() -> None:
    assert asyncio.run(gathered(b"head")) == [b"head"]
    assert asyncio.run(gathered(b"head", b"late body", wait=True)) == [b"head", b"late body"]


def test_what_is_held_goes_before_the_end() -> None:
    assert asyncio.run(gathered(b"head", close=True)) == [b"head", b"closed"]
