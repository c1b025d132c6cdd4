"""The year of cases: one history, which the export writes down and the company lives through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from tierline.sample.accounts import FALLS_SILENT, accounts
from tierline.sample.arrivals import opening_times
from tierline.sample.case_life import CaseLife, lived
from tierline.sample.case_story import opened_case
from tierline.sample.scripted import replace_opening, scripted_openings, told
from tierline.sample.story import LAST_DAY

if TYPE_CHECKING:
    from tierline.sample.shape import Shape

_FIRST_NUMBER = 40_001


def lived_year(seed: int, shape: Shape, *, has_plants: bool = True) -> Iterator[CaseLife]:
    """All cases by the order of opening, which numbers them. Without plants each goes as chance has
    it."""
    raising = accounts(seed, shape)
    if not has_plants:
        raising = [replace(each, last_day=LAST_DAY) if each.name == FALLS_SILENT else each
                   for each in raising]  # fmt: skip
    openings = [
        (opened, account.name, account)
        for account in raising
        for opened in replace_opening(opening_times(account, seed), scripted_openings(account.name))
    ]
    for place, (opened, _, account) in enumerate(sorted(openings, key=lambda each: each[:2])):
        story = opened_case(seed, f"INC{_FIRST_NUMBER + place:07}", account, opened)
        story = story if has_plants else replace(story, has_plants=False)
        yield (told(story) if has_plants else None) or lived(story)
