"""Idempotency keys: a client that hears no answer asks again, and the thing is done once.

As in draft-ietf-httpapi-idempotency-key-header. A route that makes something takes a `Once` and
makes its change through it; what the change returns is the answer that is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from fastapi import Depends, Header, Request, Response

from tierline.access.permission import Permission
from tierline.api.bodies import Answer, json_answer, to_json
from tierline.api.of import application_of
from tierline.api.problems import MEDIA_TYPE, REPLAYED, ReplayedProblem, problem_body, status_of
from tierline.bootstrap.cases import seen_case
from tierline.bootstrap.keyed_changes import Answer as KeptAnswer
from tierline.bootstrap.keyed_changes import KeyedRequest
from tierline.kernel.errors import Fault, Invalid, TierlineError
from tierline.kernel.ids import CONTACT
from tierline.store.unit_of_work import Isolation

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.actions.occasion import Occasion
    from tierline.api.hot import Call
    from tierline.store.records import Records

AnswerT = TypeVar("AnswerT", bound=Mapping[str, Any])
HEADER = "Idempotency-Key"
KEY_LIMIT_CHARACTERS = 255
PATTERN = r"^[!-~]([ -~]*[!-~])?$"
"""Printable, with no blank at its ends: what a header can carry."""
DESCRIPTION = (
    "A word of yours for this request, such as a UUID. The same request under the same key is done "
    "once; for 24 hours it is answered as the first time, with `Idempotency-Replayed: true`."
)
_JSON = b"application/json"
_KEPT_HEADERS = ("etag", "location")
_ASK_AGAIN = frozenset({401, 403, 429})
"""Refusals that are not kept: they may be gone before the key is."""
Key = Annotated[
    str | None,
    Header(
        alias=HEADER,
        min_length=1,
        max_length=KEY_LIMIT_CHARACTERS,
        pattern=PATTERN,
        description=DESCRIPTION,
    ),
]


class OnceOnly:
    """The change of one request."""

    def __init__(self, request: Request, response: Response, key: str | None, body: bytes) -> None:
        self._request = request
        self._response = response
        self._key = key
        self._body = body

    def change(
        self,
        caller: Caller,
        work: Callable[[Records], AnswerT],
        *,
        is_kept: bool = True,
        isolation: Isolation = Isolation.SERIAL,
    ) -> AnswerT:
        """The answer that the work makes, in one transaction with its key. What the work sets of
        the response's headers is kept with it; an answer with a secret is not (`is_kept`)."""
        application = application_of(self._request)
        if self._key is None:
            return application.change(work, isolation)
        url = self._request.url
        asked = (url.query.encode(), self._request.headers.get("content-type", "").encode())
        keyed = KeyedRequest(
            id=key_id(caller, self._request.method, url.path, self._key),
            asked=digest(*asked, self._body),
            is_kept=is_kept,
        )
        given = application.keyed.run(
            keyed, lambda records: self._whole(work(records)), refused, isolation=isolation
        )
        return cast(AnswerT, self._answered(given.answer, is_replayed=given.is_replayed))

    def act(self, caller: Caller, work: Callable[[Records, Occasion], AnswerT]) -> AnswerT:
        """The same, of what somebody does now."""
        occasion = application_of(self._request).occasion(caller.id)
        return self.change(caller, lambda records: work(records, occasion))

    def act_on(
        self, case: str, caller: Caller, work: Callable[[Records, Occasion], AnswerT]
    ) -> AnswerT:
        """The same, of what one of us does with a case that they see."""

        def seen(records: Records, occasion: Occasion) -> AnswerT:
            seen_case(records, case, caller, Permission.work_cases)
            return work(records, occasion)

        return self.act(caller, seen)

    def _whole(self, body: Mapping[str, Any]) -> KeptAnswer:
        route: Any = self._request.scope["route"]
        headers = {
            name: value for name, value in self._response.headers.items() if name in _KEPT_HEADERS
        }
        status = self._response.status_code or route.status_code or 200
        form = {"status": status, "headers": headers, "body": json.dumps(body)}
        return KeptAnswer(form, about_of(body))

    def _answered(self, answer: dict[str, Any], *, is_replayed: bool) -> Any:
        if is_replayed:
            if answer["status"] >= 400:
                raise ReplayedProblem(json.loads(answer["body"]))
            self._response.headers.update(answer["headers"])
            self._response.headers[REPLAYED] = "true"
            self._response.status_code = answer["status"]
        return json.loads(answer["body"])


async def once_only(request: Request, response: Response, key: Key = None) -> OnceOnly:
    """The change of this request."""
    body = b"" if key is None else await request.body()
    return OnceOnly(request, response, key, body)


Once = Annotated[OnceOnly, Depends(once_only)]


def once_hot(
    call: Call, path: str, work: Callable[[Records], tuple[int, dict[str, Any]]]
) -> Answer:
    """The same for a hot route: the work makes a status and a document."""
    key = call.header(HEADER.lower().encode())
    if key is None:
        status, document = call.application.change(work)
        return json_answer(document, status=status)
    keyed = KeyedRequest(
        id=key_id(call.caller, "POST", path, _checked(key)), asked=digest(call.body)
    )

    def whole(records: Records) -> KeptAnswer:
        status, document = work(records)
        form = {"status": status, "headers": {}, "body": to_json(document).decode()}
        return KeptAnswer(form, about_of(document))

    given = call.application.keyed.run(keyed, whole, refused)
    status, body = given.answer["status"], given.answer["body"].encode()
    kind = _JSON if status < 400 else MEDIA_TYPE.encode()
    replayed = ((REPLAYED.lower().encode(), b"true"),) if given.is_replayed else ()
    return Answer(status, body, ((b"content-type", kind), *replayed))


def about_of(body: Mapping[str, Any]) -> str | None:
    """The contact that an answer tells of, or the account in whose texts people may be named."""
    own = body.get("id")
    account = body.get("account")
    if isinstance(own, str) and own.startswith(f"{CONTACT.prefix}_"):
        return own
    return account if isinstance(account, str) else None


def refused(error: TierlineError) -> KeptAnswer | None:
    """What is kept of a request that was refused; None where it may be asked again."""
    status = status_of(error)
    if status >= 500 or status in _ASK_AGAIN:
        return None
    return KeptAnswer({"status": status, "headers": {}, "body": json.dumps(problem_body(error))})


def key_id(caller: Caller, method: str, path: str, key: str) -> str:
    """What a key is kept under: another caller's, or for another thing, is another one. A draft's
    client writes it in quotes, which are not a part of it."""
    plain = key[1:-1] if len(key) > 2 and key[0] == key[-1] == '"' else key
    return digest(caller.id.encode(), method.encode(), path.encode(), plain.encode())


def digest(*parts: bytes) -> str:
    """A digest of parts, each with its length, so that no two lists of them have the same."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.hexdigest()


def _checked(key: str) -> str:
    """The key of a hot route, which no framework has looked at."""
    is_printable = all(" " <= character <= "~" for character in key)
    if not 1 <= len(key) <= KEY_LIMIT_CHARACTERS or not is_printable or key != key.strip():
        told = f"The key has 1 to {KEY_LIMIT_CHARACTERS} printable characters."
        raise Invalid(told, [Fault("invalid", told, f"header.{HEADER}")])
    return key
