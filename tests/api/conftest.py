"""A served application with one small offer, two accounts, and a token for each role."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import MONDAY, desk_offer
from moved_clock import Hands, moved_by_hand
from served import Served, serve_small_world

from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.store.records import Records


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serve_small_world(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    return moved_by_hand(monkeypatch, MONDAY)


@pytest.fixture
def desk(served: Served, hands: Hands) -> str:  # noqa: ARG001 - the contract begins at its time
    """An account on Priority of the offer with clocks."""
    occasion = served.opened.occasion()

    def work(records: Records) -> str:
        publish_catalog(records, desk_offer(), occasion)
        account = open_account(records, AccountDetails(name="Elm"), occasion).id
        start = datetime(2025, 2, 1, tzinfo=UTC)
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier="priority", start=start
        )
        sign_contract(records, order, occasion)
        return account

    return served.opened.change(work)
