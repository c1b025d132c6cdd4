"""What can be done with identities: link, resolve, merge, split, decide. All of it is facts, and
all of it can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.account import Account
from tierline.accounts.contract import Contract
from tierline.accounts.evidence import MatchEvidence, RecordKey
from tierline.accounts.identity import (
    ACCOUNT_FIELDS,
    Identities,
    IdentityLink,
    Pair,
    Proposal,
    Resolution,
    SourceRecord,
    Verdict,
    kept_apart,
    merged,
    pair_of,
    resolution,
    split,
    surviving,
)
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.occasion import Journal
from tierline.kernel.errors import Conflict, Fault, Invalid, NotFound
from tierline.kernel.ids import MERGE
from tierline.kernel.instants import to_micros

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.kernel.facts import Fact

LINKS_LIMIT_RECORDS = 1_000
FIELD_LIMIT_CHARACTERS = 500
ID_LIMIT_CHARACTERS = 200


class KnownAccounts(Protocol):
    """The accounts that there are."""

    def get(self, account: str) -> Account: ...
    def of_ids(self, accounts: Sequence[str]) -> dict[str, Account]: ...
    def add(self, accounts: Iterable[Account], *, opened_at: datetime) -> None: ...
    def save(self, account: Account) -> None: ...


class KnownContracts(Protocol):
    """The contracts that there are."""

    def of_accounts(self, accounts: Sequence[str]) -> dict[str, list[Contract]]: ...


class StateOfIdentities(Protocol):
    """What is linked, merged and kept apart."""

    def state(self, *, with_links: bool = True) -> Identities: ...


class KnownIdentities(StateOfIdentities, Protocol):
    """What is linked, merged, proposed and decided."""

    def links_by_key(self, records: Sequence[SourceRecord]) -> dict[RecordKey, IdentityLink]: ...
    def add_links(self, links: Iterable[IdentityLink], *, linked_at: datetime) -> None: ...
    def save_fields(self, records: Iterable[SourceRecord]) -> None: ...
    def merge(
        self, id_: str, pair: Pair, evidence: MatchEvidence | None, *, merged_at: datetime
    ) -> None: ...
    def split(self, account: str, *, split_at: datetime) -> None: ...
    def propose(self, proposals: Iterable[Proposal], *, proposed_at: datetime) -> None: ...
    def decide(self, pair: Pair, verdict: Verdict, *, decided_at: datetime) -> None: ...


class IdentityRecordsToRead(Protocol):
    """What is needed to say what evidence leads to."""

    @property
    def contracts(self) -> KnownContracts: ...

    @property
    def identities(self) -> StateOfIdentities: ...


class IdentityBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def accounts(self) -> KnownAccounts: ...

    @property
    def contracts(self) -> KnownContracts: ...

    @property
    def identities(self) -> KnownIdentities: ...


@dataclass(frozen=True, slots=True)
class RecordToLink:
    """A record of an outside system, and the account that it stands for; where none is stated a new
    one is opened under the record's name."""

    record: SourceRecord
    account: str | None = None


def link_records(
    books: IdentityBooks, stated: Sequence[RecordToLink], occasion: Occasion
) -> tuple[IdentityLink, ...]:
    """The aliases of these records. A record that is linked keeps its account, and what its system
    says of it is brought up to date. Raises Invalid with every fault, and Conflict for one that is
    linked to another account."""
    _refuse_wrong(books, stated)
    known = books.identities.links_by_key([each.record for each in stated])
    links: list[IdentityLink] = []
    new: list[IdentityLink] = []
    for each in stated:
        before = known.get(each.record.key)
        if before is None:
            account = each.account or _opened(books, each.record, occasion)
            new.append(IdentityLink(each.record, account))
        elif each.account not in (None, before.account):
            raise Conflict(
                f"{each.record.external_id} of {each.record.system} is linked to "
                f"{before.account}. Merge the two accounts instead.",
                code="linked",
            )
        links.append(IdentityLink(each.record, before.account if before else new[-1].account))
    changed = [
        link.record
        for link in links
        if link.record.key in known and known[link.record.key].record != link.record
    ]
    books.identities.add_links(new, linked_at=occasion.now)
    books.identities.save_fields(changed)
    books.append([_linked(link, occasion) for link in new])
    return tuple(links)


def resolve(
    books: IdentityBooks, evidence: Sequence[MatchEvidence], occasion: Occasion
) -> Resolution:
    """Merge what is sure, and queue the rest for people. The same again changes nothing but the
    queue, which always shows the last evidence."""
    found = what_follows(books, evidence, occasion.now)
    for proposal, pair in found.merges:
        _merge(books, pair, proposal.evidence, occasion)
    books.identities.propose(found.review, proposed_at=occasion.now)
    return found


def what_follows(
    books: IdentityRecordsToRead, evidence: Sequence[MatchEvidence], now: datetime
) -> Resolution:
    """What `resolve` would merge and queue now; nothing is written."""
    state = books.identities.state()
    accounts = {
        account
        for each in evidence
        for key in (each.first, each.second)
        if (account := state.account_of(key)) is not None
    }
    bound = _under_contract(books, sorted(accounts), now)
    return resolution(state, evidence, under_contract=frozenset(bound))


