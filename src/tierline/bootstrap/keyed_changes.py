"""Changes that a client names with a key of its own: done once, however often they are asked for.

The key and the answer are written in the transaction of the change. So a process that is killed
leaves both or neither, and who asks again gets the answer, or is the first (decision 0140).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierline.kernel.errors import Conflict, Invalid, TierlineError
from tierline.store.unit_of_work import Isolation

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.idempotency import KnownKey
    from tierline.store.records import Records

Form = dict[str, Any]
"""What is answered, as JSON has it; only its caller knows what stands in it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and the contact or account whose people it may name."""

    form: Form
    about: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """`id` is the digest of who asks, what for, and their key; `asked` that of what they sent.
    `is_kept` is False where the answer is for one pair of eyes."""

    id: str
    asked: str
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, and whether it was given before."""

    answer: Form
    is_replayed: bool


class KeyedChanges:
    """One an application. `Given.answer` of a request that is refused is what `refused` makes of
    the error; None where it may be asked again."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def run(
        self,
        request: KeyedRequest,
        work: Callable[[Records], Answer],
        refused: Callable[[TierlineError], Answer | None],
        *,
        isolation: Isolation = Isolation.SERIAL,
    ) -> Given:
        """Do the work, or give the answer that it had. Raises Conflict while it is being done, and
        where its answer is kept nowhere; Invalid where something else was asked under the key."""
        with self._alone(request.id):
            try:
                found = self._application.change(
                    lambda records: self._once(records, request, work), isolation
                )
            except TierlineError as error:
                self._keep_refusal(request, refused(error))
                raise
        return found if isinstance(found, Given) else _known(found, request)

    def _once(
        self, records: Records, request: KeyedRequest, work: Callable[[Records], Answer]
    ) -> Given | KnownKey:
        known = records.idempotency.begin(request.id, request.asked, self._application.now())
        if known is not None:
            return known
        answer = work(records)
        if request.is_kept:
            records.idempotency.finish(request.id, answer.form, answer.about)
        return Given(answer.form, is_replayed=False)

    def _keep_refusal(self, request: KeyedRequest, answer: Answer | None) -> None:
        """Nothing was done, so the key was not kept with it: it is now, unless somebody has it."""
        if answer is None:
            return

        def keep(records: Records) -> None:
            if (
                records.idempotency.begin(request.id, request.asked, self._application.now())
                is None
            ):
                records.idempotency.finish(request.id, answer.form, answer.about)

        self._application.change(keep)

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        with self._lock:
            if key in self._running:
                raise Conflict(
                    "The first request with this key is still being done. Ask again in a moment.",
                    code="idempotency_key_in_use",
                )
            self._running.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._running.discard(key)


def _known(known: KnownKey, request: KeyedRequest) -> Given:
    if known.asked != request.asked:
        raise Invalid(
            "Something else was asked under this key. Send what you sent first, or another key.",
            code="idempotency_key_reused",
        )
    if known.answer is None:
        raise Conflict(
            "This was done. Its answer is kept nowhere, because it held a secret, or data of a "
            "person that has changed since: look at what there is now.",
            code="idempotency_answer_not_kept",
        )
    return Given(known.answer, is_replayed=True)
