"""What a store can answer beside the domain's errors, and how a driver's error becomes one."""

from __future__ import annotations

from sqlalchemy import exc

from tierline.kernel.errors import Conflict, Invalid, LimitReached, TierlineError
from tierline.store import dialect


class StoreInUse(Conflict):
    """Another process owns the database file."""

    code = "store_in_use"


class StoreClosed(TierlineError):
    """The store was closed; nothing of the unit was done."""

    code = "store_closed"


class StoreUnavailable(TierlineError):
    """The database did not answer or did not write; nothing of the unit was done."""

    code = "store_unavailable"


class OutcomeUnknown(TierlineError):
    """The connection broke during the commit: the unit was done whole, or not at all."""

    code = "outcome_unknown"


class StoreBusy(LimitReached):
    """The unit could not have its turn in time; nothing of it was done."""

    code = "store_busy"


class OutOfTurn(StoreBusy):
    """The unit crossed another one; the same unit may succeed when it is run again."""

    code = "out_of_turn"


class NeedsSerial(OutOfTurn):
    """The unit decides by what it has read, and is run again as a serial one."""

    code = "needs_serial"


def translated(error: exc.SQLAlchemyError) -> TierlineError | None:
    """The error for the person who caused it; None where the fault is ours (wrong SQL)."""
    said = _said(error)
    if isinstance(error, exc.TimeoutError):
        return StoreBusy("All connections to the database are in use. Try again in a moment.")
    if not isinstance(error, exc.DBAPIError) or dialect.is_wrong_sql(error):
        return None
    if dialect.may_run_again(error):
        return OutOfTurn(f"Others changed the same rows at the same time: {said}")
    if isinstance(error, exc.IntegrityError):
        return Conflict(f"This contradicts what is recorded: {said}", code="contradiction")
    if isinstance(error, exc.DataError):
        return Invalid(f"The database cannot hold this value: {said}", code="unstorable")
    if isinstance(error, exc.OperationalError | exc.InternalError | exc.InterfaceError):
        return StoreUnavailable(f"The database did not do its work: {said}")
    return None


def _said(error: exc.SQLAlchemyError) -> str:
    """The first line of what the driver says, without the statement and its values."""
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig else error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]
