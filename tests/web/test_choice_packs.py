"""Choice packs for everybody and for an account: one question, one pack, in every form."""

from __future__ import annotations

import html
import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import fastexcel
import pytest
from click.testing import CliRunner
from moved_clock import moved_by_hand
from pypdf import PdfReader
from served import START, Served, serve_small_world
from signing_in import signed_in
from small_offer import offer
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.performance import publish_month, publish_performance, withdraw_performance
from tierline.api.application import application
from tierline.bootstrap.kept_answers import OneAtATime
from tierline.catalog.catalog import Catalog
from tierline.cli.choice_pack import choice_pack
from tierline.kernel.errors import LimitReached
from tierline.scorecards.performance import Figure
from tierline.store.records import Records
from tierline.web.routes import ROUTES

PUBLIC = "/grid/shop/choice-pack"
ASKED = "version=2025-02-01&tier=basic&tier=plus&quantity.seat=7&on=2025-03-01"
OF_ALL = (
    "version=2025-02-01&tier=basic&tier=plus&tier=top&quantity.seat=7&quantity.hours=12"
    "&on=2025-03-01"
)
NEWER = "2025-04-01"
"""Published by one of the tests."""
SEATS = {"model": "per_unit", "amount": 10, "unit": "seat"}


def shop(version: str = "2025-02-01", company: str = "Shop & Sons") -> Catalog:
    """Four plans: by seat, a flat fee, a quoted one, and one of one customer's own."""
    stated = offer(catalog="shop", version=version, company=company).model_dump(
        mode="json", exclude_none=True
    )
    standard, priority, enterprise = stated["tiers"].values()
    stated["tiers"] = {
        "basic": {**standard, "name": "Basic", "price": SEATS},
        "plus": {**priority, "name": "=Plus", "price": {"model": "flat", "amount": 300}},
        "top": {**enterprise, "name": "Top", "price": {"model": "quoted"}},
        "own": {**enterprise, "name": "Own", "availability": "private"},
    }
    return Catalog.model_validate(stated)


class World:
    """The small world with the shop's plans, and its pages."""

    def __init__(self, served: Served) -> None:
        self.served, self.opened = served, served.opened
        self.pine, self.oak = served.pine, served.oak
        self.app = application(served.opened, ROUTES)
        occasion = self.opened.occasion()
        for each in (shop(), shop("2100-01-01")):
            self.opened.change(lambda records, each=each: publish_catalog(records, each, occasion))

    def visit(self, role: Role, account: str | None = None) -> Visit:
        """Somebody who is signed in."""
        email = f"{role.value}.{account}@people.example"
        return signed_in(self.opened, role, email, account=account, app=self.app)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with serve_small_world(tmp_path_factory.mktemp("packs")) as served:
        yield World(served)


@pytest.fixture(scope="module")
def own(world: World) -> str:
    """An account on the plan that is nobody else's."""
    occasion = world.opened.occasion()

    def work(records: Records) -> str:
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        order = ContractOrder(account=account, catalog="shop", tier="own", start=START)
        sign_contract(records, order, occasion)
        return account

    return world.opened.change(work)


def sheets(book: bytes) -> list[str]:
    return fastexcel.read_excel(book).sheet_names


def sheet(book: bytes, name: str) -> list[list[Any]]:
    frame = fastexcel.read_excel(book).load_sheet(name, header_row=None, dtypes="string")
    return [list(row) for row in frame.to_polars().rows()]


def read(world: World, query: str = ASKED) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Visit(world.app).open(f"{PUBLIC}.json?{query}").content)
    return found


def test_anybody_compares_the_plans_of_the_grid_in_force(world: World) -> None:
    visit = Visit(world.app)
    page = visit.open(PUBLIC)
    assert page.status_code == 200
    assert any(version in page.text for version in ("2025-02-01", NEWER))
    assert "2100-01-01" not in page.text
    assert "<script" not in page.text
    assert "set-cookie" not in page.headers
    for name in ("Basic", "=Plus", "Top"):
        assert f'scope="col">{name}</th>' in page.text
    assert "Own" not in page.text
    asked = html.unescape(visit.open(f"{PUBLIC}?{OF_ALL}").text)
    for words in ("$840", "$7,920", "$300 a month", "On request"):
        assert words in asked


