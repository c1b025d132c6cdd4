"""A file is sent, read through, imported and known again: on pages, over the API, by a command."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from exports import as_bytes, zendesk
from peopled import Peopled
from visitor import Visit

from tierline.access.role import Role
from tierline.actions import imports
from tierline.bootstrap.imports import MOST_ATTEMPTS, Importing
from tierline.cli.main import tierline
from tierline.connectors.event_log.export_files import packed_with
from tierline.kernel.errors import LimitReached
from tierline.web import uploads
from tierline.worker import duties
from tierline.worker.kinds import worker_of

PATH = "/imports"
CSV = b"external_id,name,time_zone\nacme,Acme,Europe/Berlin\n"


def work(world: Peopled) -> int:
    """Have the worker do all that is to be imported; in how many parts."""
    worker = worker_of(world.opened)
    lane = next(each for each in worker.lanes if each.name == imports.LANE)
    done = 0
    while worker.work(lane):
        done += 1
    return done


def sent(visit: Visit, content: bytes, name: str, *, mapping: bytes = b"", **fields: str) -> str:
    """What the page says of a file that was sent through its form."""
    visit.open(PATH)
    files = {"file": (name, content)} | ({"mapping": ("own.yaml", mapping)} if mapping else {})
    page = visit.upload(PATH, files, **fields)
    return page.text.replace("<wbr>", "")


def resolved(world: Peopled) -> int:
    """How many cases are resolved."""
    stated = {"state": "resolved", "limit": 200}
    return len(world.served.operator.get("/v1/cases", params=stated).json()["items"])


def export(account: str, **stated: Any) -> bytes:
    made = zendesk(account)
    made["tickets"][0] |= stated
    return as_bytes(made)


def test_an_export_is_read_through_before_it_is_imported_and_known_again(
    world: Peopled, admin: Visit
) -> None:
    before = resolved(world)
    page = sent(admin, export(world.pine, brand="x"), "march.json", whose="zendesk")
    assert "Waits for you" in page
    assert "Import 2 cases" in page
    assert "Missed there only" in page
    assert "tickets.brand" in page
    assert resolved(world) == before
    path = admin.path
    assert "of 2 are imported" in admin.send(f"{path}/start").text
    assert work(world) == 1
    assert resolved(world) == before + 1
    assert "Imported <time" in admin.open(path).text
    again = sent(admin, export(world.pine, brand="x"), "march.json", whose="zendesk")
    assert "Nothing to import" in again
    assert "<dt>Known already</dt><dd>2</dd>" in again
    listed = admin.open(PATH).text.replace("<wbr>", "")
    assert listed.count("march.json") == 2


def test_what_is_not_taken_says_where_and_what_to_write_instead(
    world: Peopled, admin: Visit
) -> None:
    page = sent(admin, export("nobody"), "odd.json", whose="zendesk", source="emea_2")
    assert "There is no account &#39;nobody&#39;." in page
    assert "Import it first under this external id" in page
    assert "emea" in page
    rows = CSV + b"birch,Birch,Europe/Atlantis\n"
    page = sent(admin, rows, "accounts.csv", whose="accounts")
    assert "line 3" in page
    assert "time_zone" in page
    assert "imported whole or not at all" in page
    assert f'action="{admin.path}/start"' not in page
    refused = world.served.operator.post(f"/v1{admin.path}/start")
    assert (refused.status_code, refused.json()["code"]) == (409, "import_empty")


def test_accounts_come_in_by_the_same_page(world: Peopled, admin: Visit) -> None:
    assert "Import 1 row" in sent(admin, CSV, "accounts.csv", whose="accounts")
    path = admin.path
    admin.send(f"{path}/start")
    assert work(world) == 1
    assert "Imported <time" in admin.open(path).text
    found = world.served.operator.get("/v1/accounts", params={"search": "Acme"}).json()["items"]
    assert [each["name"] for each in found] == ["Acme"]


def test_a_long_export_is_imported_part_by_part_and_counted_once(
    world: Peopled, admin: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tierline.bootstrap.imports.CASES_AT_ONCE", 1)
    made = zendesk(world.pine)
    for each in made["tickets"]:
        each["id"] += 40
    for each in made["ticket_metric_events"]:
        each["ticket_id"] += 40
    sent(admin, as_bytes(made), "parts.json", whose="zendesk")
    path = admin.path
    admin.send(f"{path}/start")
    assert work(world) == 2
    found = world.served.operator.get(f"/v1{path}").json()
    assert (found["state"], found["done"]) == ("imported", 2)
    assert found["counts"]["cases"] == {"added": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    assert found["report"]["comparison"]["kinds"]


def test_a_mapping_of_ones_own_is_sent_beside_the_export(world: Peopled, admin: Visit) -> None:
    own = admin.open(f"{PATH}/mappings/zendesk.yaml").content
    assert own.startswith(b"#") or b"records:" in own
    page = sent(admin, export(world.pine), "own.json", mapping=own, whose="zendesk", source="two")
    assert "Import 2 cases" in page
    broken = sent(admin, export(world.pine), "own.json", mapping=b"a: [", whose="zendesk")
    assert "This was not done" in broken
    assert admin.open(f"{PATH}/template?kind=contacts").text.startswith("external_id")


def test_odd_uploads_are_refused_in_words(admin: Visit) -> None:
    assert "Choose a file" in sent(admin, b"", "", whose="zendesk")
    assert "cannot be read" in sent(admin, b"\xff\xfe\x00", "x.json", whose="zendesk")
    assert "No mapping of" in sent(admin, b"[]", "x.json", whose="lotus")
    word = admin.form(PATH)["form_word"]
    forged = admin.upload(PATH, {"file": ("x.json", b"[]")}, whose="zendesk", form_word=word + "x")
    assert forged.status_code == 403
    admin.open(PATH)
    plain = admin.post(PATH, whose="zendesk", form_word=word)
    assert plain.status_code == 422
    assert "Choose a file" in plain.text


def test_an_upload_is_bounded_while_it_comes_in() -> None:
    taken: list[bytes] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1024**2

    async def take() -> None:
        async for chunk in uploads.bounded(endless(), 3 * 1024**2):
            taken.append(chunk)  # noqa: PERF401 - what came before the refusal counts

    with pytest.raises(LimitReached, match="at most 3 MiB"):
        asyncio.run(take())
    assert len(taken) == 3


def test_only_who_may_import_sees_it(world: Peopled) -> None:
    assert world.visit(Role.agent).open(PATH).status_code == 403
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open(PATH).status_code == 403
    word = customer.form("/theme")["form_word"]
    refused = customer.upload(PATH, {"file": ("x.json", b"[]")}, whose="zendesk", form_word=word)
    assert refused.status_code == 403


def kept(world: Peopled, admin: Visit, name: str) -> str:
    sent(admin, export(world.pine), name, whose="zendesk", source=name[:5])
    return admin.path.rpartition("/")[2]


def test_a_file_is_taken_back_or_let_go_after_a_day(
    world: Peopled, admin: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept(world, admin, "firsttry.json")
    admin.send(f"{PATH}/{first}/removal")
    second = kept(world, admin, "secondtry.json")
    monkeypatch.setattr(duties, "KEEP_FILES_FOR", duties.KEEP_FILES_FOR * 0)
    monkeypatch.setattr(duties, "KEEP_DETAILS_FOR", duties.KEEP_DETAILS_FOR * 0)
    duty = next(each for each in duties.DUTIES if each.name == "forget imports")
    assert world.opened.read(duty.is_needed)
    duty.do(world.opened)
    assert not world.opened.read(duty.is_needed)
    for each in (first, second):
        found = world.served.operator.get(f"/v1/imports/{each}").json()
        assert (found["state"], found["report"]) == ("discarded", None)
        gone = world.served.operator.post(f"/v1/imports/{each}/start")
        assert gone.json()["code"] == "import_discarded"
    assert "not kept any more" in admin.open(f"{PATH}/{first}").text


def test_erasing_somebody_ends_what_runs_and_lets_go_of_every_file(
    world: Peopled, admin: Visit
) -> None:
    import_ = kept(world, admin, "erased.json")
    admin.send(f"{PATH}/{import_}/start")
    world.opened.change(lambda records: records.people.erase([], at=world.opened.now()))
    work(world)
    found = world.served.operator.get(f"/v1/imports/{import_}").json()
    assert (found["state"], found["report"], found["done"]) == ("failed", None, 0)
    assert "Somebody was erased meanwhile" in admin.open(f"{PATH}/{import_}").text


def test_what_fails_again_and_again_is_given_up(world: Peopled, admin: Visit) -> None:
    import_ = kept(world, admin, "giveup.json")
    admin.send(f"{PATH}/{import_}/start")
    given_up = Importing(world.opened).go_on(import_, "worker", attempts=MOST_ATTEMPTS + 1)
    assert given_up.write is not None
    world.opened.change(given_up.write)
    assert "It failed 8 times. Send the file again." in admin.open(f"{PATH}/{import_}").text
    assert work(world) == 1


def test_a_file_and_its_mapping_are_the_same_zip_at_any_time() -> None:
    packed = packed_with("own.json", b"[]", "mapping.yaml", b"a: b")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {each.date_time[0] for each in archive.infolist()} == {1980}
        assert archive.namelist() == ["own.json", "mapping.yaml"]
    with pytest.raises(LimitReached, match="at most 1 MiB"):
        packed_with("own.json", b"[]", "mapping.yaml", b"x" * (1024**2 + 1))


def test_too_many_files_do_not_wait(admin: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "FILES_LIMIT", 0)
    assert "wait to be imported already" in sent(admin, CSV, "more.csv", whose="accounts")


def test_what_was_imported_at_once_stands_in_the_list_at_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_bytes(CSV)
    where = ["--data", str(tmp_path / "data")]
    ask = CliRunner()
    assert ask.invoke(tierline, ["accounts", "import", str(file), *where]).exit_code == 0
    listed = ask.invoke(tierline, ["import", "list", *where, "--json"])
    assert listed.exit_code == 0, listed.output
    (found,) = json.loads(listed.output)
    assert (found["kind"], found["state"], found["changes"]) == ("accounts", "imported", 1)
    assert "accounts.csv" in ask.invoke(tierline, ["import", "list", *where]).output
