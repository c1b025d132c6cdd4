from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa

from tierline.access.caller import Caller, operator, token_caller
from tierline.access.permission import Permission
from tierline.access.role import Role
from tierline.access.secret import digest_of_secret
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.occasion import Occasion
from tierline.actions.tokens import NewToken, TokenOrder, create_token, revoke_token
from tierline.kernel.errors import Forbidden, Invalid, NotFound
from tierline.store.contracts import KnownTerms
from tierline.store.journal import facts_about
from tierline.store.records import Reads, Records
from tierline.store.store import Store
from tierline.store.tokens import token_table

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ResultT = TypeVar("ResultT")


def occasion(now: datetime = NOW) -> Occasion:
    return Occasion(now=now, by="operator", randomness=secrets.randbits)


def change(store: Store, work: Callable[[Records], ResultT]) -> ResultT:
    return store.run(lambda unit: work(Records(unit, KnownTerms())))


def read(store: Store, work: Callable[[Reads], ResultT]) -> ResultT:
    return store.read(lambda snapshot: work(Reads(snapshot, KnownTerms())))


def create(store: Store, order: TokenOrder, caller: Caller | None = None) -> NewToken:
    by = caller or operator()
    return change(store, lambda records: create_token(records, order, by, occasion()))


def caller_of(made: NewToken) -> Caller:
    token = made.token
    return token_caller(token.id, token.role, token.account, token.scopes)


def test_a_token_is_found_by_its_secret_which_stands_nowhere(store: Store) -> None:
    account = change(store, lambda r: open_account(r, AccountDetails(name="Pine"), occasion())).id
    order = TokenOrder(
        role=Role.product,
        name=" usage of the staging cluster ",
        account=account,
        scopes=frozenset({Permission.send_usage}),
        expires_at=NOW + HOUR,
    )
    made = create(store, order)
    found = read(store, lambda reads: reads.tokens.by_digest(digest_of_secret(made.secret)))
    assert found == made.token
    assert made.secret.startswith(made.token.shown)
    assert made.token.name == "usage of the staging cluster"
    rows = store.read(lambda snapshot: list(snapshot.execute(sa.select(token_table))))
    facts = read(store, lambda r: facts_about(r.snapshot, made.token.id, as_of=NOW))
    assert made.secret not in f"{rows}{facts}"
    assert [fact.kind for fact in facts] == ["TokenCreated"]


def test_a_revoked_token_takes_with_it_all_that_came_of_it(store: Store) -> None:
    parent = create(store, TokenOrder(role=Role.admin))
    child = create(store, TokenOrder(role=Role.admin), caller_of(parent))
    grandchild = create(store, TokenOrder(role=Role.agent), caller_of(child))
    stranger = create(store, TokenOrder(role=Role.agent))
    change(store, lambda records: revoke_token(records, parent.token.id, occasion()))
    for made, is_open in ((parent, False), (child, False), (grandchild, False), (stranger, True)):
        token = read(store, lambda reads, made=made: reads.tokens.get(made.token.id))
        assert token.is_open(NOW) is is_open
    again = change(store, lambda records: revoke_token(records, parent.token.id, occasion()))
    assert again.revoked_at == NOW


def test_the_last_use_never_goes_back(store: Store) -> None:
    made = create(store, TokenOrder(role=Role.agent))
    for at in (NOW + HOUR, NOW, NOW - HOUR):
        change(store, lambda records, at=at: records.tokens.mark_used({made.token.id: at}))
    token = read(store, lambda reads: reads.tokens.get(made.token.id))
    assert token.last_used_at == NOW + HOUR


def test_what_cannot_be_a_token_is_told_with_every_fault(store: Store) -> None:
    wrong = TokenOrder(
        role=Role.partner,
        name="two\nlines",
        scopes=frozenset({Permission.operate}),
        expires_at=NOW,
    )
    with pytest.raises(Invalid) as caught:
        create(store, wrong)
    assert [fault.code for fault in caught.value.faults] == [
        "bad_name",
        "no_account",
        "beyond_role",
        "expired",
    ]


def test_an_account_that_is_not_there_gets_no_token(store: Store) -> None:
    with pytest.raises(NotFound):
        create(store, TokenOrder(role=Role.agent, account="account_x"))


def test_a_narrow_token_makes_no_wider_one(store: Store) -> None:
    scopes = frozenset({Permission.manage_tokens, Permission.read_usage})
    narrow = create(store, TokenOrder(role=Role.admin, scopes=scopes))
    with pytest.raises(Forbidden, match="do not hold"):
        create(store, TokenOrder(role=Role.agent), caller_of(narrow))
    within = TokenOrder(role=Role.agent, scopes=frozenset({Permission.read_usage}))
    assert create(store, within, caller_of(narrow)).token.made_by == narrow.token.id
