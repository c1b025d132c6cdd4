"""Aliases, merges and reviews in the database. A merge is a row beside the accounts: none of theirs
is touched, so ending it leaves everything as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tierline.accounts.evidence import MatchEvidence
from tierline.accounts.identity import (
    Identities,
    IdentityLink,
    Pair,
    Proposal,
    SourceRecord,
    System,
    Verdict,
    pair_of,
)
from tierline.accounts.mail_domains import plain_domain
from tierline.store.columns import Document, Instant, Whole, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

identity_link_table = table(
    "identity_link",
    sa.Column("system", Words, primary_key=True),
    sa.Column("external_id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("fields", Document, nullable=False),
    sa.Column("linked_at", Instant, nullable=False),
    sa.Index("identity_link_account_id", "account_id"),
    sa.Index("identity_link_linked_at", "linked_at"),
)
_IS_OPEN = sa.text("split_at IS NULL")
account_merge_table = table(
    "account_merge",
    sa.Column("id", Words, primary_key=True),
    sa.Column("account_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("into_id", Words, sa.ForeignKey("account.id"), nullable=False),
    sa.Column("evidence", Document),
    sa.Column("merged_at", Instant, nullable=False),
    sa.Column("split_at", Instant),
    sa.Index(
        "account_merge_open",
        "account_id",
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    ),
)
identity_review_table = table(
    "identity_review",
    sa.Column("first_id", Words, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("second_id", Words, sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("weight", Whole, nullable=False),
    sa.Column("evidence", Document),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("verdict", Words),
    sa.Column("decided_at", Instant),
    sa.Index("identity_review_verdict_weight", "verdict", "weight"),
)
_link, _merge, _review = identity_link_table.c, account_merge_table.c, identity_review_table.c
_INSERT_LINK = identity_link_table.insert()
_UPDATE_LINK = (
    identity_link_table.update()
    .where(_link.system == sa.bindparam("of"), _link.external_id == sa.bindparam("id"))
    .values(fields=sa.bindparam("new_fields"))
)
_INSERT_MERGE = account_merge_table.insert()
_SPLIT = (
    account_merge_table.update()
    .where(_merge.account_id == sa.bindparam("account"), _merge.split_at.is_(None))
    .values(split_at=sa.bindparam("at"))
)
_INSERT_REVIEW = identity_review_table.insert()
_FORGET_REVIEW = identity_review_table.delete().where(
    _review.first_id == sa.bindparam("first"), _review.second_id == sa.bindparam("second")
)
_FORGET_OPEN = identity_review_table.delete().where(_review.verdict.is_(None))
_AT_ONCE = 500


class IdentityReads:
    """Reads of aliases, merges and reviews."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def state(self, *, with_links: bool = True) -> Identities:
        """What is linked, merged and kept apart. Without the links where only accounts matter."""
        links = self.links() if with_links else ()
        apart = sa.select(_review.first_id.label("one"), _review.second_id.label("other")).where(
            _review.verdict == Verdict.apart.value
        )
        undone = sa.select(_merge.account_id.label("one"), _merge.into_id.label("other")).where(
            _merge.split_at.is_not(None)
        )
        return Identities(
            links={each.record.key: each.account for each in links},
            merged_into=self.merged_into(),
            apart=self._pairs(apart),
            undone=self._pairs(undone),
        )

    def _pairs(self, chosen: sa.Select[tuple[str, str]]) -> frozenset[Pair]:
        return frozenset(pair_of(row.one, row.other) for row in self._snapshot.execute(chosen))

    def merged_into(self) -> dict[str, str]:
        """Which account was merged into which, and is not split again."""
        chosen = sa.select(_merge.account_id, _merge.into_id).where(_merge.split_at.is_(None))
        return {row.account_id: row.into_id for row in self._snapshot.execute(chosen)}

    def accounts_of_domain(self, domain: str) -> frozenset[str]:
        """The accounts of which an outside system says that this domain is theirs. A text that may
        hold it is looked for in all of them, and then read."""
        escaped = domain.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        fields = sa.func.lower(sa.type_coerce(_link.fields, Words))
        rows = self._snapshot.execute(
            sa.select(_link.account_id, _link.fields).where(
                fields.like(f'%"domain":"%{escaped}%', escape="\\")
            )
        )
        return frozenset(
            row.account_id for row in rows if plain_domain(row.fields.get("domain", "")) == domain
        )

    def links(self) -> tuple[IdentityLink, ...]:
        """Every alias."""
        return self._links(sa.true())

    def links_of(self, accounts: Sequence[str]) -> tuple[IdentityLink, ...]:
        """The aliases that were linked to these accounts."""
        return tuple(
            link
            for start in range(0, len(accounts), _AT_ONCE)
            for link in self._links(_link.account_id.in_(accounts[start : start + _AT_ONCE]))
        )

    def links_by_key(self, records: Sequence[SourceRecord]) -> dict[tuple[str, str], IdentityLink]:
        """The aliases of these records, as far as they are linked."""
        found: dict[tuple[str, str], IdentityLink] = {}
        for system in sorted({record.system for record in records}):
            ids = sorted({each.external_id for each in records if each.system is system})
            for start in range(0, len(ids), _AT_ONCE):
                within = _link.external_id.in_(ids[start : start + _AT_ONCE])
                links = self._links(sa.and_(_link.system == system.value, within))
                found.update((link.record.key, link) for link in links)
        return found

    def keys_since(self, instant: datetime | None) -> list[tuple[str, str, str]]:
        """System, external id and account of what was linked from an instant on."""
        chosen = sa.select(_link.system, _link.external_id, _link.account_id)
        if instant is not None:
            chosen = chosen.where(_link.linked_at >= instant)
        return [tuple(row) for row in self._snapshot.execute(chosen)]

    def _links(self, condition: sa.ColumnElement[bool]) -> tuple[IdentityLink, ...]:
        chosen = sa.select(identity_link_table).where(condition)
        rows = self._snapshot.execute(chosen.order_by(_link.system, _link.external_id))
        return tuple(
            IdentityLink(
                SourceRecord(System(row.system), row.external_id, row.fields), row.account_id
            )
            for row in rows
        )


