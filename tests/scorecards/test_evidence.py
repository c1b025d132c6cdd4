"""An evidence bundle is worked out again by anyone, and shows whatever was changed in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tierline.calendars.business_hours import BusinessHours, Window, week_of
from tierline.cases.event import CaseEvent, EventKind
from tierline.cases.history import CUSTOMER_TIME_ZONE, CaseHistory
from tierline.cases.log import CaseLog, Labels
from tierline.catalog.clock_rules import ClockRules
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.digest import canonical_json, digest_of, digest_of_bytes
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import to_micros
from tierline.kernel.signing import SigningKey
from tierline.languages.language import ENGLISH
from tierline.milestones.receipt import signed
from tierline.milestones.terms import PromisedTarget, Terms
from tierline.scorecards.account_attainment import Whose, attainment_of
from tierline.scorecards.desk import KeptCases, Stretch, judged_desk
from tierline.scorecards.evidence import CASES, FIGURES, MANIFEST, TERMS, evidence_files
from tierline.scorecards.evidence_check import verify_evidence
from tierline.scorecards.evidence_readme import evidence_readme

Files = dict[str, bytes]
HOUR = timedelta(hours=1)
HOURS = BusinessHours(
    time_zone="America/Chicago",
    week=week_of(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (Window(32_400, 61_200),))),
    country="US",
)
PROMISED = Terms(
    "halyard", "2025-07-01", "", ("standard",), ("S2", "S3"),
    {("standard", "S3", MilestoneKind.first_response): PromisedTarget(
        "halyard/standard/S3.first_response", 28_800_000_000, "office"),
     ("standard", "S2", MilestoneKind.first_response): PromisedTarget(
        "halyard/standard/S2.first_response", 7_200_000_000, "office", False, (), Decimal(50))},
    {"standard": ClockRules()}, {"office": HOURS},
)  # fmt: skip
KEY = SigningKey.generate()
AS_OF = datetime(2025, 9, 2, tzinfo=UTC)
DURING = Stretch(datetime(2025, 6, 1, tzinfo=UTC), AS_OF, AS_OF)
CHICAGO = "America/Chicago"


def case(name: str, opened: datetime, severity: str, answered: timedelta) -> CaseHistory:
    events = (
        CaseEvent(opened, EventKind.opened, severity),
        CaseEvent(opened + answered, EventKind.public_reply),
    )
    return CaseHistory(name, "standard", events, {CUSTOMER_TIME_ZONE: CHICAGO})


HISTORIES = (
    case("case_1", datetime(2025, 7, 3, 20, 30, tzinfo=UTC), "S3", 4 * 24 * HOUR),
    case("case_2", datetime(2025, 7, 8, 15, tzinfo=UTC), "S2", HOUR),
    case("case_3", datetime(2025, 8, 5, 15, tzinfo=UTC), "S2", 5 * HOUR),
)
UNKNOWN_AT = datetime(2025, 8, 6, tzinfo=UTC)


def kept() -> KeptCases:
    """One case that nobody is known of, and three that are promised something."""
    opened = [UNKNOWN_AT, *(each.opened_at for each in HISTORIES)]
    return KeptCases(
        ids=("case_0", *(each.case_id for each in HISTORIES)),
        numbers=(10, 11, 12, 13),
        opened=np.array([to_micros(at) for at in opened], dtype=np.int64),
        account=Labels.of(["acct_1"] * 4),
        segment=Labels.of([""] * 4),
        channel=Labels.of(["email"] * 4),
        access=Labels.of(["no_plan"] * 4),
        contract=Labels.of([""] * 4),
        coverage=Labels.of(["unknown", "covered", "covered", "covered"]),
        tier=Labels.of(["", "standard", "standard", "standard"]),
        severity=Labels.of(["S3", "S3", "S2", "S2"]),
        zone=Labels.of([CHICAGO] * 4),
        parts=((1, CaseLog.of(HISTORIES, AS_OF), PROMISED),),
        as_of=to_micros(AS_OF),
    )


@pytest.fixture
def bundle() -> Files:
    whose = Whose(id="acct_1", name="Gulfport Medical", time_zone=CHICAGO)
    found = attainment_of(whose, DURING, judged_desk(kept()))
    return evidence_files(found, evidence_readme(found, ENGLISH), KEY)


def failed(files: Files, key: str | None = None) -> dict[str, str]:
    return {check.name: check.found for check in verify_evidence(files, key) if not check.passed}


def changed(files: Files, name: str, change: Callable[[Any], object], line: int = 0) -> Files:
    """The files with one of them changed, and nothing else."""
    lines = files[name].splitlines()
    value = json.loads(lines[line])
    change(value)
    lines[line] = canonical_json(value)
    return {**files, name: b"\n".join(lines) + (b"\n" if name.endswith("l") else b"")}


def signed_again(files: Files, key: SigningKey) -> Files:
    """As somebody would do it who changes a bundle and hides it."""
    manifest = json.loads(files[MANIFEST])
    for each in manifest["files"]:
        each["digest"] = digest_of_bytes(files[each["name"]])
    return {**files, MANIFEST: canonical_json(signed(manifest, key))}


def answered_at_once(row: dict[str, Any]) -> None:
    row["facts"]["events"][1]["at"] = row["opened_at"]


def test_a_bundle_verifies_with_the_issuers_key(bundle: Files) -> None:
    checks = verify_evidence(bundle, KEY.public_text())
    assert [check.name for check in checks if not check.passed] == []
    assert any("3 milestones of 4 cases come out the same" in check.found for check in checks)


def test_it_holds_figures_and_whatever_is_in_no_share_with_why(bundle: Files) -> None:
    figures = json.loads(bundle[FIGURES])
    assert (figures["cases"], figures["met"], figures["missed"]) == (4, 2, 1)
    assert {(each["month"], each["kept"]) for each in figures["commitments"]} == {
        ("2025-07", "met"), ("2025-08", "missed"),
    }  # fmt: skip
    (left_out,) = figures["left_out"]
    assert (left_out["number"], left_out["reason"]) == (10, "Nobody knows yet who asks")


def test_a_changed_fact_is_named_by_its_case(bundle: Files) -> None:
    found = failed(changed(bundle, CASES, answered_at_once, line=3))
    assert {"case 13", CASES} <= {*found}
    assert "stopped_at" in found["case 13"]


def test_a_changed_figure_is_named(bundle: Files) -> None:
    found = failed(changed(bundle, FIGURES, lambda each: each.update(missed=0)))
    assert {*found} == {FIGURES, "figures"}
    assert found["figures"] == "missed comes out as 1, the bundle says 0."


def test_a_changed_promise_is_found(bundle: Files) -> None:
    def kinder(row: dict[str, Any]) -> None:
        for target in row["statement"]["targets"]:
            target["allowance_us"] *= 10

    assert {TERMS, "terms", "case 13"} <= {*failed(changed(bundle, TERMS, kinder))}


def test_a_changed_manifest_and_another_signature_are_found(bundle: Files) -> None:
    def renamed(manifest: dict[str, Any]) -> None:
        manifest["account"]["name"] = "Somebody else"

    def unsigned(manifest: dict[str, Any]) -> None:
        manifest["signature"]["value"] = KEY.sign(b"something else")

    assert "signature" in failed(changed(bundle, MANIFEST, renamed))
    assert {*failed(changed(bundle, MANIFEST, unsigned))} == {"signature"}
    other = signed_again(bundle, SigningKey.generate())
    assert {*failed(other, KEY.public_text())} == {"signature"}


def test_whoever_signs_a_change_again_is_found_by_the_figures(bundle: Files) -> None:
    def consistent(row: dict[str, Any]) -> None:
        answered_at_once(row)
        row["digest"] = digest_of({name: part for name, part in row.items() if name != "digest"})

    forged = signed_again(changed(bundle, CASES, consistent, line=3), SigningKey.generate())
    assert {*failed(forged)} == {"case 13", "figures"}
    assert "signature" in failed(forged, KEY.public_text())


def test_a_case_left_away_is_missed(bundle: Files) -> None:
    without = {**bundle, CASES: b"\n".join(bundle[CASES].splitlines()[:-1]) + b"\n"}
    assert {CASES, "figures"} <= {*failed(without)}


def test_a_file_left_away_is_missed(bundle: Files) -> None:
    for name in (CASES, TERMS, FIGURES):
        assert name in failed({each: held for each, held in bundle.items() if each != name})


@pytest.mark.parametrize(
    "damage",
    [b"", b"[]\n", b"{}\n", b"null\n", b"5\n", b"{\n", b"[" * 100_000, b'{"terms":[]}\n',
     b'{"case":"x","number":NaN}\n'],
)  # fmt: skip
@pytest.mark.parametrize("name", [CASES, TERMS, FIGURES])
def test_damage_is_told_and_no_fault_of_ours(name: str, damage: bytes, bundle: Files) -> None:
    assert name in failed({**bundle, name: damage})


@pytest.mark.parametrize("name", ["since", "as_of", "account", "files", "signature"])
@pytest.mark.parametrize("value", [None, 5, "soon", [], {}])
def test_a_damaged_manifest_does_not_verify(name: str, value: object, bundle: Files) -> None:
    assert failed(changed(bundle, MANIFEST, lambda each: each.update({name: value})))


def test_what_is_no_bundle_is_told(bundle: Files) -> None:
    for damage in (b"", b"null", b"[]", b"{}", b"{"):
        with pytest.raises(Invalid):
            verify_evidence({**bundle, MANIFEST: damage})
