from __future__ import annotations

import json

import pytest

from tierline.actions.conformance import run_vector, run_vectors
from tierline.kernel.errors import Invalid

OFFICE = {"tz": "UTC", "week": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}}


def vector(op: str, expect: object, schedule: object = OFFICE, **asked: object) -> dict:
    return {"id": "v", "op": op, "schedule": schedule, "input": asked, "expect": expect}


def outcome(stated: object) -> str:
    result = run_vector(7, stated)
    return "passed" if result.passed else result.line()


def test_every_vector_of_the_shared_file_passes(shared):
    vectors = json.loads(shared("vectors/sla_vectors.json").read_text())
    failures = [result.line() for result in run_vectors(vectors) if not result.passed]
    assert failures == []
    assert len(vectors) == 155


def test_nothing_is_decided_by_a_vectors_name(shared):
    vectors = json.loads(shared("vectors/sla_vectors.json").read_text())
    nameless = [{**each, "id": "", "source": ""} for each in reversed(vectors)]
    assert all(result.passed for result in run_vectors({"vectors": nameless}))


def test_a_wrong_expectation_fails_with_got_and_expected():
    wrong = vector("add", "2024-01-15T10:00:00Z", start="2024-01-15T09:00:00Z", seconds=60)
    assert outcome(wrong) == (
        "FAILED vector 7 (v) add: got 2024-01-15T09:01:00Z, expected 2024-01-15T10:00:00Z"
    )


@pytest.mark.parametrize(
    "stated",
    [
        vector("roundtrip", True, start="2024-01-15T09:00:00Z", seconds=60),
        vector("roundtrip", "2024-01-15T10:00:00+01:00", start="2024-01-15T09:00:00Z", seconds=60),
        vector("on_holiday", True, {**OFFICE, "holidays": ["--12-25"]}, at="2024-12-25T09:00Z"),
        vector("validate", "ok"),
        vector("validate", "ok", {"tz": "UTC", "week": {"mon": [["22:00", "06:00"]]}}),
        vector("validate", "error", {"tz": "UTC", "week": {"mon": [["22:00", "06:00"]]}},
               overnight_windows=False),
        vector("validate_target", "error", seconds=0),
        vector("validate_target", "ok", seconds=1),
        vector("sla_retarget", "2024-01-15T12:00:00Z", start="2024-01-15T09:00:00Z",
               changes=[{"at": "2024-01-15T10:00:00Z", "seconds": 7200}], mode="from_change"),
        vector("add", "2024-01-16T09:00:00Z", start="2024-01-15T09:00:00Z", seconds=28800,
               boundary="far"),
        vector("add", "2024-01-15T09:00:03Z", start="2024-01-15T09:00:00.5Z", seconds=2,
               rounding="nearest_second"),
        vector("add", "error", {"tz": "UTC", "week": {}}, start="2024-01-15T09:00Z", seconds=1),
    ],
)  # fmt: skip
def test_operations_answer(stated):
    assert outcome(stated) == "passed"


@pytest.mark.parametrize(
    ("stated", "problem"),
    [
        (3, "vector 7 (no id): a vector must be an object"),
        ({"id": "v"}, "has no 'op'"),
        ({"id": "v", "op": "add"}, "has no 'expect'"),
        (vector("fly", 1), "'fly' is not a known op"),
        (vector("add", 1, None), "its schedule is missing"),
        (vector("add", 1), "its input has no 'start'"),
        (vector("add", 1, start=5, seconds=1), "'start' is not text"),
        (vector("add", 1, start="soon", seconds=1), "'soon' is not an instant"),
        (vector("add", 1, start="2024-01-15T09:00Z", seconds=1.5), "not a whole number"),
        (vector("add", 1, start="2024-01-15T09:00Z", seconds=float("inf")), "cannot be run"),
        (vector("add", 1, start="2024-01-15T09:00Z", seconds=1, boundary="middle"), "'middle'"),
        (vector("add", 1, {"tz": "UTC"}, start="2024-01-15T09:00Z", seconds=1), "no window at all"),
        (vector("add", 1, {**OFFICE, "tz": "Mars"}, start="2024-01-15T09:00Z", seconds=1), "Mars"),
        (vector("sla_due", 1, start="2024-01-15T09:00Z", seconds=1, pauses=[[1]]), "pair"),
        (vector("sla_retarget", 1, start="2024-01-15T09:00Z", changes=[{}]), "no 'at'"),
        ({**vector("add", 1), "input": []}, "its input is not an object"),
        (vector("is_open", 1, at="2024-01-15T09:00Z"), "got true, expected 1"),
    ],
)
def test_a_vector_that_cannot_be_run_fails_and_says_why(stated, problem):
    assert problem in outcome(stated)


def test_names_from_a_strangers_file_stay_on_one_printable_line():
    line = run_vector(0, {"id": "a\nb\ud800" + "x" * 9_000, "op": "add"}).line()
    assert "\n" not in line
    assert len(line.encode()) < 1_000


@pytest.mark.parametrize("document", [{}, [], "text", 5, None, {"vectors": {}}, {"vectors": []}])
def test_a_file_without_vectors_is_refused(document):
    with pytest.raises(Invalid, match="holds no vectors"):
        run_vectors(document)
