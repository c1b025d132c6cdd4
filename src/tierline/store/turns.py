"""Units on a database server: each on a pooled connection, in its caller's thread."""

from __future__ import annotations

import random
import time

import sqlalchemy as sa

from tierline.store import dialect
from tierline.store.errors import NeedsSerial, OutcomeUnknown, OutOfTurn, translated
from tierline.store.gate import Gate
from tierline.store.unit_of_work import Isolation, ResultT, UnitOfWork, Work, done

ATTEMPT_LIMIT = 40
_LONGEST_WAIT_SECONDS = 0.2
_FIRST_WAIT_SECONDS = 0.002


class Turns:
    """Runs units at the same time, and again where two have crossed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._gate = Gate()
        self._engines = {
            Isolation.SERIAL: dialect.serial(engine),
            Isolation.BY_STATEMENT: engine,
        }

    def run(self, work: Work[ResultT], isolation: Isolation = Isolation.SERIAL) -> ResultT:
        """The unit's result, once it is durable."""
        with self._gate:
            return self._run_until_done(work, isolation)

    def waiting(self) -> int:
        """Units that run or wait for a connection."""
        return self._gate.inside

    def commits(self) -> None:
        """Other processes commit as well."""

    def close(self) -> None:
        """Take no more units, and wait for those that run."""
        self._gate.close()

    def _run_until_done(self, work: Work[ResultT], isolation: Isolation) -> ResultT:
        attempt = 0
        while True:
            try:
                return self._run_once(work, isolation)
            except NeedsSerial:  # once: a serial unit does not need to be one
                isolation = Isolation.SERIAL
                continue
            except OutOfTurn:
                attempt += 1
                if attempt == ATTEMPT_LIMIT:
                    raise
            longest = min(_FIRST_WAIT_SECONDS * 2 ** (attempt - 1), _LONGEST_WAIT_SECONDS)
            time.sleep(random.uniform(0, longest))  # noqa: S311 - so that two do not meet again

    def _run_once(self, work: Work[ResultT], isolation: Isolation) -> ResultT:
        try:
            connection = self._engines[isolation].connect()
        except sa.exc.SQLAlchemyError as error:
            raise translated(error) or error from error
        with connection:
            transaction = connection.begin()
            unit = UnitOfWork(connection, isolation)
            try:
                result = done(work, unit)
            except BaseException:
                transaction.close()
                raise
            _commit(unit, transaction)
        return result


def _commit(unit: UnitOfWork, transaction: sa.Transaction) -> None:
    try:
        unit.commit(transaction)
    except sa.exc.DBAPIError as error:
        meant = translated(error)
        if isinstance(meant, OutOfTurn) or not _lost_connection(error):
            raise meant or error from error
        raise OutcomeUnknown(
            "The connection to the database broke during the commit: look whether it was done "
            "before you do it again."
        ) from error


def _lost_connection(error: sa.exc.DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) is None
