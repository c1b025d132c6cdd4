"""What the resolution of identities says about an installation, as a truth file would say it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tierline.accounts.evidence import MERGE_WEIGHT
from tierline.accounts.identity import merged
from tierline.bootstrap.identities import proposed_resolution
from tierline.sample.truth import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.accounts.identity import Resolution
    from tierline.store.records import Reads

_ONE, _TWO = "one_customer", "look_alikes"
IDENTITY_FINDERS = (_ONE, _TWO)


def identity_findings(reads: Reads, now: datetime) -> list[Found]:
    """Accounts that are one, merged already or about to be; and pairs whose records outweigh what a
    merge needs, and that something contradicts. Raises Invalid without the extra `linkage`."""
    proposed = proposed_resolution(reads, now)
    return [*_one_customer(reads, proposed), *_look_alikes(reads, proposed)]


def _one_customer(reads: Reads, proposed: Resolution) -> Iterator[Found]:
    state = reads.identities.state()
    for _, (absorbed, survivor) in proposed.merges:
        state = merged(state, absorbed, survivor)
    survivors = sorted({state.survivor(each) for each in state.merged_into})
    groups = {survivor: state.group(survivor) for survivor in survivors}
    names = _names(reads, [each for group in groups.values() for each in group])
    for survivor, group in groups.items():
        values = {
            "accounts": str(len(group)),
            "names": " | ".join(names[each] for each in group),
            "systems": ", ".join(sorted({system for system, _ in state.aliases(survivor)})),
        }
        yield Found(_ONE, survivor, values)


def _look_alikes(reads: Reads, proposed: Resolution) -> Iterator[Found]:
    alike = [
        each
        for each in proposed.review
        if each.evidence.weight >= MERGE_WEIGHT and each.evidence.contradictions
    ]
    names = _names(reads, [each.pair[1] for each in alike])
    for each in alike:
        values = {
            "beside": names[each.pair[1]],
            "contradicts": ", ".join(each.evidence.contradictions),
        }
        yield Found(_TWO, each.pair[0], values)


def _names(reads: Reads, accounts: list[str]) -> dict[str, str]:
    return {id_: account.name for id_, account in reads.accounts.of_ids(accounts).items()}