def test_page_paper_workbook_and_json_say_the_same_sums_and_proof(world: World) -> None:
    found, visit = read(world), Visit(world.app)
    totals = [each["totals"][0]["total_minor"] for each in found["options"]]
    assert totals == [84_000, 360_000]
    paper = PdfReader(io.BytesIO(visit.open(f"{PUBLIC}.pdf?{ASKED}").content))
    said = "".join("".join(each.extract_text() for each in paper.pages).split())
    page = visit.open(f"{PUBLIC}?{ASKED}").text
    book = visit.open(f"{PUBLIC}.xlsx?{ASKED}").content
    texts = "\n".join(
        str(cell) for name in sheets(book) for row in sheet(book, name) for cell in row
    )
    signature = found["signature"]["value"]
    for proof in (found["digest"], found["pack_digest"], signature, "2025-02-01", "2025-03-01"):
        assert proof in page
        assert proof in said
        assert proof in texts
    assert "$3,600" in page
    assert "$3,600" in said
    assert ["=Plus"] in [row[2:3] for row in sheet(book, "What it costs")]


def test_the_sum_of_a_workbook_is_a_formula_with_its_value(world: World) -> None:
    book = Visit(world.app).open(f"{PUBLIC}.xlsx?{ASKED}").content
    rows = sheet(book, "What it costs")
    totals = [row[1:] for row in rows if str(row[0]).startswith("Total over")]
    assert totals == [["840", "3600"], ["1680", "7200"], ["2520", "10800"]]
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        written = parts.read("xl/worksheets/sheet2.xml").decode()
    sums = re.findall(
        r'r="[BC](\d+)"[^>]*><f>SUM\(([BC])(\d+):[BC](\d+)\)</f><v>(\d+)\.0</v>', written
    )
    assert len(sums) == written.count("<f>") == 6
    for row, column, top, bottom, value in sums:
        assert int(bottom) == int(row) - 1
        cells = [rows[place][" BC".index(column)] for place in range(int(top) - 1, int(bottom))]
        assert sum(int(cell) for cell in cells if str(cell).lstrip("-").isdigit()) == int(value)


def test_the_same_question_is_the_same_bytes_whatever_came_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {
        ending: Visit(world.app).open(f"{PUBLIC}.{ending}?{ASKED}").content
        for ending in ("json", "pdf", "xlsx")
    }
    moved_by_hand(monkeypatch, world.opened.now() + timedelta(days=40))
    monkeypatch.setattr("tierline.web.choice_packs._made_files", {})
    occasion = world.opened.occasion()
    later = shop(NEWER, "Other")
    world.opened.change(lambda records: publish_catalog(records, later, occasion))
    for ending, content in before.items():
        assert Visit(world.app).open(f"{PUBLIC}.{ending}?{ASKED}").content == content


class Forgetful(dict[tuple[str, str], bytes]):
    """Files that others' questions push out the moment that they are kept."""

    def __setitem__(self, key: tuple[str, str], content: bytes) -> None:
        super().__setitem__(key, content)
        self.clear()


def test_a_file_is_answered_though_others_push_it_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tierline.web.choice_packs._made_files", Forgetful())
    monkeypatch.setattr("tierline.web.public_grid._made_forms", Forgetful())
    for path in (f"{PUBLIC}.json?{ASKED}", "/grid/shop.json?version=2025-02-01"):
        assert Visit(world.app).open(path).status_code == 200


def test_one_file_at_a_time_is_written_for_strangers_who_keep_nobody_else_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = OneAtATime(waiting=0, seconds=0)
    monkeypatch.setattr("tierline.web.choice_packs._strangers", turn)
    monkeypatch.setattr("tierline.web.choice_packs._made_files", {})
    known, new = (f"{PUBLIC}.json?{ASKED}{more}" for more in ("", "&quantity.hours=3"))
    stranger = Visit(world.app)
    assert stranger.open(known).status_code == 200
    with turn.taken():
        answer = stranger.open(new)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert stranger.open(known).status_code == 200
        assert stranger.open(f"{PUBLIC}?{ASKED}&quantity.hours=3").status_code == 200
        known_here = signed_in(
            world.opened, Role.account_manager, "kim@people.example", app=world.app
        )
        assert known_here.open(f"{PUBLIC}.pdf?{ASKED}&quantity.hours=3").status_code == 200
    assert stranger.open(new).status_code == 200


def test_a_new_pack_is_drawn_up_for_one_stranger_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch, own: str
) -> None:
    turn = OneAtATime(waiting=0, seconds=0)
    monkeypatch.setattr("tierline.bootstrap.choice_packs._strangers", turn)
    stated: dict[str, Any] = {"tier": ["basic", "plus"], "on": "2025-03-01"}
    stated |= {"version": "2025-02-01", "quantity": ["seat=7001"]}
    path, page = "/v1/choice-packs/shop", f"{PUBLIC}?{ASKED.replace('seat=7', 'seat=7002')}"
    ask = world.served.nobody.get
    known = ask(path, params=stated)
    assert known.status_code == 200
    with turn.taken():
        assert ask(path, params=stated).content == known.content
        new = ask(path, params={**stated, "quantity": ["seat=7003"]})
        assert (new.status_code, new.json()["code"]) == (503, "busy_with_others")
        assert new.headers["retry-after"] == "1"
        answer = Visit(world.app).open(page)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        whose = world.served.operator.get(f"/v1/accounts/{own}/choice-pack", params=stated)
        assert whose.status_code == 200
        here = signed_in(world.opened, Role.lead, "noa@people.example", app=world.app)
        assert here.open(f"{PUBLIC}?{ASKED.replace('seat=7', 'seat=7004')}").status_code == 200
    assert Visit(world.app).open(page).status_code == 200


