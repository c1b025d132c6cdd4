"""What no event may be: told in a sentence, whoever sends it."""

from __future__ import annotations

import json

import pytest

from tierline.kernel.errors import Invalid
from tierline.metering.cloud_events import STRUCTURED, events_of
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter, quantities_of

GOOD = {
    "specversion": "1.0",
    "id": "1",
    "source": "gateway",
    "type": "api.called",
    "subject": "pine",
    "time": "2026-01-01T00:00:00Z",
}


def read(**stated: object) -> UsageEvent | Invalid:
    return events_of({"content-type": STRUCTURED}, json.dumps({**GOOD, **stated}).encode())[0]


def codes(**stated: object) -> set[str]:
    found = read(**stated)
    assert isinstance(found, Invalid)
    return {fault.code for fault in found.faults}


def nested(levels: int) -> dict[str, object]:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return {"value": value}


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"specversion": "0.3"}, "other_version"),
        ({"time": "2026-01-01T00:00:00"}, "naive_instant"),
        ({"time": "0001-01-01T00:00:00Z"}, "bad_instant"),
        ({"corrects": "a\x00"}, "unstorable_text"),
        ({"corrects": ""}, "bad_word"),
        ({"subject": "a" * 501}, "bad_word"),
        ({"data": [1]}, "not_an_object"),
        ({"data": {"text": "x" * 70_000}}, "too_large"),
        ({"data": nested(32)}, "too_deep"),
        ({"data": nested(600)}, "too_deep"),
    ],
)
def test_each_fault_has_its_code(stated: dict[str, object], code: str) -> None:
    assert code in codes(**stated)


def test_all_faults_are_told_at_once() -> None:
    assert codes(specversion="2", time="noon", data=[1], subject="a\x00") >= {
        "other_version",
        "not_an_object",
        "unstorable_text",
    }


def test_the_same_event_has_the_same_digest_in_whatever_order() -> None:
    one, other = read(data={"a": 1, "b": 0.5}), read(data={"b": 0.5, "a": 1})
    assert isinstance(one, UsageEvent)
    assert one == other
    assert one != read(data={"a": 2, "b": 0.5})


@pytest.mark.parametrize(
    ("aggregation", "stated"),
    [
        (Aggregation.sum, -1),
        (Aggregation.sum, True),
        (Aggregation.sum, "1_000"),
        (Aggregation.sum, "1E-999999999"),
        (Aggregation.sum, "NaN"),
        (Aggregation.sum, "١٢"),
        (Aggregation.sum, 0.0000001),
        (Aggregation.sum, 10**12 + 1),
        (Aggregation.max, None),
        (Aggregation.latest, {}),
        (Aggregation.unique, "a\x00b"),
        (Aggregation.unique, ""),
        (Aggregation.unique, "x" * 501),
        (Aggregation.duration, "-PT5S"),
        (Aggregation.duration, "P99999999999999D"),
    ],
)
def test_what_a_meter_cannot_read_is_refused(aggregation: Aggregation, stated: object) -> None:
    event = read(data={"value": stated})
    meter = Meter(key="m", event_type="api.called", aggregation=aggregation, value="value")
    assert isinstance(event, UsageEvent)
    (found,) = quantities_of(meter, [event])
    assert isinstance(found, Invalid)
    assert "cannot be counted" in found.message
