"""Lists to download for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import httpx
import pytest
from peopled import Peopled, people_small_world

from tierline.access.role import Role
from tierline.web import exports


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("exports")) as made:
        stated = {"name": "=HYPERLINK(1)"}
        assert made.served.operator.post("/v1/accounts", json=stated).status_code == 201
        yield made


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_every_account_is_in_the_file_however_many_are_read_at_once(
    world: Peopled, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = world.visit(Role.account_manager)
    assert "/accounts.csv" in visit.open("/accounts").text
    whole = visit.open("/accounts.csv").text
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    answer = visit.open("/accounts.csv")
    assert answer.text == whole
    found = {row["name"]: row for row in rows(answer)}
    assert set(found) == {"'=HYPERLINK(1)", "Bare Pine", "Oak", "Pine"}
    assert (found["Pine"]["tier"], found["Pine"]["coverage"]) == ("Priority", "covered")
    assert found["Bare Pine"]["tier"] == ""


def test_a_search_narrows_the_file(world: Peopled) -> None:
    visit = world.visit(Role.finance)
    assert [row["name"] for row in rows(visit.open("/accounts.csv?search=oa"))] == ["Oak"]


def test_entitlements_come_with_the_layer_that_won(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    found = rows(customer.open(f"/accounts/{world.pine}/entitlements.csv"))
    sandboxes = next(row for row in found if row["key"] == "sandboxes")
    assert sandboxes["won_by"] == "Plan Priority"
    assert sandboxes["other_layers"] == "Override more_sandboxes, 3 more (added)"
    assert sandboxes["from"] == "2025-01-01T00:00:00Z"
    assert "S1.acknowledge" in {row["key"] for row in found}
    before = rows(customer.open(f"/accounts/{world.pine}/entitlements.csv?at=2025-01-15"))
    assert next(row for row in before if row["key"] == "sandboxes")["other_layers"] == ""


def test_files_are_for_who_may_have_them(world: Peopled) -> None:
    customer = world.visit(Role.customer_contact, world.pine)
    assert [row["name"] for row in rows(customer.open("/accounts.csv"))] == ["Pine"]
    assert world.visit(Role.agent).open("/accounts.csv").status_code == 403
    assert customer.open(f"/accounts/{world.oak}/entitlements.csv").status_code == 404
