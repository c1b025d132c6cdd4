"""The coverage of promises: what nobody keeps stands first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from peopled import Peopled, people_small_world
from small_offer import OFFER

from tierline.access.role import Role
from tierline.actions.catalogs import publish_catalog
from tierline.catalog.catalog import Catalog


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Peopled]:
    with people_small_world(tmp_path) as made:
        stated = {**yaml.safe_load(OFFER), "version": "2025-09-01"}
        stated["features"]["region"]["enforced_by"] = "nowhere"
        stated["features"]["reports"]["name"] = "=Reports"
        catalog = Catalog.model_validate(stated)
        occasion = made.opened.occasion()
        made.opened.change(lambda records: publish_catalog(records, catalog, occasion))
        yield made


def test_what_nobody_keeps_stands_first_and_coverage_is_told_by_version(world: Peopled) -> None:
    lead = world.visit(Role.lead)
    page = lead.open("/enforcement").text
    assert "92% of the 12 promises of acme, version 2025-09-01, are enforced." in page
    assert page.index("Data region") < page.index("Sandboxes")
    assert "S1: acknowledge" in page
    older = lead.open("/enforcement?catalog=acme&version=2025-01-01").text
    assert "100% of the" in older


def test_the_file_has_the_same_rows_and_no_formula(world: Peopled) -> None:
    lead = world.visit(Role.lead)
    answer = lead.open("/enforcement.csv?catalog=acme&version=2025-09-01")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "enforcement-acme-2025-09-01.csv" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert (rows[0]["name"], rows[0]["enforced_by"]) == ("Data region", "nowhere")
    assert "'=Reports" in {row["name"] for row in rows}


def test_a_version_that_is_not_published_is_not_found(world: Peopled) -> None:
    assert world.visit(Role.lead).open("/enforcement?version=1999-01-01").status_code == 404


def test_only_who_reads_audits_sees_it(world: Peopled) -> None:
    assert world.visit(Role.agent).open("/enforcement").status_code == 403
