"""What the words of a promise mean, and how a promise is measured: definitions for whoever signs.

They say what `milestones/roles.py` and `milestones/fold.py` do; a test holds the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.statement import MilestoneKind
from tierline.catalog.triage_statement import DisputeRules
from tierline.catalog.words_amount import duration_in_words

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog

_MEANINGS = {
    MilestoneKind.acknowledge: (
        "from the start of a case until we tell you that we have it. A reply, service that works "
        "again and the end of the case count as well."
    ),
    MilestoneKind.first_response: (
        "from the start of a case until one of our people answers it for the first time, to you "
        "and on the matter. An automatic reply, an acknowledgement and a private note are no "
        "response; service that works again and the end of the case are one."
    ),
    MilestoneKind.next_response: (
        "from a message of yours, once we have answered, until our next answer to you."
    ),
    MilestoneKind.periodic_update: (
        "from the start of a case, and from each reply of ours, until our next one, for as long as "
        "the case is open, whether there is news or not."
    ),
    MilestoneKind.restore: (
        "from the start of a case until your service works again, by a fix or by a workaround. "
        "What caused it may still have to be mended."
    ),
    MilestoneKind.resolution: (
        "from the start of a case until it is resolved: its cause is mended, or your question is "
        "answered for good. What happens after a reopening is said below."
    ),
    MilestoneKind.post_mortem: (
        "from the first end of a case until its post-mortem is published to you."
    ),
}
RESPONSE_AND_RESOLUTION = (
    "A response says that a person works on your case and what comes next; it does not say that "
    "anything is solved. A resolution ends the matter. Each has a clock of its own, and keeping "
    "one keeps no other."
)
TARGET_AND_COMMITMENT = (
    "A target is measured, and you see what it came to. A commitment is a target for which, where "
    "it is missed, we owe the remedy that stands beside it."
)
_MEASURED = (
    (
        "Time is counted in open time: the seconds in which the hours beside a target are open, "
        "holidays left out. A day of business hours is a business day of those hours."
    ),
    (
        "A target is met where the open time that was used is no more than the target. Where it "
        "runs out exactly at closing, the closing is its due time, and an answer at the next "
        "opening is still in time."
    ),
    (
        "Hours are elapsed time. A local time that does not exist, because clocks go forward, is "
        "moved forward by the gap; of one that comes twice the first one counts."
    ),
    (
        "A case that comes by mail begins when the message reached the first server that we trust, "
        "whatever date it bears. Time in which our own service was down counts against us."
    ),
    (
        "What becomes known late counts from when it was so, and what a case came to changes with "
        "it; what you were told before is then corrected."
    ),
    (
        "Cases are held to the terms in force when they were opened. A higher plan improves open "
        "cases from the change on; a lower one, and the end of this contract, never loosens one."
    ),
    (
        "Each case has a signed receipt with its facts, its terms and each step, from which "
        "anybody can work every figure out again without us."
    ),
)
_SHARE = (
    "Where a row names a share of cases, the promise is that share of the cases of a month, by the "
    "account's own calendar."
)


def milestone_definition(kind: MilestoneKind) -> str:
    """What a clock of this kind runs from and to, as the rest of a sentence after its name."""
    return _MEANINGS[kind]


def measurement_in_words(*, has_shares: bool) -> tuple[str, ...]:
    """How every figure is measured; `has_shares` where a target is for a share of cases."""
    return (*_MEASURED, _SHARE) if has_shares else _MEASURED


def severity_in_words(catalog: Catalog) -> str:
    """How a severity is found, and what follows where one side says that it is wrong."""
    rules = catalog.triage.disputes if catalog.triage else DisputeRules()
    return (
        "Harm to you, agreed with you when a case is looked at first, by the same questions for "
        "everybody. Where you say that it is wrong, it is decided by our "
        f"{rules.decided_by[:1].lower()}{rules.decided_by[1:]} within "
        f"{duration_in_words(rules.decide_within)} of the hours that the case is promised."
    )
