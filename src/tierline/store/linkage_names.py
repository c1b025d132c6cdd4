"""Where people may stand in what outside systems say of an account, in the evidence of merges, and
in the texts of contracts' exceptions: to be told, or to be cleared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tierline.accounts.identity import Identities
from tierline.accounts.naming import ERASED, is_named, without_names
from tierline.store.contracts import contract_table
from tierline.store.identities import (
    IdentityReads,
    account_merge_table,
    identity_link_table,
    identity_review_table,
)
from tierline.store.unit_of_work import Snapshot, UnitOfWork

_link, _merge, _review = identity_link_table.c, account_merge_table.c, identity_review_table.c
_contract = contract_table.c
_AT_LINK = _link.system == sa.bindparam("of"), _link.external_id == sa.bindparam("id")
_CLEAR_LINK = (
    identity_link_table.update().where(*_AT_LINK).values(fields=sa.bindparam("new_fields"))
)
_FORGET_LINK = identity_link_table.delete().where(*_AT_LINK)
_CLEAR_MERGE = (
    account_merge_table.update()
    .where(_merge.id == sa.bindparam("merge"))
    .values(evidence=sa.bindparam("new_evidence"))
)
_CLEAR_REVIEW = (
    identity_review_table.update()
    .where(_review.first_id == sa.bindparam("first"), _review.second_id == sa.bindparam("second"))
    .values(evidence=sa.bindparam("new_evidence"))
)
_CLEAR_CONTRACT = (
    contract_table.update()
    .where(_contract.id == sa.bindparam("contract"))
    .values(form=sa.bindparam("new_form"))
)
Words = Mapping[str, Sequence[str]]
"""What names people, by the account at which they are contacts."""


def texts_of_linkage(snapshot: Snapshot, account: str, words: Sequence[str]) -> tuple[str, ...]:
    """What outside systems and exceptions of contracts say of people who are named so."""
    found = [
        f"{row.system} {name}: {text}"
        for row in _links(snapshot, _group(snapshot, account))
        for name, text in (("id", row.external_id), *sorted(row.fields.items()))
        if is_named(text, words)
    ]
    for row in _contracts(snapshot, [account]):
        found += [text for text in _texts_of(row.form) if is_named(text, words)]
    return tuple(found)


def clear_linkage(unit: UnitOfWork, words: Words) -> None:
    """Clear what names these people. A field that names somebody goes as a whole, for a mark in its
    place would look like a sign of sameness; an alias that is a person's own address goes too."""
    for account, named in sorted(words.items()):
        group = _group(unit, account)
        _clear_links(unit, group, named)
        _clear_evidence(unit, group, named)
        unit.write(
            _CLEAR_CONTRACT,
            [
                {"contract": row.id, "new_form": plain}
                for row in _contracts(unit, [account])
                if (plain := _without_texts(row.form, named)) != row.form
            ],
        )


def _clear_links(unit: UnitOfWork, group: Sequence[str], named: Sequence[str]) -> None:
    links = _links(unit, group)
    gone = [row for row in links if is_named(row.external_id, named)]
    changed = [
        {"of": row.system, "id": row.external_id, "new_fields": plain}
        for row in links
        if row not in gone and (plain := _plain_fields(row.fields, named)) != row.fields
    ]
    unit.write(_FORGET_LINK, [{"of": row.system, "id": row.external_id} for row in gone])
    unit.write(_CLEAR_LINK, changed)


def _clear_evidence(unit: UnitOfWork, group: Sequence[str], named: Sequence[str]) -> None:
    merges = sa.select(_merge.id, _merge.evidence).where(
        sa.or_(_merge.account_id.in_(group), _merge.into_id.in_(group))
    )
    unit.write(
        _CLEAR_MERGE,
        [
            {"merge": row.id, "new_evidence": plain}
            for row in unit.execute(merges)
            if (plain := without_names(row.evidence, named)) != row.evidence
        ],
    )
    reviews = sa.select(_review.first_id, _review.second_id, _review.evidence).where(
        sa.or_(_review.first_id.in_(group), _review.second_id.in_(group))
    )
    unit.write(
        _CLEAR_REVIEW,
        [
            {"first": row.first_id, "second": row.second_id, "new_evidence": plain}
            for row in unit.execute(reviews)
            if (plain := without_names(row.evidence, named)) != row.evidence
        ],
    )


def _group(snapshot: Snapshot, account: str) -> tuple[str, ...]:
    """The account, and all that are one with it."""
    merged = IdentityReads(snapshot).merged_into()
    return Identities(merged_into=merged).group(account)


def _links(snapshot: Snapshot, accounts: Sequence[str]) -> list[sa.Row[Any]]:
    chosen = sa.select(identity_link_table).where(_link.account_id.in_(accounts))
    return list(snapshot.execute(chosen.order_by(_link.system, _link.external_id)))


def _contracts(snapshot: Snapshot, accounts: Sequence[str]) -> list[sa.Row[Any]]:
    chosen = sa.select(_contract.id, _contract.form).where(_contract.account_id.in_(accounts))
    return list(snapshot.execute(chosen.order_by(_contract.id)))


def _plain_fields(fields: Mapping[str, str], named: Sequence[str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if not is_named(text, named)}


def _texts_of(form: Mapping[str, Any]) -> Iterator[str]:
    for each in form["overrides"]:
        yield from (each["exception"]["owner"], each["exception"]["reason"])
    for each in form["uplifts"]:
        yield each["reason"]
    for each in (*form["overrides"], *form["uplifts"]):
        document = each.get("document", {})
        yield from (document[name] for name in _OF_DOCUMENT if name in document)


_OF_DOCUMENT = ("link", "approver")


def _without_texts(form: Mapping[str, Any], named: Sequence[str]) -> dict[str, Any]:
    """The contract with a mark in place of texts that name somebody; nothing else of it changes."""

    def plain(text: str) -> str:
        return ERASED if is_named(text, named) else text

    def documented(change: Mapping[str, Any]) -> dict[str, Any]:
        document = change.get("document")
        if document is None:
            return dict(change)
        told = {name: plain(document[name]) for name in _OF_DOCUMENT if name in document}
        return {**change, "document": {**document, **told}}

    overrides = [
        {
            **documented(each),
            "exception": {
                **each["exception"],
                "owner": plain(each["exception"]["owner"]),
                "reason": plain(each["exception"]["reason"]),
            },
        }
        for each in form["overrides"]
    ]
    uplifts = [{**documented(each), "reason": plain(each["reason"])} for each in form["uplifts"]]
    return {**form, "overrides": overrides, "uplifts": uplifts}