def test_a_few_strangers_wait_for_their_turn_and_no_more() -> None:
    turn = OneAtATime(waiting=1, seconds=30)
    is_inside, may_end, told = threading.Event(), threading.Event(), []

    def first() -> None:
        with turn.taken():
            is_inside.set()
            may_end.wait(30)
            told.append("first")

    def another() -> None:
        try:
            with turn.taken():
                told.append("waited")
        except LimitReached:
            told.append("refused")

    threads = [threading.Thread(target=each) for each in (first, another, another, another)]
    threads[0].start()
    assert is_inside.wait(30)
    for each in threads[1:]:
        each.start()
    while len(told) < 2:
        time.sleep(0.001)
    may_end.set()
    for each in threads:
        each.join(30)
    assert told == ["refused", "refused", "first", "waited"]


def test_other_plans_are_compared_without_the_quantities_that_they_do_not_go_by(
    world: World,
) -> None:
    visit, asked = Visit(world.app), "version=2025-02-01&tier=plus&tier=top&on=2025-03-01"
    page = visit.open(f"{PUBLIC}?{asked}&quantity.seat=x&quantity.hours=12")
    assert page.status_code == 200
    assert 'name="quantity.hours" type="text" value="12"' in page.text
    assert "quantity.seat" not in page.text
    assert visit.open(f"{PUBLIC}.json?{asked}&quantity.seat=7").status_code == 422


def test_the_form_of_an_account_keeps_its_catalog(world: World, own: str) -> None:
    visit = signed_in(world.opened, Role.account_manager, "lee@people.example", app=world.app)
    path = f"/accounts/{own}/choice-pack"
    page = visit.open(f"{path}?catalog=acme").text
    found = dict(re.findall(r'type="hidden" name="(catalog|version)" value="([^"]+)"', page))
    assert found == {"catalog": "acme", "version": "2025-01-01"}
    assert visit.open(f"{path}?{urlencode(found)}&tier=standard&tier=priority").status_code == 200


def test_the_page_leads_to_files_that_make_it_again(world: World) -> None:
    page = Visit(world.app).open(f"{PUBLIC}?{ASKED}").text
    links = [
        html.unescape(each)
        for each in re.findall(r'href="([^"]+\.(?:pdf|xlsx|json)\?[^"]+)"', page)
    ]
    assert len(links) == 3
    for link in links:
        query = parse_qs(urlsplit(link).query)
        assert (query["on"], query["version"]) == (["2025-03-01"], ["2025-02-01"])
    (stated,) = (each for each in links if ".json" in each)
    assert json.loads(Visit(world.app).open(stated).content) == read(world)


def test_every_fault_is_told_at_once_beside_its_field(world: World) -> None:
    visit = Visit(world.app)
    query = "tier=basic&tier=basic&quantity.seat=many&on=2199-01-01"
    page = visit.open(f"{PUBLIC}?{query}")
    assert page.status_code == 422
    for field in ("on", "tier-1", "quantity-seat"):
        assert f'href="#{field}"' in page.text
        assert f'id="{field}"' in page.text
    assert "many" in page.text
    assert visit.open(f"{PUBLIC}?on=2025-01-31").status_code == 422
    assert visit.open(f"{PUBLIC}?on=yesterday").status_code == 422
    assert visit.open(f"{PUBLIC}.pdf?{query}").status_code == 422
    for path in ("/grid/none/choice-pack", f"{PUBLIC}?version=2100-01-01"):
        assert visit.open(path).status_code == 404
    assert visit.open(f"{PUBLIC}?tier=own&tier=top").status_code == 422


def test_an_account_compares_with_what_it_has_and_nobody_else_does(world: World, own: str) -> None:
    path = f"/accounts/{own}/choice-pack"
    mine = world.visit(Role.customer_contact, own)
    page = mine.open(path)
    assert page.status_code == 200
    assert 'scope="col">Own</th>' in page.text
    assert "Elm" in page.text
    assert mine.open(f"{path}.pdf").headers["content-type"] == "application/pdf"
    assert world.visit(Role.account_manager).open(path).status_code == 200
    other = world.visit(Role.customer_contact, world.oak)
    assert other.open(path).status_code == 404
    assert other.open(f"/accounts/{world.oak}/choice-pack?tier=own&tier=top").status_code == 422
    assert f'href="/accounts/{world.pine}/choice-pack"' in (
        world.visit(Role.customer_contact, world.pine).open("/plan").text
    )


