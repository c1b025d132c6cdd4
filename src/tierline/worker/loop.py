"""The loop: claim what is due, do it, and settle it in one unit with what it wrote."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from tierline.actions.due_work import DUTIES, DueWork
from tierline.kernel.errors import TierlineError
from tierline.store.due_work import Claim, LeaseLost
from tierline.store.errors import StoreClosed
from tierline.store.unit_of_work import Isolation
from tierline.worker.backoff import wait_after
from tierline.worker.lanes import Settled

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.kernel.facts import Fact
    from tierline.store.records import Reads, Records
    from tierline.worker.lanes import Duty, Handler, Lane, Together

BY = "worker"
LEASE_FOR = timedelta(seconds=60)
IDLE_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 5.0
_LONGEST_WAIT = timedelta(seconds=LONGEST_WAIT_SECONDS)
_LEASE_BITS = 128
_STOP_SECONDS = 30.0
_LOG = logging.getLogger("tierline.worker")


class Worker:
    """Runs lanes and duties until it is stopped. One thread looks for what is due, in one read
    four times a second, and wakes those that do it."""

    def __init__(
        self,
        application: Application,
        lanes: Sequence[Lane],
        duties: Sequence[Duty] = (),
        *,
        lease_for: timedelta = LEASE_FOR,
    ) -> None:
        self.application = application
        self.lanes = lanes
        self.duties = duties
        self.lease_for = lease_for
        self._stopping = threading.Event()
        self._counting = threading.Lock()
        self._wake = {name: threading.Event() for name in (DUTIES, *(lane.name for lane in lanes))}
        self._threads: list[threading.Thread] = []
        self._quiet: tuple[int, datetime] | None = None
        """Nothing is due at this state of the database until then."""

    def start(self) -> None:
        """Begin in threads of its own."""
        loops: list[tuple[Callable[[], int], threading.Event]] = [
            (partial(self.work, lane), self._wake[lane.name])
            for lane in self.lanes
            for _ in range(lane.threads)
        ]
        if self.duties:
            loops.append((self.do_duties, self._wake[DUTIES]))
        loops.append((self.look, self._stopping))
        for number, (once, wake) in enumerate(loops):
            thread = threading.Thread(
                target=self._loop, args=(once, wake), name=f"tierline-worker-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Begin nothing new."""
        self._stopping.set()
        for wake in self._wake.values():
            wake.set()

    def stop(self) -> None:
        """Begin nothing new, and wait for what is under way; its lease sees to the rest."""
        self.end()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    def run(self) -> None:
        """Work in threads until `end` is called, by a signal or another thread."""
        self.start()
        while not self._stopping.wait(1.0):
            pass

    def work(self, lane: Lane) -> int:
        """Do one batch of a lane, if anything is due; how many rows were worked on."""
        now = self.application.now()
        if not self.application.read(lambda reads: reads.due_work.is_due(lane.name, now)):
            return 0
        if lane.is_held:
            return self._work_one_by_one(lane, now)

        def claim_some(records: Records) -> tuple[Claim, ...]:
            claims = records.due_work.claim(
                lane.name,
                now=now,
                until=now + self.lease_for,
                lease=self._new_lease(),
                limit=lane.batch,
            )
            records.append([_sent_again(each, occasion) for each in claims if lane.is_again(each)])
            return claims

        occasion = self.application.occasion(BY)
        claims = self.application.change(claim_some, Isolation.BY_STATEMENT)
        self._count_again(lane, claims)
        for kind in dict.fromkeys(claim.kind for claim in claims):
            some = [claim for claim in claims if claim.kind == kind]
            together = lane.together.get(kind)
            if together is not None and len(some) > 1 and self._do_together(some, together):
                continue
            for claim in some:
                self._do(claim, lane.handlers.get(kind, _unknown))
        return len(claims)

    def _work_one_by_one(self, lane: Lane, now: datetime) -> int:
        """Hold a batch, and claim each of its rows when its turn has come."""
        until, lease = now + self.lease_for, self._new_lease()
        claims = self.application.change(
            lambda records: records.due_work.hold(
                lane.name, now=now, until=until, lease=lease, limit=lane.batch
            ),
            Isolation.BY_STATEMENT,
        )
        is_begun, done = False, 0
        with lane.around(claims):
            for claim, following in zip_longest(claims, claims[1:]):
                if self._stopping.is_set() and not is_begun:
                    break
                if is_begun or self.application.change(self._begun(lane, claim)):
                    then = None if self._stopping.is_set() else following
                    is_begun = self._do(
                        claim,
                        lane.handlers.get(claim.kind, _unknown),
                        None if then is None else self._begun(lane, then),
                    )
                done += 1
        left = claims[done:]
        if left:
            at = self.application.now()
            self.application.change(lambda records: records.due_work.let_go(left, now=at))
        return done

    def _begun(self, lane: Lane, claim: Claim) -> Callable[[Records], bool]:
        """Claims a row that is held, where it is held still."""

        def begin(records: Records) -> bool:
            occasion = self.application.occasion(BY)
            until = occasion.now + self.lease_for
            if not records.due_work.begin(claim, until=until):
                return False
            if lane.is_again(claim):
                records.append([_sent_again(claim, occasion)])
                records.afterwards.append(lambda: self._count_again(lane, [claim]))
            return True

        return begin

    def _count_again(self, lane: Lane, claims: Sequence[Claim]) -> None:
        with self._counting:
            counted = self.application.sent_again
            counted[lane.name] = counted.get(lane.name, 0) + sum(map(lane.is_again, claims))

    def _do_together(self, claims: Sequence[Claim], together: Together) -> bool:
        """Do rows and settle them in one unit; False where nothing of that was done."""
        try:
            self.application.change(
                lambda records: settle_together(self.application, records, claims, together),
                Isolation.BY_STATEMENT,
            )
        except StoreClosed:
            raise
        except Exception as error:  # noqa: BLE001 - each is done alone, and that tells of its fault
            _LOG.info("%d of %s are done alone", len(claims), claims[0].kind, exc_info=error)
            return False
        return True

    def do_duties(self) -> int:
        """Do the duties whose time has come, each as the ones before it left things; how many."""
        left, done = list(self.duties), 0
        while (duty := self._next_due(left)) is not None:
            left = left[left.index(duty) + 1 :]
            done += self._do_duty(duty)
        return done

    def _do_duty(self, duty: Duty) -> bool:
        now = self.application.now()
        claim = self.application.change(
            lambda records: claim_duty(
                records, duty, now=now, until=now + self.lease_for, lease=self._new_lease()
            ),
            Isolation.BY_STATEMENT,
        )
        if claim is None:
            return False

        def handler(application: Application, _: Claim) -> Settled:
            duty.do(application)
            return Settled(again_at=application.now() + duty.every)

        self._do(claim, handler)
        return True

    def _do(
        self, claim: Claim, handler: Handler, then: Callable[[Records], bool] | None = None
    ) -> bool:
        """Do a row and settle it. Whatever goes wrong, the row stays and is due again. What `then`
        answers, in the same unit; False where that was not asked, or did not come to pass."""
        is_done = False

        def settle_and_go_on(records: Records) -> bool:
            settle(records, claim, settled)
            return then is not None and then(records)

        try:
            settled = handler(self.application, claim)
            is_done = True
            return self.application.change(settle_and_go_on)
        except LeaseLost:
            _LOG.warning("lost the lease of %s %s", claim.kind, claim.id)
        except StoreClosed:
            raise
        except Exception as error:  # noqa: BLE001 - one row's fault must not end the work of all
            _LOG.warning("%s %s failed", claim.kind, claim.id, exc_info=error)
            self._put_off(claim, error, is_open=is_done)
        return False

    def _put_off(self, claim: Claim, error: Exception, *, is_open: bool) -> None:
        to = self.application.now() + wait_after(claim.attempts)
        said = error.message if isinstance(error, TierlineError) else type(error).__name__
        try:
            self.application.change(
                lambda records: records.due_work.put_off(
                    claim, to, attempts=claim.attempts, error=said, is_open=is_open
                )
            )
        except LeaseLost:
            _LOG.warning("lost the lease of %s %s", claim.kind, claim.id)

    def is_awake(self, lane: str) -> bool:
        """Whether the threads of a lane have been told that something is due."""
        return self._wake[lane].is_set()

    def look(self) -> int:
        """Wake those for whom something is due; none of it is done here. Where nothing was, and
        nothing was written since, the database is not asked until the first row's time comes."""
        now, commits = self.application.now(), self.application.store.commits()
        if self._quiet is not None and self._quiet[0] == commits and now < self._quiet[1]:
            return 0
        due = self.application.read(lambda reads: self._next_at(reads, now))
        for name, at in due.items():
            if at <= now:
                self._wake[name].set()
        first_at = min([*due.values(), now + _LONGEST_WAIT])
        self._quiet = None if commits is None or first_at <= now else (commits, first_at)
        return 0

    def _next_at(self, reads: Reads, now: datetime) -> dict[str, datetime]:
        """When each lane has something to do, of those that have."""
        found = reads.due_work.next_of(tuple(lane.name for lane in self.lanes))
        if self.duties:
            later = reads.due_work.not_yet(DUTIES, now)
            is_now = any(self._due_among(reads, self.duties, later))
            at = now if is_now else min(later.values(), default=None)
            found |= {} if at is None else {DUTIES: at}
        return found

    def _next_due(self, duties: Sequence[Duty]) -> Duty | None:
        """The first of these that is needed, and not put off until later."""
        if self._stopping.is_set() or not duties:
            return None

        def look(reads: Reads) -> Duty | None:
            later = reads.due_work.not_yet(DUTIES, self.application.now())
            return next(self._due_among(reads, duties, later), None)

        return self.application.read(look)

    def _due_among(
        self, reads: Reads, duties: Iterable[Duty], later: Mapping[str, datetime]
    ) -> Iterator[Duty]:
        for duty in duties:
            if _row_of(duty) not in later and duty.is_needed(reads):
                yield duty

    def _loop(self, once: Callable[[], int], wake: threading.Event) -> None:
        """Do it until there is no more to do, and again when somebody says so."""
        while not self._stopping.is_set():
            try:
                done = once()
            except StoreClosed:
                return
            except Exception as error:  # noqa: BLE001 - a database that is away comes back
                _LOG.warning("the worker could not work, and tries again", exc_info=error)
                done = 0
            if not done:
                wake.wait(IDLE_SECONDS if wake is self._stopping else LONGEST_WAIT_SECONDS)
            if not self._stopping.is_set():
                wake.clear()

    def _new_lease(self) -> str:
        return f"{self.application.randomness(_LEASE_BITS):032x}"


