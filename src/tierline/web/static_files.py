"""Static files, each at an address that holds a digest of its content.

So a browser may keep a file for ever, and gets the new one as soon as there is one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.requests import Request

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGEST_LETTERS = 12


def static(name: str) -> str:
    """The address of a file: `/static/app.1f2e3d4c5b6a.css`. Raises KeyError for an unknown one."""
    return _addresses()[name]


async def static_file(request: Request) -> Response:
    """The file of an address; an older digest is not found, so that nothing wrong is kept."""
    found = _files().get(request.url.path)
    if found is None:
        return PlainTextResponse("There is no such file.", status_code=404)
    body, media_type = found
    headers = {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return Response(body, media_type=media_type, headers=headers)


@cache
def _addresses() -> dict[str, str]:
    return {name: address for name, address, _, _ in _read()}


@cache
def _files() -> dict[str, tuple[bytes, str]]:
    return {address: (body, media_type) for _, address, body, media_type in _read()}


@cache
def _read() -> tuple[tuple[str, str, bytes, str], ...]:
    found = []
    for file in resources.files("tierline.web").joinpath("static").iterdir():
        stem, dot, suffix = file.name.rpartition(".")
        media_type = _TYPES.get(dot + suffix)
        if media_type is not None:
            body = file.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:_DIGEST_LETTERS]
            found.append((file.name, f"/static/{stem}.{digest}.{suffix}", body, media_type))
    return tuple(found)
