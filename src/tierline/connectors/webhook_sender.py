"""Sends a message to an address outside: bounded in time and size, never where it must not go."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import httpx

from tierline.connectors.outside_addresses import (
    InsideAddress,
    Resolve,
    address_of,
    resolve_by_system,
)
from tierline.webhooks.attempt import Attempt

if TYPE_CHECKING:
    import ssl

TOTAL_SECONDS = 15.0
"""From the first byte sent to the last read, whatever the other side does in between."""
ANSWER_LIMIT_BYTES = 64 * 1024
_PORTS = {"https": 443, "http": 80}


class WebhookSender:
    """`allows_private` lets it call addresses of one's own network."""

    def __init__(
        self,
        *,
        allows_private: bool,
        resolve: Resolve = resolve_by_system,
        seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._allows_private = allows_private
        self._resolve = resolve
        self._seconds = seconds

    def send(
        self, url: str, headers: Mapping[str, str], content: bytes, *, at: datetime
    ) -> Attempt:
        """One attempt, which began `at`. Whatever goes wrong is its error, in a sentence that
        shows nothing of the address."""
        began = time.monotonic()
        status, error = None, ""
        try:
            status = asyncio.run(self._post(httpx.URL(url), headers, content))
        except InsideAddress as inside:
            error = inside.message
        except TimeoutError:
            error = f"No answer within {self._seconds:g} seconds."
        except httpx.TransportError as failure:
            error = f"The connection failed ({type(failure).__name__})."
        except (OSError, ValueError, httpx.InvalidURL):
            error = "The name of the host could not be found."
        return Attempt(at, status, error, round((time.monotonic() - began) * 1000))

    async def _post(self, url: httpx.URL, headers: Mapping[str, str], content: bytes) -> int:
        """The status that came back; a redirect is one, and is not followed."""
        address = address_of(
            url.host,
            url.port or _PORTS[url.scheme],
            resolve=self._resolve,
            allows_private=self._allows_private,
        )
        async with (
            asyncio.timeout(self._seconds),
            httpx.AsyncClient(
                verify=_trusted(), follow_redirects=False, trust_env=False, timeout=self._seconds
            ) as client,
            client.stream(
                "POST",
                url.copy_with(host=address),
                headers={**headers, "host": url.netloc.decode(), "user-agent": "Tierline"},
                content=content,
                extensions={"sni_hostname": url.host},
            ) as response,
        ):
            read = 0
            async for part in response.aiter_raw():
                read += len(part)
                if read > ANSWER_LIMIT_BYTES:
                    break
            return response.status_code


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted; read once, because that takes a while."""
    return httpx.create_ssl_context(trust_env=False)