def settle(records: Records, claim: Claim, settled: Settled) -> None:
    """Write what a row led to, and take it away or put it off: all in one unit, or nothing."""
    if settled.again_at is None:
        records.due_work.finish([claim])
    else:
        records.due_work.put_off(claim, settled.again_at, attempts=settled.attempts)
    if settled.write is not None:
        settled.write(records)


def settle_together(
    application: Application, records: Records, claims: Sequence[Claim], together: Together
) -> None:
    """Do many rows, and take them away or put them off: all in one unit, or nothing."""
    again = together(application, records, claims)
    records.due_work.settle(claims, again)


def claim_duty(
    records: Records, duty: Duty, *, now: datetime, until: datetime, lease: str
) -> Claim | None:
    """The row of a duty, made where it is not there yet; None while it is not due, or another
    worker has it."""
    identifier = _row_of(duty)
    row = DueWork(id=identifier, kind=duty.name, lane=DUTIES, body={}, run_at=now)
    records.due_work.ensure([row], now=now)
    return records.due_work.claim_one(identifier, now=now, until=until, lease=lease)


def _sent_again(claim: Claim, occasion: Occasion) -> Fact:
    """A worker was cut off between sending and writing that down, or before: nobody knows."""
    return occasion.fact("SentAgain", claim.id, {"kind": claim.kind, "attempt": claim.attempts})


def _unknown(_: Application, claim: Claim) -> Settled:
    raise TierlineError(f"This version has no work of the kind '{claim.kind}'.")


def _row_of(duty: Duty) -> str:
    return f"duty {duty.name}"
