"""`tierline catalog coverage`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result
from small_offer import OFFER

from tierline.cli.catalog.coverage import coverage


def covered(folder: Path, text: str, *words: str) -> Result:
    path = folder / "offer.yaml"
    path.write_text(text)
    return CliRunner().invoke(coverage, [str(path), *words])


def test_a_catalog_that_is_kept_exits_0(tmp_path: Path) -> None:
    result = covered(tmp_path, OFFER)
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].endswith("promises are enforced (100%).")


def test_a_promise_that_nobody_keeps_is_named_with_exit_1(tmp_path: Path) -> None:
    text = OFFER.replace("phone: {name: Phone,", "phone: {name: Phone, enforced_by: nowhere,")
    result = covered(tmp_path, text, "--format", "json")
    assert result.exit_code == 1
    promises = json.loads(result.output)["promises"]
    assert [each["id"] for each in promises if each["enforced_by"] == "nowhere"] == ["acme/phone"]