class IdentityRecords(IdentityReads):
    """Aliases, merges and reviews inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_changed = False

    def add_links(self, links: Iterable[IdentityLink], *, linked_at: datetime) -> None:
        """Write new aliases. One that stands there already is a Conflict."""
        self.has_changed = True
        rows = [
            {
                "system": each.record.system.value,
                "external_id": each.record.external_id,
                "account_id": each.account,
                "fields": dict(each.record.fields),
                "linked_at": linked_at,
            }
            for each in links
        ]
        self._unit.write(_INSERT_LINK, rows)

    def save_fields(self, records: Iterable[SourceRecord]) -> None:
        """Write what their systems say of these records now."""
        rows = [
            {"of": each.system.value, "id": each.external_id, "new_fields": dict(each.fields)}
            for each in records
        ]
        self._unit.write(_UPDATE_LINK, rows)

    def merge(
        self, id_: str, pair: Pair, evidence: MatchEvidence | None, *, merged_at: datetime
    ) -> None:
        """Write that the first of `pair` is merged into the second."""
        self.has_changed = True
        row = {
            "id": id_,
            "account_id": pair[0],
            "into_id": pair[1],
            "evidence": _document(evidence),
            "merged_at": merged_at,
            "split_at": None,
        }
        self._unit.write(_INSERT_MERGE, row)

    def split(self, account: str, *, split_at: datetime) -> None:
        """Write that an account stands for itself again."""
        self.has_changed = True
        self._unit.write(_SPLIT, {"account": account, "at": split_at})

    def propose(self, proposals: Iterable[Proposal], *, proposed_at: datetime) -> None:
        """Put these in place of all that nobody has decided. A pair on which somebody decided keeps
        its verdict, and is left out by the caller."""
        self._unit.write(_FORGET_OPEN, {})
        rows = [
            _review_row(each.pair, each.evidence, None, proposed_at=proposed_at, decided_at=None)
            for each in proposals
        ]
        self._unit.write(_FORGET_REVIEW, [_names(row) for row in rows])
        self._unit.write(_INSERT_REVIEW, rows)

    def decide(self, pair: Pair, verdict: Verdict, *, decided_at: datetime) -> None:
        """Write what somebody said of a pair, with the evidence that it was proposed with."""
        chosen = sa.select(_review.weight, _review.evidence, _review.proposed_at).where(
            _review.first_id == pair[0], _review.second_id == pair[1]
        )
        row = self._unit.execute(chosen).first()
        self._unit.write(_FORGET_REVIEW, {"first": pair[0], "second": pair[1]})
        self._unit.write(
            _INSERT_REVIEW,
            {
                "first_id": pair[0],
                "second_id": pair[1],
                "weight": row.weight if row else 0,
                "evidence": row.evidence if row else None,
                "proposed_at": row.proposed_at if row else decided_at,
                "verdict": verdict.value,
                "decided_at": decided_at,
            },
        )


def _document(evidence: MatchEvidence | None) -> dict[str, Any] | None:
    if evidence is None:
        return None
    return {
        "first": list(evidence.first),
        "second": list(evidence.second),
        "weight": evidence.weight,
        "agreements": [
            {"field": each.field, "words": each.words, "weight": each.weight}
            for each in evidence.agreements
        ],
        "contradictions": list(evidence.contradictions),
    }


def _review_row(
    pair: Pair,
    evidence: MatchEvidence,
    verdict: Verdict | None,
    *,
    proposed_at: datetime,
    decided_at: datetime | None,
) -> dict[str, Any]:
    return {
        "first_id": pair[0],
        "second_id": pair[1],
        "weight": evidence.weight,
        "evidence": _document(evidence),
        "proposed_at": proposed_at,
        "verdict": verdict and verdict.value,
        "decided_at": decided_at,
    }


def _names(row: dict[str, Any]) -> dict[str, str]:
    return {"first": row["first_id"], "second": row["second_id"]}
