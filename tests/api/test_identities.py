from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from served import Served, problem, serve_small_world

from tierline.cli.identity import identity

RECORDS = """system,external_id,name,domain,place
helpdesk,inland,Inland Paper,inlandpaper.example,Duluth
crm,0017,Inland Paper Co.,www.inlandpaper.example,Duluth
billing,C-9,"INLAND PAPER, INC.",pulpworks.example,Duluth
crm,0018,Kestrel Air,kestrel-it.example,Hamburg
billing,C-10,Kestrel Aerospace,kestrel-it.example,Hamburg
product,tenant-4,Quill Analytics,quill.example,Oslo
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_small_world(tmp_path) as served:
        yield served


def link(served: Served, *records: dict[str, str]) -> list[dict[str, Any]]:
    answer = served.operator.post("/v1/identity-links", json={"records": records})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_a_merged_account_answers_by_every_alias_until_it_is_split(served: Served) -> None:
    found = link(
        served,
        {"system": "helpdesk", "external_id": "pine-desk", "name": "Pine"},
        {"system": "crm", "external_id": "17", "name": "Pine Ltd", "account": served.pine},
    )
    desk = found[0]["account"]
    merged = served.operator.put(f"/v1/accounts/{desk}/merge", json={"into": served.pine})
    assert merged.json() == {"account": desk, "into": served.pine}
    for key in (desk, "pine-desk", "helpdesk:pine-desk", "17", "crm:17", served.pine):
        assert served.operator.get(f"/v1/accounts/{key}").json()["id"] == served.pine
        checked = served.operator.post(
            "/v1/checks", json={"account": key, "feature": "hours", "quantity": 0}
        )
        assert checked.json()["account"] == served.pine
    names = [each["name"] for each in served.operator.get("/v1/accounts").json()["items"]]
    assert names == ["Oak", "Pine"]
    assert served.operator.delete(f"/v1/accounts/{desk}/merge").status_code == 204
    assert served.operator.get("/v1/accounts/pine-desk").json()["id"] == desk


def test_an_id_that_two_accounts_have_in_two_systems_stands_for_neither(served: Served) -> None:
    link(
        served,
        {"system": "helpdesk", "external_id": "7", "name": "Pine", "account": served.pine},
        {"system": "crm", "external_id": "7", "name": "Oak", "account": served.oak},
    )
    assert served.operator.get("/v1/accounts/7").status_code == 404
    assert served.operator.get("/v1/accounts/crm:7").json()["id"] == served.oak


def test_a_contract_is_never_merged_away(served: Served) -> None:
    answer = served.operator.put(f"/v1/accounts/{served.pine}/merge", json={"into": served.oak})
    assert (answer.status_code, problem(answer)["code"]) == (409, "under_contract")


def test_doubles_are_merged_and_namesakes_are_left_to_a_person(tmp_path: Path) -> None:
    file, runner = tmp_path / "records.csv", CliRunner()
    file.write_text(RECORDS)
    at = ["--data", str(tmp_path / "data")]

    def run(*words: str) -> str:
        done = runner.invoke(identity, [words[0], *at, *words[1:]], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert run("link", str(file)) == "Linked 6 records.\n"
    assert run("resolve").endswith("2 merged, 1 to review.\n")
    shown = run("review")
    assert "Kestrel Aerospace" in shown
    assert "name: some words the same  speaks against it" in shown
    namesakes = [word for word in shown.split() if word.startswith("account_")]
    run("review", "--apart", *namesakes)
    assert run("resolve").endswith("0 merged, 0 to review.\n")


def test_accounts_are_merged_and_split_by_hand(tmp_path: Path) -> None:
    with serve_small_world(tmp_path) as served:
        (found,) = link(served, {"system": "crm", "external_id": "1", "name": "Pine"})
        pine = served.pine
    runner, at = CliRunner(), ["--data", str(tmp_path)]
    merged = runner.invoke(identity, ["merge", *at, found["account"], pine])
    assert merged.output == f"Merged {found['account']} into {pine}.\n"
    split = runner.invoke(identity, ["split", *at, found["account"]])
    assert split.output == f"Split {found['account']}.\n"


def test_the_review_is_read_in_pages(served: Served) -> None:
    names = ("Kestrel Air", "Kestrel Aerospace", "Kestrel Marine")
    link(
        served,
        *(
            {"system": "crm", "external_id": name, "name": name, "domain": "kestrel.example"}
            for name in names
        ),
    )
    assert served.operator.post("/v1/identity-resolutions").json()["to_review"] == 3
    seen, after = [], None
    while True:
        stated = {"limit": 1} if after is None else {"limit": 1, "after": after}
        page = served.operator.get("/v1/identity-reviews", params=stated).json()
        seen += [(each["first"]["account"], each["second"]["account"]) for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(set(seen)) == 3


def test_what_an_account_is_made_of_is_told(served: Served) -> None:
    (desk,) = link(served, {"system": "helpdesk", "external_id": "d", "name": "Pine"})
    served.operator.put(f"/v1/accounts/{desk['account']}/merge", json={"into": served.pine})
    found = served.operator.get(f"/v1/accounts/{desk['account']}/identity").json()
    assert found["accounts"] == [served.pine, desk["account"]]
    assert [each["external_id"] for each in found["aliases"]] == ["d"]
    assert [each["split_at"] for each in found["merges"]] == [None]


def test_records_that_cannot_be_linked_are_refused_with_every_fault(served: Served) -> None:
    records = [
        {"system": "crm", "external_id": "1", "name": "A", "account": "nobody"},
        {"system": "crm", "external_id": "1", "name": "B"},
    ]
    answer = served.operator.post("/v1/identity-links", json={"records": records})
    assert answer.status_code == 422
    assert {fault["code"] for fault in problem(answer)["faults"]} == {"no_account", "twice"}


def test_a_file_that_is_not_records_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "records.csv"
    file.write_text("name,colour\nPine,green\n")
    done = CliRunner().invoke(identity, ["link", "--data", str(tmp_path / "d"), str(file)])
    assert done.exception is not None
    assert "needs the columns" in str(done.exception)
