"""`/metrics`: figures for Prometheus. They name routes and lanes, and no account or person."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import (
    CONTENT_TYPE_LATEST,
    generate_latest,
    start_http_server,
)
from prometheus_client.registry import Collector

from tierline.actions.due_work import DUTIES
from tierline.actions.webhooks import READER
from tierline.api.routes import Routes
from tierline.api.traffic import Timed, Traffic
from tierline.kernel.errors import Invalid, TierlineError

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.store.records import Reads

router = Routes(tags=["operation"])
_LOG = logging.getLogger("tierline.metrics")


class Metrics:
    """All figures of one process."""

    def __init__(self, application: Application) -> None:
        self.traffic = Traffic()
        self._registry = CollectorRegistry()
        self._registry.register(self.traffic)
        self._registry.register(StoreFigures(application))
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """In the form that Prometheus reads."""
        return generate_latest(self._registry)

    @contextmanager
    def served(self, host: str, port: int) -> Iterator[int]:
        """Answer them at an address of their own, for a process that serves nothing else; the port,
        which is a free one for 0. Raises Invalid where the address cannot be used."""
        try:
            server, thread = start_http_server(port, host, self._registry)
        except OSError as error:
            raise Invalid(
                f"The address {host}:{port} cannot be used: {error.strerror or error}. Choose "
                "another --metrics-port, or stop what listens there.",
                code="address_in_use",
            ) from None
        try:
            yield int(server.server_port)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class StoreFigures(Collector):
    """What the database says at the moment of asking, and how long units took."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._units = Timed()
        self._adding = threading.Lock()
        application.store.observe_units(self._add)

    def _add(self, seconds: float) -> None:
        with self._adding:
            self._units.add(seconds)

    def collect(self) -> Iterator[Metric]:
        """Figures without the database first, so that they are there without it too."""
        yield gauge(
            "tierline_store_units_waiting",
            "Units of work that wait for their turn in this process.",
            self._application.store.waiting_units(),
        )
        seconds = HistogramMetricFamily(
            "tierline_store_unit_seconds", "From asking for a unit of work until it is durable."
        )
        with self._adding:
            seconds.add_metric((), self._units.cumulative(), sum_value=self._units.seconds)
        yield seconds
        again = CounterMetricFamily(
            "tierline_sent_again", "Sent once more: it may have arrived before.", labels=("lane",)
        )
        for lane, number in sorted(self._application.sent_again.items()):
            again.add_metric((lane,), number)
        yield again
        try:
            found = self._application.read(lambda reads: list(self._read(reads)))
        except TierlineError as error:
            _LOG.warning("the database gave no figures: %s", error.message)
            found = []
        yield gauge("tierline_store_up", "Whether the database answered.", float(bool(found)))
        yield from found

    def _read(self, reads: Reads) -> Iterator[Metric]:
        now = self._application.now()
        outbox, head = reads.outbox, reads.outbox.head()
        oldest = outbox.oldest_unsealed()
        yield gauge("tierline_journal_sealed_facts", "Facts with a seal.", head)
        yield gauge(
            "tierline_seal_lag_seconds", "Age of the oldest fact without a seal.", age(oldest, now)
        )
        yield gauge(
            "tierline_outbox_facts",
            "Sealed facts that webhooks have not been told of.",
            head - outbox.position(READER),
        )
        rows = GaugeMetricFamily("tierline_due_work_rows", "Rows to be done.", labels=("lane",))
        late = GaugeMetricFamily(
            "tierline_due_work_late_seconds", "How long the first row is overdue.", labels=("lane",)
        )
        for lane, (number, first_at) in reads.due_work.waiting().items():
            if lane == DUTIES:
                continue
            rows.add_metric((lane,), number)
            late.add_metric((lane,), age(first_at, now))
        yield rows
        yield late


def gauge(name: str, words: str, value: float) -> Metric:
    """One figure without labels."""
    return GaugeMetricFamily(name, words, value=value)


def age(instant: datetime | None, now: datetime) -> float:
    """Seconds since then; 0 where it has not come, or there is none."""
    return 0.0 if instant is None else max(0.0, (now - instant).total_seconds())


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
def read_metrics(request: Request) -> Response:
    """Open to whoever reaches the address: they say how much, and never whose."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)
