"""How long does the server take for an account page, with 300 accounts and with 100,000?

In one run, in this process, without a network: the page of accounts taken at random, once each, so
that no count is in memory yet, from the request's first byte to the answer's last; and the list of
accounts, first page and a search. Beside them a page that only asks who is signed in
(`/me/security`) as the cost of the shell. The budget is 50 ms at the median for both sizes.

    .venv/bin/python benchmarks/account_page.py [--sizes 300 100000] [--pages 60]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

import tierline
from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.accounts.account import Account
from tierline.accounts.contract import Contract
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.actions.occasion import Occasion
from tierline.api.application import application
from tierline.bootstrap.application import Application, open_application
from tierline.catalog.load import load_catalog
from tierline.connectors.console_post import ConsolePost
from tierline.kernel.ids import ACCOUNT, CONTRACT
from tierline.store.records import Records
from tierline.web.routes import ROUTES

BUDGET_MS = 50.0
AT_ONCE = 2_000
START = datetime(2025, 7, 1, tzinfo=UTC)
EMAIL, PASSWORD = "ada@vendor.example", "four boring words here"
SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"


def fill(opened: Application, size: int) -> list[str]:
    """Accounts with a contract each, on the tiers of the sample's catalog in turn."""
    catalog = load_catalog(SAMPLE)
    occasion = opened.occasion()
    opened.change(lambda records: publish_catalog(records, catalog, occasion))
    signed = opened.change(lambda records: first_contracts(records, list(catalog.tiers), occasion))
    made = []

    def work(records: Records, first: int) -> list[str]:
        numbers = range(first, min(first + AT_ONCE, size))
        accounts = [Account(occasion.new_id(ACCOUNT), f"Account {n}") for n in numbers]
        records.accounts.add(accounts, opened_at=occasion.now)
        copies = [
            replace(signed[n % len(signed)], id=occasion.new_id(CONTRACT), account=account.id)
            for n, account in zip(numbers, accounts, strict=True)
        ]
        records.contracts.add(copies, saved_at=occasion.now)
        return [account.id for account in accounts]

    for first in range(0, size, AT_ONCE):
        made += opened.change(lambda records, first=first: work(records, first))
        print(f"\r{len(made):,} of {size:,} accounts", end="", file=sys.stderr)
    print(file=sys.stderr)
    return made


def first_contracts(records: Records, tiers: list[str], occasion: Occasion) -> list[Contract]:
    """A contract on each tier, signed as ever; the others are copies of these."""
    signed = []
    for tier in tiers:
        account = open_account(records, AccountDetails(name=f"First on {tier}"), occasion).id
        order = ContractOrder(account=account, catalog="halyard", tier=tier, start=START)
        signed.append(sign_contract(records, order, occasion))
    return signed


async def signed_in(client: httpx.AsyncClient, opened: Application) -> None:
    """An admin, whose cookie the client then keeps."""
    opened.access.post = ConsolePost(io.StringIO())
    invited, _ = opened.access.invite(EMAIL, frozenset({Role.admin}), None, operator())
    opened.access.accept(invited.secret, "Ada", None, PASSWORD)
    page = await client.get("/sign-in")
    word = re.search(r'name="form_word" value="(\w+)"', page.text)
    assert word is not None
    form = {"form_word": word[1], "email": EMAIL, "password": PASSWORD}
    assert (await client.post("/sign-in", data=form)).status_code == 303


async def timed(client: httpx.AsyncClient, paths: list[str]) -> list[float]:
    """Milliseconds of each."""
    spent = []
    for path in paths:
        began = time.perf_counter()
        response = await client.get(path)
        spent.append((time.perf_counter() - began) * 1000)
        assert response.status_code == 200, response.text
    return spent


async def measure(opened: Application, accounts: list[str], pages: int) -> dict[str, list[float]]:
    """What each kind of page takes."""
    transport = httpx.ASGITransport(application(opened, ROUTES))
    async with httpx.AsyncClient(transport=transport, base_url="http://tierline.test") as client:
        await signed_in(client, opened)
        chosen = random.Random(7).sample(accounts, min(pages, len(accounts)) + 3)  # noqa: S311
        await timed(client, [f"/accounts/{each}" for each in chosen[:3]])
        return {
            "account page": await timed(client, [f"/accounts/{each}" for each in chosen[3:]]),
            "plan page": await timed(client, [f"/plan?account={each}" for each in chosen[3:]]),
            "list, first page": await timed(client, ["/accounts"] * 10),
            "list, a search": await timed(client, ["/accounts?search=299"] * 10),
            "shell alone": await timed(client, ["/me/security"] * 10),
        }


def main() -> None:
    """Print the table; exit 1 where the account page is over its budget."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", default=[300, 100_000])
    options.add_argument("--pages", type=int, default=60)
    stated = options.parse_args()
    is_over = False
    for size in stated.sizes:
        with (
            tempfile.TemporaryDirectory() as folder,
            open_application(data=folder) as opened,
        ):
            accounts = fill(opened, size)
            found = asyncio.run(measure(opened, accounts, stated.pages))
            for name, spent in found.items():
                median, most = statistics.median(spent), max(spent)
                print(f"{size:>8,} accounts  {name:<18} {median:7.1f} ms median {most:7.1f} most")
            is_over |= statistics.median(found["account page"]) > BUDGET_MS
    print(f"budget of the account page: {BUDGET_MS:.0f} ms: {'over' if is_over else 'kept'}")
    raise SystemExit(int(is_over))


if __name__ == "__main__":
    main()
