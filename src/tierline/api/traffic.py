"""Counts of requests by route, method and class of status: few series, whatever is asked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BUCKETS_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
SERIES_LIMIT = 2_000


@dataclass(slots=True)
class Timed:
    """How often, how long in all, and how many within each bucket."""

    count: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_SECONDS) + 1))

    def add(self, seconds: float) -> None:
        """One more."""
        self.count += 1
        self.seconds += seconds
        self.buckets[bisect_left(BUCKETS_SECONDS, seconds)] += 1

    def cumulative(self) -> list[tuple[str, float]]:
        """The buckets as Prometheus wants them: each with all that are shorter."""
        found, total = [], 0
        for bound, count in zip((*BUCKETS_SECONDS, "+Inf"), self.buckets, strict=True):
            total += count
            found.append((str(bound), float(total)))
        return found


class Traffic(Collector):
    """Added to by the one thread of the server's loop, so it needs no lock."""

    def __init__(self) -> None:
        self._by_status: dict[tuple[str, str, int], int] = {}
        self._timed: dict[tuple[str, str], Timed] = {}

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """One answered request. A route or method that nobody declared is `other`."""
        counted = (route, method, status // 100)
        if counted not in self._by_status:
            counted = self._new(counted)
        self._by_status[counted] += 1
        self._timed[counted[:2]].add(seconds)

    def collect(self) -> Iterator[Metric]:
        """Everything so far."""
        requests = CounterMetricFamily(
            "tierline_http_requests", "Answered requests.", labels=("route", "method", "status")
        )
        for (route, method, status), count in list(self._by_status.items()):
            requests.add_metric((route, method, f"{status}xx"), count)
        yield requests
        seconds = HistogramMetricFamily(
            "tierline_http_request_seconds", "Time to answer.", labels=("route", "method")
        )
        for labels, timed in list(self._timed.items()):
            seconds.add_metric(labels, timed.cumulative(), sum_value=timed.seconds)
        yield seconds

    def _new(self, counted: tuple[str, str, int]) -> tuple[str, str, int]:
        route, method, status = counted
        if method not in METHODS:
            method = OTHER
        if len(self._by_status) >= SERIES_LIMIT:
            route, method = OTHER, OTHER
        counted = (route, method, status)
        self._by_status.setdefault(counted, 0)
        self._timed.setdefault(counted[:2], Timed())
        return counted
