"""A mapping and a catalog that speak of different tiers are told apart before the report."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from tierline import bootstrap
from tierline.cli.replay import replay


def test_names_of_the_mapping_that_the_catalog_lacks_are_told(tmp_path: Path) -> None:
    sample = bootstrap.sample_files()
    log = tmp_path / "log.csv"
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(sample.mapping.read_text().replace("waiting_on_customer", "lunch"))
    log.write_bytes(sample.log.read_bytes())
    arguments = [str(log), "--mapping", str(mapping), "--catalog", str(sample.catalog)]
    result = CliRunner().invoke(replay, [*arguments, "-o", str(tmp_path / "out.json")])
    assert result.exit_code == 0
    assert "The catalog has no pause reason 'lunch'" in result.stderr


def test_a_mapping_that_fits_its_catalog_is_not_remarked_upon(tmp_path: Path) -> None:
    result = CliRunner().invoke(replay, ["-o", str(tmp_path / "out.json")])
    assert (result.exit_code, "note:" in result.stderr) == (0, False)
