"""The sample company: the same from the same seed, and what is hidden in it is found."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa

from tierline.bootstrap.application import open_application
from tierline.bootstrap.sample import create_sample, verify_sample
from tierline.kernel.errors import Conflict, NotFound
from tierline.sample.verdict import Mark
from tierline.store.journal import fact_table


def made(folder: Path, *, seed: int = 7, is_control: bool = False) -> Path:
    create_sample(
        folder, "small", seed, is_control=is_control, progress=lambda _stage, _done, _total: None
    )
    return folder


def facts_of(folder: Path) -> str:
    """One digest of every fact with its id, times and body."""
    with open_application(data=folder) as application:
        rows = application.store.read(
            lambda snapshot: snapshot.execute(sa.select(fact_table).order_by(fact_table.c.id)).all()
        )
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_everything_hidden_is_found_and_no_decoy_is_named(tmp_path: Path, seed: int) -> None:
    verdict = verify_sample(made(tmp_path / "co", seed=seed))
    assert [line for line in verdict.lines if line.mark is not Mark.found] == []
    assert verdict.is_good
    assert verdict.lines


def test_hardly_anything_is_found_where_nothing_is_hidden(tmp_path: Path) -> None:
    verdict = verify_sample(made(tmp_path / "co", is_control=True))
    assert verdict.count(Mark.false) <= 2
    assert verdict.is_good


def test_one_seed_gives_the_same_truth_and_the_same_facts(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    assert (one / "truth.yaml").read_bytes() == (other / "truth.yaml").read_bytes()
    assert facts_of(one) == facts_of(other)


def test_the_truth_is_not_what_is_looked_at(tmp_path: Path) -> None:
    folder = made(tmp_path / "co")
    (folder / "truth.yaml").write_text(
        (folder / "truth.yaml").read_text("utf-8").replace("PT15M", "PT10M"), "utf-8"
    )
    verdict = verify_sample(folder)
    assert verdict.count(Mark.wrong) == 1
    assert not verdict.is_good


def test_a_folder_with_data_is_left_alone_and_one_without_is_named(tmp_path: Path) -> None:
    folder = made(tmp_path / "co")
    with pytest.raises(Conflict, match="holds a database already"):
        made(folder)
    with pytest.raises(NotFound, match="holds no sample company"):
        verify_sample(tmp_path / "none")
