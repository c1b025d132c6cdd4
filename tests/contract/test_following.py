from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from postgresql_server import Server
from small_offer import offer

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.checks import Question
from tierline.actions.contracts import ContractOrder, change_plan, sign_contract
from tierline.actions.reservations import reserve
from tierline.bootstrap.application import Application, open_application
from tierline.bootstrap.following import Following
from tierline.kernel.instants import to_micros
from tierline.store.records import Records

START = datetime(2025, 1, 1, tzinfo=UTC)


def question(application: Application, account: str, quantity: int = 1) -> Question:
    at = to_micros(application.now())
    return Question(account=account, feature="sandboxes", at=at, quantity=quantity)


def signed(application: Application) -> str:
    """The id of a new account on Standard (2 sandboxes)."""

    def work(records: Records) -> str:
        occasion = application.occasion()
        publish_catalog(records, offer(), occasion)
        account = open_account(records, AccountDetails(name="Pine"), occasion).id
        order = ContractOrder(account=account, catalog="acme", tier="standard", start=START)
        sign_contract(records, order, occasion)
        return account

    return application.change(work)


def eventually(application: Application, account: str, quantity: int, *, allowed: bool) -> None:
    for _ in range(100):
        if application.answers.ask(question(application, account, quantity)).is_allowed is allowed:
            return
        time.sleep(0.05)
    pytest.fail("the other process's change was not seen within 5 seconds")


def test_processes_on_one_server_see_each_others_changes(server: Server) -> None:
    address = server.fresh_database()
    with (
        open_application(database=address) as one,
        open_application(database=address) as other,
        Following(other),
    ):
        account = signed(one)
        eventually(other, account, 2, allowed=True)
        contract = one.read(lambda reads: reads.contracts.of_account(account))[0].id
        one.change(lambda records: change_plan(records, contract, "priority", one.occasion()))
        eventually(other, account, 5, allowed=True)
        asked = question(one, account, 4)
        one.change(lambda records: reserve(records, one.rulebook.ruleset, asked, one.occasion()))
        eventually(other, account, 2, allowed=False)
    server.drop_database(address)
