"""What each purpose of consent means, in the words that are shown to who gives it.

The words are the notice: whoever agrees on the page agrees to NOTICE_VERSION. Other words need
another version (decision 0147; a test holds the two together).
"""

from __future__ import annotations

from typing import NamedTuple

from tierline.accounts.consent import Ground, Purpose

NOTICE_VERSION = "pages-1"


class Meaning(NamedTuple):
    """A purpose as people read it."""

    name: str
    text: str


MEANINGS = {
    Purpose.service: Meaning(
        "Service",
        "Doing what the contract promises: cases, and notices of limits, outages and security.",
    ),
    Purpose.product_analytics: Meaning(
        "Product analytics", "Counting what is used and how, to find what should be made better."
    ),
    Purpose.personalisation: Meaning(
        "Personalisation",
        "Prompts, offers and recommendations that are made from what you use. Notices of limits "
        "come with or without it.",
    ),
    Purpose.marketing: Meaning(
        "Marketing", "News, invitations and offers that have nothing to do with your cases."
    ),
}
BECAUSE = {
    Ground.contract: "the contract needs it",
    Ground.given: "agreed to",
    Ground.withdrawn: "withdrawn",
    Ground.withdrawn_by_account: "withdrawn by the account",
    Ground.never_given: "nobody has agreed to it",
}
