"""What is planted in the company: one function a story, each with the exact value to be found."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tierline.sample.plants import (
    cases,
    contracts,
    experience,
    identities,
    knowledge,
    late_waits,
    people,
    promises,
    uptime,
    usage,
)

if TYPE_CHECKING:
    from tierline.sample.company import Company

PLANTS: tuple[Callable[[Company], None], ...] = (
    contracts.decoys,
    contracts.promise_in_words_alone,
    contracts.side_letter,
    contracts.expired_override,
    contracts.uplift_that_ended,
    contracts.paid_without_effect,
    contracts.given_unpaid,
    identities.three_spellings,
    identities.namesakes,
    people.rotating_contacts,
    people.consent_withdrawn,
    promises.unenforced,
    usage.quiet_customer,
    usage.waived_overage,
    usage.over_its_limit,
    usage.unused_reviews,
    usage.idle_account,
    usage.upgrade_trigger,
    usage.expansion_share,
    usage.mishaps,
    *cases.PLANTS,
    late_waits.quiet_waits,
    knowledge.certificates,
    knowledge.looked_for_in_vain,
    knowledge.renewed_in_time,
    experience.watermelon,
    uptime.public_and_regional,
)
