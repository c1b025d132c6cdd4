from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tierline.catalog.canonical import canonical_bytes, catalog_digest
from tierline.catalog.catalog import Catalog
from tierline.catalog.load import load_catalog
from tierline.catalog.publication import Publication, plan_publication, publish
from tierline.catalog.publication_files import write_new, write_whole
from tierline.kernel.errors import Conflict, Invalid

GRIDS = {"html": b"<p>", "json": b"{}"}


def published(catalog: Catalog, directory: Path) -> Publication:
    plan = plan_publication(catalog, directory, GRIDS)
    publish(plan)
    return plan


def dated(catalog: Catalog, version: str, **fields: Any) -> Catalog:
    return catalog.model_validate({**catalog.model_dump(), "version": version, **fields})


def test_a_version_is_written_with_its_grids_and_its_digest(
    halyard: Catalog, tmp_path: Path
) -> None:
    published(halyard, tmp_path)
    folder = tmp_path / "halyard"
    assert (folder / "2025-07-01.yaml").read_bytes() == canonical_bytes(halyard)
    assert load_catalog(folder / "2025-07-01.yaml") == halyard
    assert json.loads((folder / "index.json").read_text())["versions"] == [
        {
            "version": "2025-07-01",
            "statement": "2025-07-01.yaml",
            "digest": catalog_digest(halyard),
            "grids": ["2025-07-01.html", "2025-07-01.json"],
        }
    ]


def test_what_is_published_is_read_only_and_nothing_else_is_left(
    halyard: Catalog, tmp_path: Path
) -> None:
    published(halyard, tmp_path)
    names = sorted(path.name for path in (tmp_path / "halyard").iterdir())
    assert names == ["2025-07-01.html", "2025-07-01.json", "2025-07-01.yaml", "index.json"]
    for path in (tmp_path / "halyard").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_the_same_content_again_changes_nothing(halyard: Catalog, tmp_path: Path) -> None:
    published(halyard, tmp_path)
    assert plan_publication(halyard, tmp_path, GRIDS).is_done


def test_other_content_needs_a_new_version_date(halyard: Catalog, tmp_path: Path) -> None:
    published(halyard, tmp_path)
    other = dated(halyard, "2025-07-01", company="Halyard")
    with pytest.raises(Conflict, match="new version date"):
        plan_publication(other, tmp_path, GRIDS)
    published(dated(halyard, "2025-10-01", company="Halyard"), tmp_path)
    published(dated(halyard, "2025-01-01"), tmp_path)
    index = json.loads((tmp_path / "halyard" / "index.json").read_text())
    assert [entry["version"] for entry in index["versions"]] == [
        "2025-01-01",
        "2025-07-01",
        "2025-10-01",
    ]


def test_a_file_changed_after_its_publication_is_found(halyard: Catalog, tmp_path: Path) -> None:
    published(halyard, tmp_path)
    path = tmp_path / "halyard" / "2025-07-01.yaml"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"PT15M", b"PT45M"))
    with pytest.raises(Conflict, match="changed after its publication"):
        plan_publication(dated(halyard, "2025-10-01"), tmp_path, GRIDS)


def test_an_interrupted_publication_is_completed_by_the_next(
    halyard: Catalog, tmp_path: Path
) -> None:
    plan = plan_publication(halyard, tmp_path, GRIDS)
    write_new(plan.folder / "2025-07-01.yaml", plan.new_files["2025-07-01.yaml"])
    again = plan_publication(halyard, tmp_path, GRIDS)
    assert again.names() == ["2025-07-01.html", "2025-07-01.json", "index.json"]
    publish(again)
    assert plan_publication(halyard, tmp_path, GRIDS).is_done


def test_of_two_publishers_with_different_content_one_is_refused(
    halyard: Catalog, tmp_path: Path
) -> None:
    mine = plan_publication(halyard, tmp_path, GRIDS)
    theirs = plan_publication(dated(halyard, "2025-07-01", company="Other"), tmp_path, GRIDS)
    publish(theirs)
    with pytest.raises(Conflict, match="someone else"):
        publish(mine)


def test_an_index_that_is_none_is_not_overwritten(halyard: Catalog, tmp_path: Path) -> None:
    (tmp_path / "halyard").mkdir()
    (tmp_path / "halyard" / "index.json").write_text('{"format": "other"}')
    with pytest.raises(Invalid, match="not an index"):
        plan_publication(halyard, tmp_path, GRIDS)


def test_a_file_is_written_whole_and_keeps_its_rights_and_its_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.yaml", tmp_path / "link.yaml"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.yaml", "target.yaml"]