def merge_accounts(books: IdentityBooks, absorbed: str, into: str, occasion: Occasion) -> str:
    """From now on `into`, or the account that it was merged into, answers for `absorbed`; its id is
    given back. Raises NotFound, and Conflict where the merge cannot be or would leave a contract
    behind."""
    for account in (absorbed, into):
        books.accounts.get(account)
    state = books.identities.state(with_links=False)
    after = merged(state, absorbed, into)
    survivor = after.merged_into[absorbed]
    if _under_contract(books, [absorbed], occasion.now):
        raise Conflict(
            f"Account {absorbed} is under contract, and a contract stays with its account. Merge "
            f"{survivor} into {absorbed}, or end one contract first.",
            code="under_contract",
        )
    _merge(books, (absorbed, survivor), None, occasion)
    return survivor


def split_account(books: IdentityBooks, account: str, occasion: Occasion) -> None:
    """Undo the merge of an account: it stands for itself again, with all that is its own, and with
    what was merged into it before. Raises NotFound, and Conflict where it is not merged."""
    books.accounts.get(account)
    state = books.identities.state(with_links=False)
    split(state, account)
    books.identities.split(account, split_at=occasion.now)
    body = {"from": state.merged_into[account]}
    books.append([occasion.fact("AccountSplit", account, body)])


def decide(
    books: IdentityBooks, first: str, second: str, verdict: Verdict, occasion: Occasion
) -> Pair | None:
    """What somebody says of two accounts: `same` merges them (absorbed and survivor are given
    back), `apart` keeps them from ever being proposed again. Raises as `merge_accounts`."""
    accounts = books.accounts.of_ids([first, second])
    for account in (first, second):
        if account not in accounts:
            raise NotFound(f"There is no account '{account}'.")
    pair = pair_of(first, second)
    if verdict is Verdict.same:
        bound = _under_contract(books, pair, occasion.now)
        survivor = surviving(pair, bound)
        absorbed = second if survivor == first else first
        survivor = merge_accounts(books, absorbed, survivor, occasion)
        books.identities.decide(pair, verdict, decided_at=occasion.now)
        return (absorbed, survivor)
    kept_apart(books.identities.state(with_links=False), first, second)
    books.identities.decide(pair, verdict, decided_at=occasion.now)
    books.append([occasion.fact("AccountsKeptApart", pair[0], {"other": pair[1]})])
    return None


def _merge(
    books: IdentityBooks, pair: Pair, evidence: MatchEvidence | None, occasion: Occasion
) -> None:
    id_ = occasion.new_id(MERGE)
    books.identities.merge(id_, pair, evidence, merged_at=occasion.now)
    weight = None if evidence is None else evidence.weight
    body = {"merge": id_, "into": pair[1], "weight": weight}
    books.append([occasion.fact("AccountMerged", pair[0], body)])


def _under_contract(
    books: IdentityRecordsToRead, accounts: Sequence[str], at: datetime
) -> set[str]:
    """Those of the accounts that have a contract which has not ended."""
    now = to_micros(at)
    held = books.contracts.of_accounts(list(accounts))
    return {
        account
        for account, contracts in held.items()
        if any(each.end is None or each.end > now for each in contracts)
    }


def _opened(books: IdentityBooks, record: SourceRecord, occasion: Occasion) -> str:
    return open_account(books, AccountDetails(name=record.fields["name"]), occasion).id


def _linked(link: IdentityLink, occasion: Occasion) -> Fact:
    """Without the id in the other system: some of them call people by their addresses."""
    return occasion.fact("IdentityLinked", link.account, {"system": link.record.system.value})


def _refuse_wrong(books: IdentityBooks, stated: Sequence[RecordToLink]) -> None:
    if len(stated) > LINKS_LIMIT_RECORDS:
        raise Invalid(
            f"{len(stated):,} records are too many at once; send up to {LINKS_LIMIT_RECORDS:,}.",
            code="too_many",
        )
    named = sorted({each.account for each in stated if each.account is not None})
    known = books.accounts.of_ids(named) if named else {}
    faults: list[Fault] = []
    seen: set[RecordKey] = set()
    for place, each in enumerate(stated):
        faults += _faults(each, f"records[{place}]", known)
        if each.record.key in seen:
            faults.append(
                Fault("twice", "This record is stated twice.", f"records[{place}].external_id")
            )
        seen.add(each.record.key)
    if faults:
        raise Invalid("The records cannot be linked as stated.", faults)


def _faults(each: RecordToLink, path: str, known: dict[str, Account]) -> list[Fault]:
    faults = []
    if not 0 < len(each.record.external_id) <= ID_LIMIT_CHARACTERS:
        faults.append(
            Fault(
                "bad_external_id",
                "The id of a record is text.",
                f"{path}.external_id",
                f"Write 1 to {ID_LIMIT_CHARACTERS} characters.",
            )
        )
    if each.account is not None and each.account not in known:
        faults.append(
            Fault("no_account", f"There is no account '{each.account}'.", f"{path}.account")
        )
    if not each.record.fields.get("name", "").strip():
        faults.append(Fault("no_name", "A record needs a name.", f"{path}.name"))
    for field, value in each.record.fields.items():
        if field not in ACCOUNT_FIELDS:
            names = ", ".join(ACCOUNT_FIELDS)
            faults.append(Fault("no_field", f"'{field}' is none of {names}.", f"{path}.{field}"))
        elif len(value) > FIELD_LIMIT_CHARACTERS:
            message = f"This is longer than {FIELD_LIMIT_CHARACTERS} characters."
            faults.append(Fault("too_long", message, f"{path}.{field}"))
    return faults
