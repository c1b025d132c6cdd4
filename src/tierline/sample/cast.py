"""The cast: who plays which part. Seed 7 is the story as it is told; another seed gives the parts
to other companies and moves their days."""

from __future__ import annotations

from datetime import date, timedelta

from tierline.sample.chance import Chance
from tierline.sample.story import SEED

_FIRST_WORDS = (
    "Applegarth", "Birchwood", "Clearwell", "Danbury", "Easthaven", "Foxglove", "Greenmantle",
    "Hollins", "Islebrook", "Jarrow", "Kirkstall", "Lindley", "Merrivale", "Netherby", "Orchid",
    "Pinehurst", "Queensway", "Ravensbourne", "Stanmore", "Tidewater", "Underwood", "Vantage",
    "Westmark", "Yarrow", "Zennor", "Ashgrove", "Brindle", "Coldharbour", "Dovecote", "Elmstead",
)  # fmt: skip
_FURTHEST_DAYS = 18


class Cast:
    """Names and days of one seed. A part is called by the name that it has in the story."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._words = Chance(seed, "cast").shuffled(_FIRST_WORDS)
        self._given: dict[str, str] = {}

    def name(self, part: str) -> str:
        """Who plays the part: the trade stays, the house is another one. Parts that share their
        first word share it in every cast."""
        if self.seed == SEED:
            return part
        first, _, rest = part.partition(" ")
        if first not in self._given:
            self._given[first] = self._words[len(self._given)]
        return f"{self._given[first]} {rest}"

    def day(self, part: str, told: date) -> date:
        """The day of a part's turn; the weekday stays out of it."""
        if self.seed == SEED:
            return told
        moved = Chance(self.seed, "day", part).between(-_FURTHEST_DAYS, _FURTHEST_DAYS)
        return told + timedelta(moved)

    def month(self, part: str, told: int, *, earliest: int, latest: int) -> int:
        """The month of a part's turn."""
        if self.seed == SEED:
            return told
        return Chance(self.seed, "month", part).between(earliest, latest)
