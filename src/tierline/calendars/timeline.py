"""Open time as a monotone function from instants to positions, and back.

A position is the open microseconds since a fixed origin. Both directions are one search and a few
additions; the face for one value and the face for a column read the same edges.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

Micros = NDArray[np.int64]
Indexes = NDArray[np.intp]

_FEWEST_VALUES_FOR_BUCKETS = 2_000
_MOST_BUCKETS = 1 << 20
_NEVER = np.iinfo(np.int64).max


class Timeline:
    """The windows of one span of instants, sorted, merged and at least one.

    `low` and `high` bound the instants that it can place. `origin` is the instant whose position
    is 0, so that two timelines of one calendar give equal positions.
    """

    __slots__ = (
        "_backward", "_backward_of", "_ceiling_of", "_ceilings", "_closes", "_forward",
        "_forward_of", "_instants", "_knots", "_opens", "_positions", "_starts",
        "first_position", "high", "last_position", "low",
    )  # fmt: skip

    def __init__(self, opens: Micros, closes: Micros, span: tuple[int, int], origin: int) -> None:
        self.low, self.high = span
        lengths = closes - opens
        starts = np.cumsum(lengths) - lengths
        starts -= int(np.clip(origin - opens, 0, lengths).sum())
        self.first_position = int(starts[0])
        self.last_position = int(starts[-1] + lengths[-1])
        self._opens: list[int] = opens.tolist()
        self._closes: list[int] = closes.tolist()
        self._starts: list[int] = starts.tolist()
        self._backward = opens - starts
        self._backward_of: list[int] = self._backward.tolist()
        self._positions = Steps(starts, self.last_position)
        if opens[0] > self.low:  # a window of no length, so that every instant has one before it
            opens = np.concatenate(([self.low], opens))
            lengths = np.concatenate(([0], lengths))
            starts = np.concatenate(([self.first_position], starts))
        self._forward = starts - opens
        self._ceilings = starts + lengths
        self._instants = Steps(opens, self.high)
        # lists for the face of one value: indexing an array makes an object at every look
        self._knots: list[int] = opens.tolist()
        self._forward_of: list[int] = self._forward.tolist()
        self._ceiling_of: list[int] = self._ceilings.tolist()

    def position(self, instant: int) -> int:
        """Open microseconds from the origin to the instant; negative before the origin."""
        index = bisect_right(self._knots, instant) - 1
        reached = instant + self._forward_of[index]
        ceiling = self._ceiling_of[index]
        return reached if reached < ceiling else ceiling  # noqa: FURB136 - min() costs a call

    def positions(self, instants: Micros) -> Micros:
        """`position` of each instant."""
        if len(self._forward) == 1:
            index = np.zeros(1, dtype=np.intp)
        else:
            index = self._instants.last_not_after(instants)
        reached: Micros = self._forward.take(index) + instants
        np.minimum(reached, self._ceilings.take(index), out=reached)
        return reached

    def earliest(self, position: int) -> int:
        """The first instant of a position: at a window's end, its closing edge."""
        return position + self._backward_of[bisect_left(self._starts, position) - 1]

    def latest(self, position: int) -> int:
        """The last instant of a position: at a window's end, the next opening edge."""
        return position + self._backward_of[bisect_right(self._starts, position) - 1]

    def all_earliest(self, positions: Micros) -> Micros:
        """`earliest` of each position."""
        return self._back(positions, positions - 1)

    def all_latest(self, positions: Micros) -> Micros:
        """`latest` of each position."""
        return self._back(positions, positions)

    def window_closing_after(self, instant: int) -> tuple[int, int] | None:
        """The first window that closes after the instant, if this span has one."""
        index = bisect_right(self._closes, instant)
        return self._window(index)

    def window_opening_before(self, instant: int) -> tuple[int, int] | None:
        """The last window that opens before the instant, if this span has one."""
        return self._window(bisect_left(self._opens, instant) - 1)

    def _window(self, index: int) -> tuple[int, int] | None:
        if 0 <= index < len(self._opens):
            return self._opens[index], self._closes[index]
        return None

    def _back(self, positions: Micros, searched: Micros) -> Micros:
        if len(self._backward) == 1:
            index = np.zeros(1, dtype=np.intp)
        else:
            index = self._positions.last_not_after(searched)
        instants: Micros = self._backward.take(index) + positions
        return instants


class Steps:
    """Finds, for values in no order, the last of the sorted knots that is not after each.

    Binary search over thousands of knots is a branch missed at every step. Where the knots keep
    their distance, a table of equal buckets, each with at most one knot inside, answers with one
    look-up and one comparison instead. Values lie between the first knot and `high`.
    """

    __slots__ = ("_bits", "_following", "_high", "_index", "_knots")

    def __init__(self, knots: Micros, high: int) -> None:
        self._knots = knots
        self._high = high
        self._bits: int | None = None
        self._index: Indexes = np.empty(0, dtype=np.intp)
        self._following: Micros = np.empty(0, dtype=np.int64)

    def last_not_after(self, values: Micros) -> Indexes:
        """Index of the last knot `<=` each value."""
        if len(values) < _FEWEST_VALUES_FOR_BUCKETS or not self._has_buckets():
            return np.searchsorted(self._knots, values, side="right") - 1
        bucket = values - self._knots[0]
        bucket >>= self._bits
        index: Indexes = self._index.take(bucket)
        index += values >= self._following.take(bucket)
        return index

    def _has_buckets(self) -> bool:
        """Builds the table at its first use; bits of 0 say that it would be too large."""
        if self._bits is None:
            narrowest = int(np.diff(self._knots).min())
            bits = narrowest.bit_length() - 1
            count = ((self._high - int(self._knots[0])) >> bits) + 1
            if count <= _MOST_BUCKETS:
                edges = self._knots[0] + (np.arange(count, dtype=np.int64) << bits)
                self._index = np.searchsorted(self._knots, edges, side="right") - 1
                self._following = np.append(self._knots[1:], _NEVER).take(self._index)
            self._bits = bits if count <= _MOST_BUCKETS else 0
        return self._bits > 0