def test_the_api_answers_everybody_and_an_account_with_the_same_pack(
    world: World, own: str
) -> None:
    stated = {
        "version": "2025-02-01",
        "tier": ["basic", "plus"],
        "quantity": ["seat=7"],
        "on": "2025-03-01",
    }
    answer = world.served.nobody.get("/v1/choice-packs/shop", params=stated)
    assert answer.json() == read(world, f"{ASKED}&language=en")
    found = world.served.operator.get(f"/v1/accounts/{own}/choice-pack", params=stated).json()
    assert (found["account"], found["account_name"]) == (own, "Elm")
    assert found["options"] == answer.json()["options"]
    for quantities in (["seat"], ["nothing=1"], ["seat=x"]):
        answer = world.served.nobody.get("/v1/choice-packs/shop", params={"quantity": quantities})
        assert answer.status_code == 422


def test_the_api_tells_every_fault_before_it_looks_whose_it_is(world: World) -> None:
    asked = {"quantity": ["seat", "hours=x"], "on": "today", "tier": ["basic", "basic"]}
    answer = world.served.operator.get("/v1/accounts/nobody/choice-pack", params=asked)
    assert answer.status_code == 422
    assert [each["path"] for each in answer.json()["faults"]] == ["quantity", "tier", "on", "hours"]
    assert world.served.nobody.get("/v1/choice-packs/none", params=asked).status_code == 422
    right = world.served.operator.get(
        "/v1/accounts/nobody/choice-pack", params={"tier": ["x", "y"]}
    )
    assert right.status_code == 404


def figures(met: int) -> list[Figure]:
    return [Figure(what="attainment", tier="priority", name="Priority", value=(met, 50, 1))]


def test_how_promises_were_kept_is_as_it_was_told_before_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands = moved_by_hand(monkeypatch, datetime(2025, 6, 10, tzinfo=UTC))
    with serve_small_world(tmp_path) as served:
        opened = served.opened

        def kept(on: str) -> Any:
            asked = {"tier": ["standard", "priority"], "on": on}
            found = served.nobody.get("/v1/choice-packs/acme", params=asked).json()
            assert found["options"][0]["kept"] is None
            return found["options"][1]["kept"]

        def tell(month: str, met: int) -> None:
            occasion = opened.occasion()
            opened.change(lambda records: publish_month(records, month, figures(met), occasion))

        occasion = opened.occasion()
        opened.change(lambda records: publish_performance(records, "2025-04", occasion))
        tell("2025-04", 48)
        tell("2025-05", 45)
        assert kept("2025-06-10") is None
        hands.move(timedelta(days=1))
        told = {"first": "2025-04", "last": "2025-05", "months": 2, "met": 93, "of": 100}
        assert kept("2025-06-11") == told
        tell("2025-05", 50)
        assert kept("2025-06-11") == told
        hands.move(timedelta(days=1))
        assert (kept("2025-06-12")["met"], kept("2025-06-11")) == (98, told)
        occasion = opened.occasion()
        opened.change(lambda records: withdraw_performance(records, occasion))
        assert kept("2025-06-11") is None


def test_the_command_writes_each_form_and_verifies_it(tmp_path: Path) -> None:
    with serve_small_world(tmp_path / "data") as served:
        pine = served.pine
    run, data = CliRunner().invoke, ["--data", str(tmp_path / "data")]
    asked = ["--on", "2025-03-01", "--version", "2025-01-01"]
    for ending, begins in (("json", b"{"), ("html", b"<!doc"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
        file = tmp_path / f"pack.{ending}"
        whose = ["--account", pine] if ending == "html" else ["--catalog", "acme"]
        result = run(choice_pack, ["write", *data, *asked, *whose, "-o", str(file)])
        assert result.exit_code == 0, result.output
        assert file.read_bytes().startswith(begins)
    assert "Pine" in (tmp_path / "pack.html").read_text()
    verified = run(choice_pack, ["verify", str(tmp_path / "pack.json")])
    assert (verified.exit_code, "This pack verifies." in verified.output) == (0, True)
    changed = json.loads((tmp_path / "pack.json").read_text()) | {"company": "Other"}
    (tmp_path / "pack.json").write_text(json.dumps(changed))
    verified = run(choice_pack, ["verify", str(tmp_path / "pack.json")])
    assert (verified.exit_code, "does not verify" in verified.output) == (1, True)
