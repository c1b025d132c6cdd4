"""Everything that belongs to an account, table by table: the list for exports.

Every table of the product stands here, either with what of it is an account's, or with why nothing
of it is given away; a test walks the schema, so that a new table must be decided on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import msgspec
import sqlalchemy as sa

from tierline.access.permission import Permission
from tierline.kernel.instants import from_micros
from tierline.store.cases import case_table
from tierline.store.contacts import contact_table
from tierline.store.contracts import contract_table
from tierline.store.journal import fact_table
from tierline.store.records import Records
from tierline.store.schema import METADATA
from tierline.store.unit_of_work import Snapshot
from tierline.store.webhooks import message_table, webhook_table

DECLARED_BY = Records
"""Its import declares every table."""
PAGE_ROWS = 1_000
Row = dict[str, Any]
Belongs = Callable[[sa.Table, str], sa.ColumnElement[bool]]
"""Which rows of a table are an account's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of a table is an account's. `needs` is what a caller must be permitted to read; `hidden`
    are columns that nobody gets; `is_internal`: what the vendor keeps about an account, which the
    account itself does not get."""

    belongs: Belongs
    needs: Permission
    hidden: frozenset[str] = frozenset()
    is_internal: bool = False


def _own(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
    return table.c.account_id == account


def _either(*names: str) -> Belongs:
    return lambda table, account: sa.or_(*(table.c[name] == account for name in names))


def _known_outside(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
    own = [sa.select(each.c.id).where(each.c.account_id == account) for each in _NAMED_OUTSIDE]
    return sa.or_(table.c.record_id == account, *(table.c.record_id.in_(each) for each in own))


_NAMED_OUTSIDE = (contact_table, contract_table)


def _of_webhooks(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
    own = sa.select(webhook_table.c.id).where(webhook_table.c.account_id == account)
    return table.c.webhook_id.in_(own)


def _of_messages(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
    own = sa.select(message_table.c.id).where(_of_webhooks(message_table, account))
    return table.c.message_id.in_(own)


def _of_facts(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
    own = sa.select(fact_table.c.id).where(fact_table.c.subject == account)
    return table.c.fact_id.in_(own)


def _of_cases(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
    own = sa.select(case_table.c.id).where(case_table.c.account_id == account)
    return table.c.case_id.in_(own)


def _of_post_mortems(name: str) -> Belongs:
    link = METADATA.tables["post_mortem_case"]

    def belongs(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
        own = sa.select(link.c.post_mortem_id).where(_of_cases(link, account))
        return table.c[name].in_(own)

    return belongs


def _said_to_them(table: sa.Table, account: str) -> sa.ColumnElement[bool]:
    """Notes stay among us, whoever asks: they may tell of others."""
    return sa.and_(_of_cases(table, account), table.c.is_public == 1)


_P = Permission
_SECRETS = frozenset({"digest", "password_hash", "second_factor", "secret", "old_secret"})
PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "account": Part(
            belongs=lambda table, account: table.c.id == account, needs=_P.read_accounts
        ),
        "accelerated_response": Part(belongs=_own, needs=_P.read_contracts),
        "account_need": Part(belongs=_own, needs=_P.read_accounts, is_internal=True),
        "account_merge": Part(
            belongs=_either("account_id", "into_id"), needs=_P.resolve_identities, is_internal=True
        ),
        "assessment": Part(belongs=_own, needs=_P.read_accounts, is_internal=True),
        "advice": Part(belongs=_own, needs=_P.read_contracts),
        "advice_event": Part(belongs=_own, needs=_P.read_contracts),
        "attachment": Part(belongs=_of_cases, needs=_P.read_cases),
        "case_assignment": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "care_calendar": Part(belongs=_own, needs=_P.read_contracts, hidden=_SECRETS),
        "care_event": Part(belongs=_own, needs=_P.read_contracts),
        "case_call_in_event": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_event": Part(belongs=_of_cases, needs=_P.read_cases),
        "case_copy": Part(belongs=_of_cases, needs=_P.read_cases),
        "case_follower": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_merge": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_split": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_presence": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_follow_up": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_rating": Part(belongs=_of_cases, needs=_P.read_cases),
        "time_entry": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_guide_event": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "chat_end": Part(belongs=_of_cases, needs=_P.read_cases),
        "chat_presence": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_mask": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_message": Part(belongs=_said_to_them, needs=_P.read_cases),
        "case_notice": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_routing": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "case_signal": Part(belongs=_of_cases, needs=_P.read_cases),
        "case_triage": Part(
            belongs=_of_cases, needs=_P.read_cases, hidden=frozenset({"override_reason"})
        ),
        "consent_event": Part(belongs=_own, needs=_P.read_consents),
        "contact": Part(belongs=_own, needs=_P.read_people),
        "contact_role": Part(belongs=_own, needs=_P.read_people),
        "contract": Part(belongs=_own, needs=_P.read_contracts),
        "deflection": Part(belongs=_own, needs=_P.read_cases),
        "knowledge_use": Part(belongs=_of_cases, needs=_P.read_cases, is_internal=True),
        "evidence": Part(belongs=_own, needs=_P.read_people, is_internal=True),
        "external_id": Part(belongs=_known_outside, needs=_P.read_people),
        "fact": Part(
            belongs=lambda table, account: table.c.subject == account,
            needs=_P.read_audit,
            is_internal=True,
        ),
        "health_report": Part(belongs=_own, needs=_P.read_contracts),
        "identity_link": Part(belongs=_own, needs=_P.read_people),
        "imported_case": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "incident_case": Part(belongs=_of_cases, needs=_P.read_cases, is_internal=True),
        "inheritance": Part(belongs=_own, needs=_P.read_accounts),
        "invitation": Part(belongs=_own, needs=_P.manage_users, hidden=_SECRETS),
        "legal_hold": Part(belongs=_own, needs=_P.erase_people, is_internal=True),
        "limit_notice": Part(belongs=_own, needs=_P.read_usage),
        "mail": Part(belongs=_of_cases, needs=_P.read_cases),
        "outside_message": Part(belongs=_of_cases, needs=_P.read_cases),
        "outside_thread": Part(belongs=_of_cases, needs=_P.read_cases),
        "partner_access": Part(belongs=_either("account_id", "partner_id"), needs=_P.read_accounts),
        "post_mortem": Part(belongs=_of_post_mortems("id"), needs=_P.work_cases, is_internal=True),
        "post_mortem_action": Part(
            belongs=_of_post_mortems("post_mortem_id"), needs=_P.work_cases, is_internal=True
        ),
        "post_mortem_case": Part(belongs=_of_cases, needs=_P.read_cases),
        "post_mortem_version": Part(
            belongs=_of_post_mortems("post_mortem_id"),
            needs=_P.work_cases,
            hidden=frozenset({"facts"}),
            is_internal=True,
        ),
        "reservation": Part(belongs=_own, needs=_P.read_usage),
        "reserved_total": Part(belongs=_own, needs=_P.read_usage),
        "seal": Part(belongs=_of_facts, needs=_P.read_audit, is_internal=True),
        "sent_mail": Part(belongs=_of_cases, needs=_P.read_cases),
        "severity_dispute": Part(belongs=_own, needs=_P.read_cases),
        "support_case": Part(belongs=_own, needs=_P.read_cases),
        "token": Part(belongs=_own, needs=_P.manage_tokens, hidden=_SECRETS),
        "usage_event": Part(belongs=_own, needs=_P.read_usage),
        "usage_total": Part(belongs=_own, needs=_P.read_usage),
        "usage_value": Part(belongs=_own, needs=_P.read_usage),
        "user": Part(
            belongs=_own,
            needs=_P.manage_users,
            hidden=_SECRETS | {"second_factor_since", "second_factor_step"},
        ),
        "problem_case": Part(belongs=_of_cases, needs=_P.work_cases, is_internal=True),
        "webhook": Part(belongs=_own, needs=_P.manage_webhooks, hidden=_SECRETS),
        "webhook_message": Part(belongs=_of_webhooks, needs=_P.manage_webhooks),
        "webhook_attempt": Part(belongs=_of_messages, needs=_P.manage_webhooks),
    }
)
_SIGN_IN = "how somebody signs in, which is a person's and no account's"
_STATUS = "published on the status page to whom it concerns"
_PUBLISHED = "published for everybody, of all accounts together"
_OURS = "how this installation works"
_ARTICLES = "written by us, for many"
_FILES = "what another desk exported about many accounts, kept for days until it is imported"
_PROBLEMS = "of the cases of many accounts: what was said of it stands in each case"
NOT_THEIRS: Mapping[str, str] = MappingProxyType(
    {
        "told_shortage": "what our own people were told of who is there",
        "notice_choice": "how our own people want to be written to",
        "digest_entry": "what our own people are told once a day, kept until then",
        "attachment_piece": "what files hold: each is downloaded from its case",
        "agent": "what our own people know and carry",
        "article": _ARTICLES,
        "article_event": _ARTICLES,
        "article_reader": _ARTICLES,
        "article_version": _ARTICLES,
        "article_view": _ARTICLES,
        "blocked_sender": "whose mail we hold back, which is nobody's of an account",
        "fetched_mailbox": _OURS,
        "file_scan": _OURS,
        "held_mail": "mail of nobody whom we know, kept for a month",
        "bookmark": _OURS,
        "case_terms": "promises as cases are held to them: a case of theirs shows its own",
        "catalog_version": "published: the same for everybody",
        "dismissed_mention": "what our own people think of words in a case",
        "due_work": _OURS,
        "guide": "how our own people work",
        "idempotency_key": "answers that are given elsewhere, kept for a day",
        "identity_review": "whether two customers may be one, which tells of another account",
        "incident": _STATUS,
        "incident_event": _STATUS,
        "kept_import": _FILES,
        "kept_import_piece": _FILES,
        "letter": "what was sent to people, kept for a month",
        "limit_count": "made again from totals and reservations",
        "macro": "how our own people work",
        "saved_view": "how our own people work",
        "meter": "the same for everybody",
        "performance_edition": _PUBLISHED,
        "performance_publication": _PUBLISHED,
        "problem": _PROBLEMS,
        "problem_update": _PROBLEMS,
        "passkey": _SIGN_IN,
        "passkey_challenge": _SIGN_IN,
        "password_reset": _SIGN_IN,
        "reader_language": "told to each person with what else is kept about them",
        "recovery_code": _SIGN_IN,
        "search_gap": "what was looked for in vain, by day and tier and by nobody",
        "search_document": "made again from cases and articles",
        "routing_plan": _OURS,
        "subject_leads": _OURS,
        "session": _SIGN_IN,
        "sign_in_identity": _SIGN_IN,
        "sign_in_try": _SIGN_IN,
        "signed_terms": "shared by all contracts on the same terms; the export has those it needs",
        "status_component": _STATUS,
        "unsealed": _OURS,
        "usage_quality": "of a source of events, not of an account",
    }
)
"""Tables of which an export holds nothing, and why."""


def parts_for(permissions: frozenset[Permission], *, is_theirs: bool) -> dict[str, Part]:
    """The parts that a caller may read. `is_theirs`: the caller is of the account itself."""
    return {
        name: part
        for name, part in PARTS.items()
        if part.needs in permissions and not (is_theirs and part.is_internal)
    }


def rows_of(snapshot: Snapshot, name: str, part: Part, account: str) -> Iterator[Row]:
    """The rows of an account in the order of their key, read by pages: values as `msgspec` writes
    them, instants as ISO 8601 and decimals as text."""
    table = METADATA.tables[name]
    key = tuple(table.primary_key.columns)
    columns = [column for column in table.columns if column.name not in part.hidden]
    names = [column.name for column in columns]
    others = [(each, _WRITTEN[name, each]) for each in names if (name, each) in _WRITTEN]
    marks = [column.label(f"key_{at}") for at, column in enumerate(key)]
    chosen = sa.select(*columns, *marks).where(part.belongs(table, account))
    chosen = chosen.order_by(*key).limit(PAGE_ROWS)
    last: tuple[Any, ...] | None = None
    while True:
        after = () if last is None else (_later(key, last),)
        page = snapshot.execute(chosen.where(*after)).all()
        for row in page:
            found = dict(zip(names, row, strict=False))
            for column, written in others:
                found[column] = written(found[column])
            yield found
        if len(page) < PAGE_ROWS:
            return
        last = tuple(page[-1][len(columns) :])


def terms_of_contracts(snapshot: Snapshot, account: str) -> Iterator[Row]:
    """The signed terms that the contracts of an account name by their digests."""
    table = METADATA.tables["signed_terms"]
    forms = snapshot.execute(
        sa.select(contract_table.c.form).where(contract_table.c.account_id == account)
    ).scalars()
    named = {
        part["terms"]
        for form in forms
        for part in (*form["plans"], *form["trials"], *form["add_ons"])
    }
    for digest in sorted(named):
        chosen = sa.select(table.c.form).where(table.c.digest == digest)
        yield {"digest": digest, "form": snapshot.execute(chosen).scalar_one()}


def _later(key: tuple[sa.Column[Any], ...], last: tuple[Any, ...]) -> sa.ColumnElement[bool]:
    marks = [sa.literal(value, column.type) for column, value in zip(key, last, strict=True)]
    return sa.tuple_(*key) > sa.tuple_(*marks)


def _raw(text: str) -> msgspec.Raw:
    """JSON that is written already."""
    return msgspec.Raw(text.encode())


_WRITTEN: Mapping[tuple[str, str], Callable[[Any], Any]] = MappingProxyType(
    {
        ("usage_event", "at"): from_micros,
        ("usage_event", "received_at"): from_micros,
        ("usage_event", "data"): _raw,
        ("fact", "body"): _raw,
    }
)
"""Columns of plain types whose values mean something else."""
