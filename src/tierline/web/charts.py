"""Where things stand in a chart: scales, ticks and marks, as numbers that the macros draw.

All charts share a width of 640 units; the page scales them. A value of None is a gap.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 640.0
_LETTER = 11.5
"""How wide a letter is where they are largest, on average."""
_LABEL_LETTERS = 29
"""No more than so many of a label are drawn: about half of the width is left for what it labels."""
_NICE_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps [low, high] onto [start, end] of the drawing; values outside are held at the edge."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value, in drawing units with one decimal."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return round(self.start + min(1.0, max(0.0, share)) * (self.end - self.start), 1)

    def ticks(self, about: int = 4) -> list[float]:
        """Round values from low to high, about so many."""
        step = nice_step((self.high - self.low) / max(1, about))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


def nice_step(rough: float) -> float:
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below `rough`."""
    if rough <= 0 or not math.isfinite(rough):
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _NICE_STEPS if step * power >= rough * (1 - 1e-9))


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """A scale, for templates; an empty range becomes one of width 1."""
    return Scale(low, high if high > low else low + 1, start, end)


def line_path(values: Sequence[float | None], across: Scale, up: Scale) -> str:
    """The path of a line through values at 0, 1, 2 ...; it breaks at gaps, and a value between two
    of them is a short stroke."""
    parts: list[str] = []
    around = [None, *values, None]
    for place, value in enumerate(values):
        if value is None:
            continue
        x, y, before = across.at(place), up.at(value), around[place]
        is_alone = before is None and around[place + 2] is None
        parts.append(f"M{x - 3} {y}h6" if is_alone else f"{'M' if before is None else 'L'}{x} {y}")
    return "".join(parts)


def band_path(
    lows: Sequence[float | None], highs: Sequence[float | None], across: Scale, up: Scale
) -> str:
    """The closed outline between two lines, one for each stretch without gaps."""
    parts: list[str] = []
    run: list[tuple[float, float, float]] = []
    for place, (low, high) in enumerate(zip([*lows, None], [*highs, None], strict=True)):
        if low is not None and high is not None:
            run.append((across.at(place), up.at(low), up.at(high)))
        elif run:
            over = "L".join(f"{x} {top}" for x, _, top in run)
            back = "L".join(f"{x} {bottom}" for x, bottom, _ in reversed(run))
            parts.append(f"M{over}L{back}Z")
            run = []
    return "".join(parts)


def spread(places: Sequence[float], gap: float) -> list[float]:
    """Places of labels moved apart downward so that none stands closer than `gap`."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for before, index in itertools.pairwise(order):
        moved[index] = round(max(moved[index], moved[before] + gap), 1)
    return moved


def room(texts: Iterable[str], least: float) -> float:
    """How wide the longest of the texts is in the letters of a narrow page; `least` at least."""
    return max([least, *(_LETTER * len(text) for text in texts)])


def label_room(labels: Iterable[str], least: float) -> float:
    """The same for labels as they are drawn."""
    return room(map(label_drawn, labels), least)


def label_drawn(label: str) -> str:
    """A label, cut where it is too long for a chart; the whole of it stands in the table."""
    return label if len(label) <= _LABEL_LETTERS else f"{label[: _LABEL_LETTERS - 1].rstrip()}…"


GLOBALS = {
    "chart_width": WIDTH,
    "scale": scale,
    "line_path": line_path,
    "band_path": band_path,
    "spread": spread,
    "room": room,
    "label_room": label_room,
    "label_drawn": label_drawn,
}
