"""Duties: what comes back every so often, and is done by one worker of all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.store.seals import seal_facts
from tierline.worker.loop import Duty

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application

_SECOND = timedelta(seconds=1)


def _has_unsealed(application: Application) -> bool:
    return application.read(lambda reads: reads.outbox.has_unsealed())


def _seal(application: Application) -> None:
    seal_facts(application.store)


DUTIES = (Duty(name="seal", every=_SECOND, is_needed=_has_unsealed, do=_seal),)
