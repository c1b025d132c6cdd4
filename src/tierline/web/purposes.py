"""What each purpose of consent means, in the words that are shown to who gives it.

The words are the notice: whoever agrees on the page agrees to NOTICE_VERSION. Other words need
another version (decision 0147; a test holds the two together).
"""

from __future__ import annotations

from typing import NamedTuple

from tierline.accounts.consent import Ground, Purpose
from tierline.languages.language import message

NOTICE_VERSION = "pages-1"


class Meaning(NamedTuple):
    """A purpose as people read it."""

    name: str
    text: str


MEANINGS = {
    Purpose.service: Meaning(
        message("Service"),
        message(
            "Doing what the contract promises: cases, and notices of limits, outages and security."
        ),
    ),
    Purpose.product_analytics: Meaning(
        message("Product analytics"),
        message("Counting what is used and how, to find what should be made better."),
    ),
    Purpose.personalisation: Meaning(
        message("Personalisation"),
        message(
            "Prompts, offers and recommendations that are made from what you use. Notices of "
            "limits come with or without it."
        ),
    ),
    Purpose.marketing: Meaning(
        message("Marketing"),
        message("News, invitations and offers that have nothing to do with your cases."),
    ),
}
BECAUSE = {
    Ground.contract: message("the contract needs it"),
    Ground.given: message("agreed to"),
    Ground.withdrawn: message("withdrawn"),
    Ground.withdrawn_by_account: message("withdrawn by the account"),
    Ground.never_given: message("nobody has agreed to it"),
}
