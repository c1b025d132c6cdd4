from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_offer import OFFER

from tierline.cli.catalog.check import check
from tierline.entitlements.receipt import receipt_of, recomputed
from tierline.kernel.errors import Conflict, Invalid, NotFound

AT = ("--at", "2026-10-10T09:00:00Z")


@pytest.fixture
def ask(tmp_path: Path):
    path = tmp_path / "offer.yaml"
    path.write_text(OFFER)

    def asked(*words: str) -> Result:
        return CliRunner().invoke(check, [str(path), *words])

    return asked


def test_what_is_given_is_allowed_with_exit_0(ask):
    result = ask("--tier", "priority", "--feature", "reports")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "Allowed: Reports is included.",
        "  acme/priority/reports · version 2025-01-01 · plan:priority · included",
    ]


def test_what_is_not_given_is_denied_with_exit_1(ask):
    result = ask("--tier", "standard", "--feature", "phone")
    assert (result.output, result.exit_code) == ("Denied: Phone is not included.\n", 1)


def test_use_so_far_and_quantity_decide(ask):
    asked = ("--tier", "priority", "--feature", "sandboxes", "--quantity", "2")
    assert ask(*asked, "--used", "3").exit_code == 0
    assert ask(*asked, "--used", "4").exit_code == 1
    assert ask(*asked, "--used", "4", "--add-on", "extra").exit_code == 0


def test_the_explanation_says_each_step(ask):
    result = ask(
        "--tier", "priority", "--feature", "hours", "--used", "11.5", *AT, "--explain"
    )  # fmt: skip
    answer, *steps = result.output.splitlines()
    assert answer == (
        "Allowed with overage: 12.5 of 10 hours used with this; this costs $180, at most $450 in "
        "all."
    )
    assert steps == [
        "  acme/priority/hours · version 2025-01-01 · plan:priority · overage",
        f"  question          An account on Priority asks for 1 of Engineering hours at {AT[1]}",
        "  standing          covered by acme/priority, payment paid",
        "  promise           acme/priority/hours, version 2025-01-01",
        "  layers            plan:priority wins",
        "  gives             10 hours each month",
        "  counter           11.5 of 10 used; resets at 2026-11-01T00:00:00Z",
        "  beyond the limit  cap, $180 each, at most $450, warned at 80%",
    ]


def test_the_json_receipt_can_be_computed_again(ask):
    result = ask(
        "--tier", "priority", "--feature", "hours", "--used", "9", *AT,
        "--explain", "--format", "json",
    )  # fmt: skip
    document = json.loads(result.output)
    steps = document.pop("steps")
    assert steps[-1]["found"].startswith("Allowed, with a warning: 10 of 10 hours")
    assert receipt_of(recomputed(document)) == document


def test_the_json_answer_is_short_without_an_explanation(ask):
    answer = json.loads(ask("--tier", "priority", "--feature", "hours", "--format", "json").output)
    assert (answer["outcome"], answer["remaining"]) == ("allow", "9")


def test_a_channel_is_never_refused_for_the_worst_severity(ask):
    asked = ("--tier", "standard", "--feature", "phone", "--severity")
    assert ask(*asked, "S1").exit_code == 0
    assert ask(*asked, "S2").exit_code == 1


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        (("--tier", "gold", "--feature", "phone"), NotFound, "has no tier 'gold'"),
        (("--tier", "standard", "--feature", "phnoe"), NotFound, "Did you mean 'phone'"),
        (("--tier", "standard", "--feature", "phone", "--used", "-1"), Invalid, "from 0 to 10"),
        (("--tier", "standard", "--feature", "phone", "--quantity", "1e9999"), Invalid, "from 0"),
        (("--tier", "standard", "--feature", "phone", "--at", "2026-10-10"), Invalid, "no zone"),
        (("--tier", "standard", "--feature", "phone", "--add-on", "x"), NotFound, "no add-on 'x'"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_with_a_sentence(ask, words, kind, says):
    result = ask(*words)
    assert isinstance(result.exception, kind)
    assert says in str(result.exception)


def test_an_add_on_of_another_tier_is_refused(tmp_path):
    path = tmp_path / "offer.yaml"
    path.write_text(OFFER.replace("name: Suite,", "name: Suite, available_for: [enterprise],"))
    words = [str(path), "--tier", "standard", "--feature", "sandboxes", "--add-on", "suite"]
    result = CliRunner().invoke(check, words)
    assert isinstance(result.exception, Conflict)
    assert "sold with enterprise and not with 'standard'" in str(result.exception)
