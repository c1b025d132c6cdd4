"""The first run: an empty installation leads its admin on, and makes the sample company."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from new_data import new_data
from signing_in import signed_in

from tierline.access.role import Role
from tierline.bootstrap.application import Application, open_application
from tierline.sample.shape import shape_of

EMAIL = "ada@vendor.example"
LONGEST_SECONDS = 300


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Application]:
    with open_application(data=new_data(tmp_path)) as made:
        yield made


def test_an_admin_is_led_from_the_empty_list_to_the_sample_company(
    opened: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = replace(shape_of("small"), cases_percent=5)
    monkeypatch.setattr("tierline.web.sample.SIZE", quick)
    visit = signed_in(opened, Role.admin, EMAIL)
    assert "There are no accounts yet" in visit.open("/").text
    assert "tierline accounts import customers.xlsx --dry-run" in visit.page.text
    assert "/sample-company" in visit.page.text
    published = visit.open("/catalogs").text
    assert re.search(r"--data-binary @catalog.yaml http\S+/v1/catalogs</code>", published)
    visit.open("/sample-company")
    assert "It is being made" in visit.send("/sample-company").text
    until = time.monotonic() + LONGEST_SECONDS
    while "It is being made" in visit.open("/sample-company").text:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert "The sample company is here, with 69 accounts" in visit.page.text
    assert "Alder Textiles" in visit.open("/accounts").text


def test_where_there_are_accounts_none_is_added(opened: Application) -> None:
    from tierline.actions.accounts import AccountDetails, open_account

    visit = signed_in(opened, Role.admin, EMAIL)
    visit.open("/sample-company")
    details, occasion = AccountDetails(name="Ours"), opened.occasion()
    opened.change(lambda records: open_account(records, details, occasion))
    visit.send("/sample-company")
    until = time.monotonic() + LONGEST_SECONDS
    while "It is being made" in visit.open("/sample-company").text:
        assert time.monotonic() < until
        time.sleep(0.2)
    assert "needs an empty installation" in visit.page.text


def test_who_may_not_operate_is_told_whom_to_ask(opened: Application) -> None:
    visit = signed_in(opened, Role.agent, EMAIL)
    assert "Ask an admin" in visit.open("/accounts").text
    assert visit.open("/sample-company").status_code == 403
    form = {"form_word": visit.form("/sign-out")["form_word"]}
    assert visit.post("/sample-company", **form).status_code == 403
