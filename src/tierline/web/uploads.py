"""Forms with files: what was sent, bounded while it comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from tierline.kernel.errors import Invalid, LimitReached, TierlineError
from tierline.web.shell import Visit, error_page, shown_to
from tierline.web.visits import FORM_LIMIT_BYTES, Form, ours, read_form, visitor_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from tierline.access.permission import Permission
    from tierline.web.shell import Endpoint

FILES_LIMIT = 2
FIELDS_LIMIT = 20
Files = dict[str, "SentFile"]
UploadView = Callable[[Visit, Form, Files], "Response"]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form."""

    name: str
    content: bytes


def uploaded_with(permission: Permission, limit_bytes: int) -> Callable[[UploadView], Endpoint]:
    """A form with files that one of our pages sent, from who is signed in and has the permission.
    Who is not signed in has nothing of theirs read."""

    def decorated(view: UploadView) -> Endpoint:
        async def answered(request: Request) -> Response:
            visitor = await run_in_threadpool(visitor_of, request)
            try:
                if visitor is None:
                    return await shown_to(permission)(_nothing)(request)
                visitor.caller.require(permission)
                form, files = await _read(request, limit_bytes)
            except TierlineError as error:
                return await run_in_threadpool(error_page, request, error, visitor)
            return await shown_to(permission)(lambda visit: view(visit, form, files))(request)

        return answered

    return decorated


async def _read(request: Request, limit_bytes: int) -> tuple[Form, Files]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return await read_form(request), {}
    parser = MultiPartParser(
        request.headers,
        bounded(request.stream(), limit_bytes + FORM_LIMIT_BYTES),
        max_files=FILES_LIMIT,
        max_fields=FIELDS_LIMIT,
        max_part_size=FORM_LIMIT_BYTES,
    )
    try:
        parsed = await parser.parse()
    except MultiPartException:
        raise Invalid("This form cannot be read.", code="malformed_form") from None
    try:
        form: Form = {}
        files: Files = {}
        for name, value in parsed.multi_items():
            if isinstance(value, UploadFile):
                files[name] = SentFile(value.filename or "", await value.read())
            else:
                form[name] = value
    finally:
        await parsed.close()
    return ours(request, form), files


async def bounded(stream: AsyncIterator[bytes], limit_bytes: int) -> AsyncGenerator[bytes, None]:
    """What comes in. Raises LimitReached once it is too much."""
    seen = 0
    async for chunk in stream:
        seen += len(chunk)
        if seen > limit_bytes:
            raise LimitReached(
                f"A file has at most {limit_bytes // 1024**2} MiB. Pack it as ZIP, or split it."
            )
        yield chunk


def _nothing(_: Visit) -> Response:
    raise Invalid("This form cannot be read.", code="malformed_form")
