"""Whether a target can be believed, for one reader at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.bootstrap.kept_answers import OneAtATime
from tierline.queries.credible_targets import answered, credible_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.bootstrap.application import Application
    from tierline.queries.credible_targets import CredibleTarget
    from tierline.scorecards.desk import Stretch

_turn = OneAtATime(waiting=3, seconds=20)
"""A large desk takes some seconds of a processor."""


def target_for(
    application: Application, during: Stretch, stated: Mapping[str, str]
) -> CredibleTarget:
    """The answer to a question in words. Raises as `worked_out`."""
    return worked_out(application.read(lambda reads: credible_target(reads, during, stated)))


def worked_out(asked: CredibleTarget) -> CredibleTarget:
    """What is asked, with its answer; not while a database is read. Raises Invalid, and
    LimitReached where too many ask at once."""
    with _turn.taken():
        return answered(asked)
