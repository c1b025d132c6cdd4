"""Events that were sent before anybody knew whose they are."""

from __future__ import annotations

from pathlib import Path

from served import Served, serve_small_world

from tierline.actions.usage import define_meter, record_usage
from tierline.bootstrap.subjects import KnownSubjects
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.worker.duties import DUTIES

HOURS = Meter(
    key="hours",
    event_type="report.made",
    aggregation=Aggregation.sum,
    value="hours",
    feature="hours",
)


def send(served: Served, subject: str) -> None:
    opened = served.opened
    event = UsageEvent(
        source="reports",
        id=f"of {subject}",
        type="report.made",
        subject=subject,
        at=to_micros(opened.now()),
        data={"hours": 2},
    ).with_digest()
    opened.change(
        lambda records: record_usage(
            records, [event], KnownSubjects(opened), opened.sequences, opened.occasion()
        )
    )


def test_it_counts_once_the_subject_is_an_account_of_ours(tmp_path: Path) -> None:
    (duty,) = (duty for duty in DUTIES if duty.name == "count usage of nobody")
    with serve_small_world(tmp_path / "data") as served:
        opened = served.opened
        opened.change(lambda records: define_meter(records, HOURS, opened.occasion()))
        assert not opened.read(duty.is_needed)
        coming = "account_01k0000000e008000000000000"
        for subject in (coming, "stays.unknown"):
            send(served, subject)
        duty.do(opened)
        assert opened.read(lambda reads: reads.usage.unknown_subjects("", 9)) == (
            coming,
            "stays.unknown",
        )
        oak = served.oak
        opened.rulebook.aliases[coming] = oak  # as the rulebook learns it from external ids
        duty.do(opened)
        duty.do(opened)
        window = 0, to_micros(opened.now()) + 1
        assert opened.read(lambda reads: reads.usage.used(oak, HOURS, *window)) == 2
        assert opened.read(lambda reads: reads.usage.unknown_subjects("", 9)) == ("stays.unknown",)
