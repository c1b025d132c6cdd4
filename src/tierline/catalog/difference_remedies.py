"""Which of two remedies gives the customer more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.difference_change import order
from tierline.catalog.lint.comparison import Relation, combined

if TYPE_CHECKING:
    from tierline.catalog.price import AcceleratedResponse, Remedy


def remedy_relation(old: Remedy | None, new: Remedy | None) -> Relation:
    """`more` where the new remedy pays more, or more easily, in every respect."""
    if old is None or new is None:
        return order(new is not None, old is not None)
    if (old.fee_base, old.per, old.cap_per) != (new.fee_base, new.per, new.cap_per):
        return Relation.unclear
    return combined(
        (
            order(new.percent_of_fee, old.percent_of_fee),
            order(new.misses_more_than, old.misses_more_than, more_is_better=False),
            _higher(new.cap_percent, old.cap_percent),
            order(new.claim == "automatic", old.claim == "automatic"),
            _higher(new.claim_within_days, old.claim_within_days),
            _faster(new.accelerated_response, old.accelerated_response),
        )
    )


def _faster(new: AcceleratedResponse | None, old: AcceleratedResponse | None) -> Relation:
    """More severities, for longer; and any is better than none."""
    if new is None or old is None:
        return order(new is not None, old is not None)
    covers, covered = set(new.severities), set(old.severities)
    severities = order(covers >= covered, covered >= covers)
    is_other = not covers >= covered and not covered >= covers
    return combined(
        (Relation.unclear if is_other else severities, order(new.within_days, old.within_days))
    )


def _higher(new: object, old: object) -> Relation:
    """A higher cap is better, and none is best."""
    if new is None or old is None:
        return order(new is None, old is None)
    return order(new, old)
