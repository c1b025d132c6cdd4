"""Contracts in the database, and the signed terms that they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.accounts.contract import Contract
from tierline.accounts.contract_form import (
    Signed,
    contract_form,
    contract_of,
    digest_of_terms,
    signed_form,
    signed_of,
    terms_of,
)
from tierline.kernel.errors import NotFound
from tierline.kernel.instants import from_micros
from tierline.store.columns import Document, Instant, Words
from tierline.store.prepared_reads import any_of
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

signed_terms_table = table(
    "signed_terms",
    sa.Column("digest", Words, primary_key=True),
    sa.Column("form", Document, nullable=False),
)
contract_table = table(
    "contract",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("start_at", Instant, nullable=False),
    sa.Column("end_at", Instant),
    sa.Column("saved_at", Instant, nullable=False),
    sa.Column("form", Document, nullable=False),
    sa.Index("contract_account_id", "account_id"),
    sa.Index("contract_saved_at", "saved_at"),
)
_column = contract_table.c
_INSERT = contract_table.insert()
_UPDATE = (
    contract_table.update()
    .where(_column.id == sa.bindparam("contract"))
    .values(
        end_at=sa.bindparam("new_end"),
        saved_at=sa.bindparam("new_saved"),
        form=sa.bindparam("new_form"),
    )
)
_BY_ID = sa.select(_column.form).where(_column.id == sa.bindparam("its_id"))
_ANY = sa.select(_column.id).limit(1)
_BY_START = (_column.account_id, _column.start_at, _column.id)
_OF = sa.select(_column.form).where(_column.account_id.in_(any_of("ids"))).order_by(*_BY_START)


class KnownTerms:
    """Signed terms by digest. They never change, so one process keeps each of them once."""

    def __init__(self) -> None:
        self._by_digest: dict[str, Signed] = {}
        self._digests: dict[int, str] = {}

    def name_of(self, signed: Signed) -> str:
        """The digest of signed terms, worked out once for each object."""
        name = self._digests.get(id(signed))
        if name is None or self._by_digest.get(name) is not signed:
            name = digest_of_terms(signed)
            self._by_digest.setdefault(name, signed)
            self._digests[id(self._by_digest[name])] = name
        return name

    def missing(self, names: Iterable[str]) -> set[str]:
        """Those names that are not known yet."""
        return {name for name in names if name not in self._by_digest}

    def learn(self, name: str, form: dict[str, Any]) -> None:
        """Keep terms that the database knows."""
        signed = self._by_digest.setdefault(name, signed_of(form))
        self._digests[id(signed)] = name

    @property
    def by_digest(self) -> dict[str, Signed]:
        """All that is known."""
        return self._by_digest


class ContractReads:
    """Reads of contracts."""

    def __init__(self, snapshot: Snapshot, known: KnownTerms) -> None:
        self._snapshot = snapshot
        self._known = known

    def are_there_any(self) -> bool:
        """Whether a contract was ever signed."""
        return self._snapshot.row(_ANY, {}) is not None

    def get(self, contract: str) -> Contract:
        """The contract of an id. Raises NotFound."""
        forms = [row.form for row in self._snapshot.rows(_BY_ID, {"its_id": contract})]
        found = self._read(forms)
        if not found:
            raise NotFound(f"There is no contract '{contract}'.")
        return found[0]

    def of_ids(self, contracts: Sequence[str]) -> tuple[Contract, ...]:
        """The contracts of some ids, the oldest first."""
        return self._contracts(sa.select(_column.form).where(_column.id.in_(contracts)))

    def of_account(self, account: str) -> tuple[Contract, ...]:
        """All contracts of an account, the oldest first."""
        return self._of([account])

    def of_accounts(self, accounts: Sequence[str]) -> dict[str, list[Contract]]:
        """All contracts of some accounts, by account."""
        return _grouped(self._of(accounts))

    def all(self) -> dict[str, list[Contract]]:
        """Every contract, by account."""
        return _grouped(self._contracts(sa.select(_column.form)))

    def accounts_changed_since(self, instant: datetime) -> dict[str, datetime]:
        """Accounts of which a contract was saved at or after an instant, and when last."""
        newest = sa.func.max(_column.saved_at).label("newest")
        chosen = sa.select(_column.account_id, newest).where(_column.saved_at >= instant)
        rows = self._snapshot.execute(chosen.group_by(_column.account_id))
        return {row.account_id: row.newest for row in rows}

    def form_of(self, contract: Contract) -> dict[str, Any]:
        """The contract as plain values, its terms by their digests."""
        names = {id(signed): self._known.name_of(signed) for signed in terms_of(contract)}
        return contract_form(contract, names)

    def _of(self, accounts: Sequence[str]) -> tuple[Contract, ...]:
        return self._read([row.form for row in self._snapshot.rows(_OF, {"ids": [*accounts]})])

    def _contracts(self, chosen: sa.Select[Any]) -> tuple[Contract, ...]:
        return self._read(list(self._snapshot.execute(chosen.order_by(*_BY_START)).scalars()))

    def _read(self, forms: list[dict[str, Any]]) -> tuple[Contract, ...]:
        self._learn(forms)
        return tuple(contract_of(form, self._known.by_digest) for form in forms)

    def _learn(self, forms: list[dict[str, Any]]) -> None:
        named = {
            part["terms"]
            for form in forms
            for part in (*form["plans"], *form["trials"], *form["add_ons"])
        }
        missing = self._known.missing(named)
        if missing:
            chosen = sa.select(signed_terms_table).where(signed_terms_table.c.digest.in_(missing))
            for row in self._snapshot.execute(chosen):
                self._known.learn(row.digest, row.form)


class ContractRecords(ContractReads):
    """Contracts inside of a unit of work."""

    def __init__(self, unit: UnitOfWork, known: KnownTerms) -> None:
        super().__init__(unit, known)
        self._unit = unit
        self.changed_accounts: set[str] = set()

    def add(self, contracts: Sequence[Contract], *, saved_at: datetime) -> None:
        """Write new contracts with their terms. An id that stands there already is a Conflict."""
        self._write_terms(contracts)
        self.changed_accounts.update(each.account for each in contracts)
        self._unit.write(
            _INSERT,
            [
                {
                    "id": each.id,
                    "account_id": each.account,
                    "start_at": from_micros(each.start),
                    "end_at": None if each.end is None else from_micros(each.end),
                    "saved_at": saved_at,
                    "form": self.form_of(each),
                }
                for each in contracts
            ],
        )

    def save(self, contract: Contract, *, saved_at: datetime) -> None:
        """Write what has changed about a contract. Raises NotFound."""
        self._write_terms([contract])
        self.changed_accounts.add(contract.account)
        changed = self._unit.write(
            _UPDATE,
            {
                "contract": contract.id,
                "new_end": None if contract.end is None else from_micros(contract.end),
                "new_saved": saved_at,
                "new_form": self.form_of(contract),
            },
        )
        if changed == 0:
            raise NotFound(f"There is no contract '{contract.id}'.")

    def _write_terms(self, contracts: Sequence[Contract]) -> None:
        signed = {id(each): each for contract in contracts for each in terms_of(contract)}
        forms = {self._known.name_of(each): each for each in signed.values()}
        insert = self._unit.insert_new(signed_terms_table, "digest")
        self._unit.write(
            insert,
            [{"digest": name, "form": signed_form(each)} for name, each in sorted(forms.items())],
        )


def _grouped(contracts: Iterable[Contract]) -> dict[str, list[Contract]]:
    found: dict[str, list[Contract]] = {}
    for contract in contracts:
        found.setdefault(contract.account, []).append(contract)
    return found
