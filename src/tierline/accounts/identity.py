"""Which records of outside systems, and which accounts, stand for the same customer.

A merge is a pointer from one account to another, and nothing else: no row is changed or moved. So
an account that was merged away keeps its rows and its aliases, every question about it is answered
by the account at the end of its pointers, and a split takes the pointer away again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, auto
from types import MappingProxyType

from tierline.accounts.evidence import (
    MERGE_WEIGHT,
    REVIEW_WEIGHT,
    FieldKind,
    MatchEvidence,
    RecordKey,
    in_order,
)
from tierline.kernel.errors import Conflict

ACCOUNT_FIELDS: Mapping[str, FieldKind] = MappingProxyType(
    {
        "name": FieldKind.full_name,
        "domain": FieldKind.domain,
        "tax_id": FieldKind.identifier,
        "address": FieldKind.address,
        "place": FieldKind.place,
        "postcode": FieldKind.postcode,
        "phone": FieldKind.phone,
    }
)
"""What a record of an outside system may say of a company, and how it is compared."""


class System(StrEnum):
    """The outside systems that know a customer under an id of their own."""

    helpdesk = auto()
    crm = auto()
    billing = auto()
    product = auto()


class Verdict(StrEnum):
    """What a person said of a proposed pair."""

    same = auto()
    apart = auto()


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What an outside system says of a customer; `fields` are those of ACCOUNT_FIELDS."""

    system: System
    external_id: str
    fields: Mapping[str, str]

    @property
    def key(self) -> RecordKey:
        """The system and the id in it."""
        return (self.system.value, self.external_id)


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """An alias: the account that a record was linked to first. A merge does not change it."""

    record: SourceRecord
    account: str


Pair = tuple[str, str]
"""Two accounts, in order of their ids."""


@dataclass(frozen=True, slots=True)
class Identities:
    """Which account each record was linked to, which account was merged into which, what is kept
    apart, and which merges were undone once: those are not made again without a person."""

    links: Mapping[RecordKey, str] = field(default_factory=dict)
    merged_into: Mapping[str, str] = field(default_factory=dict)
    apart: frozenset[Pair] = frozenset()
    undone: frozenset[Pair] = frozenset()

    def survivor(self, account: str) -> str:
        """The account that answers for an account: itself, where it was not merged."""
        while account in self.merged_into:
            account = self.merged_into[account]
        return account

    def account_of(self, record: RecordKey) -> str | None:
        """The account that answers for a record; None for one that nobody linked."""
        first = self.links.get(record)
        return None if first is None else self.survivor(first)

    def group(self, account: str) -> tuple[str, ...]:
        """The account that answers, and all that were merged into it, in order of ids."""
        last = self.survivor(account)
        members = {each for each in self.merged_into if self.survivor(each) == last}
        return (last, *sorted(members))

    def aliases(self, account: str) -> tuple[RecordKey, ...]:
        """Every record that an account answers for."""
        group = set(self.group(account))
        return tuple(sorted(key for key, first in self.links.items() if first in group))


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two accounts that may be one, with the strongest evidence for it."""

    pair: Pair
    evidence: MatchEvidence


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is merged without a person (absorbed, survivor), and what a person should look at, the
    strongest evidence first."""

    merges: tuple[tuple[Proposal, Pair], ...]
    review: tuple[Proposal, ...]


def pair_of(first: str, second: str) -> Pair:
    """Two accounts in order."""
    return (first, second) if first < second else (second, first)


def merged(identities: Identities, absorbed: str, survivor: str) -> Identities:
    """The identities with one more pointer. Raises Conflict for an account that is merged already,
    and for a pair that somebody keeps apart."""
    if absorbed in identities.merged_into:
        into = identities.merged_into[absorbed]
        raise Conflict(f"Account {absorbed} is merged into {into} already.", code="merged")
    last = identities.survivor(survivor)
    if last == absorbed:
        raise Conflict(f"Account {absorbed} cannot be merged into itself.", code="same_account")
    if not may_join(identities, absorbed, last):
        raise Conflict(
            f"Somebody decided that {absorbed} and {last} are not the same.", code="kept_apart"
        )
    return replace(identities, merged_into={**identities.merged_into, absorbed: last})


def split(identities: Identities, absorbed: str) -> Identities:
    """The identities without the pointer of an account. Raises Conflict where it has none."""
    if absorbed not in identities.merged_into:
        raise Conflict(f"Account {absorbed} is not merged into another one.", code="not_merged")
    others = {one: into for one, into in identities.merged_into.items() if one != absorbed}
    return replace(identities, merged_into=others)


def kept_apart(identities: Identities, first: str, second: str) -> Identities:
    """The identities with a pair that is never proposed again. Raises Conflict where they are
    merged: split them first."""
    if identities.survivor(first) == identities.survivor(second):
        raise Conflict(f"{first} and {second} are merged: split them first.", code="merged")
    return replace(identities, apart=identities.apart | {pair_of(first, second)})


def resolution(
    identities: Identities,
    evidence: Iterable[MatchEvidence],
    *,
    under_contract: frozenset[str] = frozenset(),
    merge_weight: int = MERGE_WEIGHT,
) -> Resolution:
    """What follows from evidence. Merged is a pair from `merge_weight` on that nothing contradicts;
    it is looked at instead where two contracts would come together, because which one holds is not
    for us to say. The account under contract survives, else the older one."""
    state = identities
    bound = {state.survivor(account) for account in under_contract}
    merges: list[tuple[Proposal, Pair]] = []
    waiting: list[Proposal] = []
    for each in in_order(evidence):
        first, second = state.account_of(each.first), state.account_of(each.second)
        if each.weight < REVIEW_WEIGHT or first is None or second is None or first == second:
            continue
        proposal = Proposal(pair_of(first, second), each)
        is_doubtful = each.weight < merge_weight or bool(each.contradictions)
        if (
            is_doubtful
            or joins(state, state.undone, first, second)
            or bound.issuperset(proposal.pair)
        ):
            waiting.append(proposal)
        elif may_join(state, first, second):
            survivor = surviving(proposal.pair, bound)
            absorbed = second if survivor == first else first
            state = merged(state, absorbed, survivor)
            merges.append((proposal, (absorbed, survivor)))
    return Resolution(tuple(merges), _still_open(state, waiting))


def surviving(pair: Pair, under_contract: Collection[str]) -> str:
    """Which one of two accounts answers for both: the one under contract, else the older one."""
    return next((one for one in pair if one in under_contract), pair[0])


def may_join(state: Identities, first: str, second: str) -> bool:
    """Whether nobody of the one group is kept apart from anybody of the other."""
    return not joins(state, state.apart, first, second)


def joins(state: Identities, pairs: Iterable[Pair], first: str, second: str) -> bool:
    """Whether one of the pairs lies between the groups of two accounts."""
    ends = {state.survivor(first), state.survivor(second)}
    return any({state.survivor(one), state.survivor(other)} == ends for one, other in pairs)


def _still_open(state: Identities, waiting: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """The proposals as the merges have left them: one for each two accounts that remain."""
    open_: dict[Pair, Proposal] = {}
    for proposal in waiting:
        first, second = (state.survivor(each) for each in proposal.pair)
        if first != second and may_join(state, first, second):
            pair = pair_of(first, second)
            open_.setdefault(pair, Proposal(pair, proposal.evidence))
    return tuple(sorted(open_.values(), key=lambda each: (-each.evidence.weight, each.pair)))
