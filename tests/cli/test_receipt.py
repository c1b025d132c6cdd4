"""`tierline receipt`: what is no receipt is told in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tierline.cli.receipt import receipt
from tierline.cli.replay import replay
from tierline.kernel.errors import TierlineError

CASE = "INC0040001"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A receipt of the sample, as the replay saves it."""
    folder = tmp_path_factory.mktemp("receipts")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # the receipt is saved where the command is run
        assert CliRunner().invoke(replay, ["--receipt", CASE]).exit_code == 0
    return folder / f"receipt-{CASE}.json"


def test_a_saved_receipt_verifies(saved: Path) -> None:
    result = CliRunner().invoke(receipt, ["verify", str(saved)])
    assert (result.exit_code, "This receipt verifies." in result.stdout) == (0, True)


def test_a_changed_fact_does_not_verify(saved: Path, tmp_path: Path) -> None:
    forged = json.loads(saved.read_text())
    forged["facts"]["events"][0]["at"] = "2025-01-01T00:00:00Z"
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(forged))
    result = CliRunner().invoke(receipt, ["verify", str(path)])
    assert (result.exit_code, "does not verify" in result.stdout) == (1, True)


def test_the_ledger_is_shown_in_words(saved: Path) -> None:
    shown = CliRunner().invoke(receipt, ["show", str(saved)]).stdout
    assert CASE in shown
    assert "to spare" in shown or "too long" in shown


def test_the_key_is_the_one_that_signed(saved: Path) -> None:
    key = CliRunner().invoke(receipt, ["key"]).stdout.strip()
    assert json.loads(saved.read_text())["signature"]["public_key"] == key
    assert CliRunner().invoke(receipt, ["verify", str(saved), "--public-key", key]).exit_code == 0


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"facts": 5}', '{"facts": {"case": NaN}}', '{"a": "\\ud800"}', "[" * 100_000],
)
@pytest.mark.parametrize("verb", ["show", "verify"])
def test_what_is_no_receipt_is_told_in_a_sentence(content: str, verb: str, tmp_path: Path) -> None:
    path = tmp_path / "receipt.json"
    path.write_text(content)
    result = CliRunner().invoke(receipt, [verb, str(path)])
    assert isinstance(result.exception, TierlineError)
