"""A desk with many cases, for benchmarks: some are told by the product's own actions, one for each
tier and end, and the others are copies of these with words of their own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import tierline
from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import US, Speaker, resolve, say
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.bootstrap.application import Application
from tierline.bootstrap.cases import promise_now
from tierline.cases.case import Case, CaseMessage
from tierline.cases.channel import Channel
from tierline.cases.standing import ENDED
from tierline.catalog.load import load_catalog
from tierline.kernel.ids import CASE, MESSAGE
from tierline.routing.agent import Agent
from tierline.routing.assignment import Assignment, How, Ownership
from tierline.store.case_batch import BatchCases
from tierline.store.desk_batch import DeskBatch
from tierline.store.records import Records
from tierline.store.routing import case_assignment_table, case_routing_table
from tierline.store.routing_records import assignment_row, ownership_row

PASSWORD = "four boring words here"  # noqa: S105 - of people who do not exist
THEM = Speaker(is_customer=True)
SEVERITY = "S3"
_START = datetime(2025, 7, 1, tzinfo=UTC)
_SAMPLE = Path(tierline.__file__).parent / "sample" / "halyard-2025-07-01.yaml"
_AT_ONCE = 500
_INSERT_ROUTING = case_routing_table.insert()
_INSERT_ASSIGNMENTS = case_assignment_table.insert()


@dataclass(frozen=True, slots=True)
class Told:
    """What stands in one case: its first text raised it, then we and the customer wrote in turn."""

    number: int
    subject: str
    texts: tuple[str, ...]
    is_open: bool
    agent: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A case that was told by actions, with the index of its facts."""

    case: Case
    messages: tuple[CaseMessage, ...]
    next_due_at: datetime | None


def desk_of(
    words: Sequence[Sequence[str]], count: int, messages: int, chance: random.Random, agents: int
) -> list[Told]:
    """So many cases of real words, every second one resolved."""
    found = []
    for number in range(1, count + 1):
        own = words[number % len(words)]
        texts = [" ".join(own)]
        texts += [" ".join(chance.choice(words)[:40]) for _ in range(messages - 1)]
        found.append(
            Told(number, " ".join(own[:8])[:190], tuple(texts), number % 2 == 1, number % agents)
        )
    return found


def make_agents(opened: Application, count: int) -> list[str]:
    """Agents who may sign in; the ids of their users."""
    made = []
    for number in range(count):
        email, roles = email_of(number), frozenset({Role.agent})
        invited, _ = opened.access.invite(email, roles, None, operator())
        opened.access.accept(invited.secret, f"Ada Agent {number}", None, PASSWORD)
        made.append(invited.invitation.email)

    def record(records: Records) -> list[str]:
        known = records.routing.our_users(made)
        users = [known[email] for email in made]
        for user in users:
            records.routing.keep_agent(Agent(user=user, capacity=500), at=opened.now())
        return users

    return opened.change(record)


def email_of(number: int) -> str:
    """The address of an agent."""
    return f"agent{number}@vendor.example"


def fill(opened: Application, desk: Sequence[Told], agents: Sequence[str], accounts: int) -> None:
    """Write the desk, for accounts on the tiers of the sample's catalog in turn."""
    catalog, occasion = load_catalog(_SAMPLE), opened.occasion()
    opened.change(lambda records: publish_catalog(records, catalog, occasion))
    tiers = list(catalog.tiers)

    def signed(records: Records) -> list[tuple[str, str]]:
        found = []
        for number in range(accounts):
            details = AccountDetails(name=f"Account {number}")
            account = open_account(records, details, occasion).id
            tier = tiers[number % len(tiers)]
            order = ContractOrder(account=account, catalog="halyard", tier=tier, start=_START)
            found.append((account, sign_contract(records, order, occasion).id))
        return found

    customers = opened.change(signed)
    length = len(desk[0].texts)
    patterns = {
        (place, is_open): pattern_of(opened, customers[place][0], length, is_open=is_open)
        for place in range(len(tiers))
        for is_open in (True, False)
    }
    left = iter(desk)
    while some := list(islice(left, _AT_ONCE)):
        batch = BatchCases()
        batch.new_terms = dict(_TERMS)
        owned = []
        for told in some:
            place = told.number % accounts
            pattern = patterns[place % len(tiers), told.is_open]
            case = copy_into(batch, opened, pattern, told, customers[place])
            owned.append((case, agents[told.agent]))
        opened.change(lambda records, batch=batch, owned=owned: _write(records, batch, owned))


def pattern_of(opened: Application, account: str, length: int, *, is_open: bool) -> Pattern:
    """A case with so many messages, raised two days ago, told in memory."""
    desk = DeskBatch(opened.read)
    began = opened.now() - timedelta(days=2)

    def at(minutes: int) -> object:
        return replace(opened.occasion(), now=began + timedelta(minutes=minutes))

    order = CaseOrder(
        channel=Channel.portal, subject="A pattern", text="0", account=account, severity=SEVERITY
    )
    now = at(0)
    promise = opened.read(lambda reads: promise_now(opened, reads, account, now))
    case = open_case(desk, order, promise, now)
    last = length - 1 if is_open else length - 2
    for number in range(1, last + 1):
        speaker = US if number % 2 else THEM
        say(desk, case.id, str(number), speaker, at(number))
    if not is_open:
        resolve(desk, case.id, str(length - 1), None, at(length))
    _TERMS.update(desk.cases.new_terms)
    told = desk.cases.told[case.id]
    return Pattern(told.case, tuple(told.messages), told.next_due_at)


_TERMS: dict[str, str] = {}


def copy_into(
    batch: BatchCases, opened: Application, pattern: Pattern, told: Told, of: tuple[str, str]
) -> Case:
    """The same life with other words, some seconds later."""
    occasion, by = opened.occasion(), timedelta(seconds=told.number)
    case = replace(
        pattern.case,
        id=occasion.new_id(CASE),
        number=told.number,
        account=of[0],
        contract=of[1],
        subject=told.subject,
        events=tuple(replace(each, at=each.at + by) for each in pattern.case.events),
    )
    batch.add(case, by="customer", recorded_at=case.events[0].at)
    batch.write(
        replace(each, id=occasion.new_id(MESSAGE), case=case.id, text=text)
        for each, text in zip(pattern.messages, told.texts, strict=True)
    )
    due = None if pattern.next_due_at is None else pattern.next_due_at + by
    batch.index(case.id, case.standing.state, case.standing.severity, due)
    return case


def _write(records: Records, batch: BatchCases, owned: Sequence[tuple[Case, str]]) -> None:
    batch.put_into(records.unit)
    records.unit.write(_INSERT_ROUTING, list(_ownerships(owned)))
    records.unit.write(_INSERT_ASSIGNMENTS, list(_assignments(owned)))


def _ownerships(owned: Sequence[tuple[Case, str]]) -> Iterator[dict[str, object]]:
    for case, user in owned:
        its_owner = Ownership(case=case.id, user=user, places=1)
        is_open = case.standing.state not in ENDED
        yield ownership_row(its_owner, case.events[0].at, is_open=is_open)


def _assignments(owned: Sequence[tuple[Case, str]]) -> Iterator[dict[str, object]]:
    for case, user in owned:
        yield assignment_row(
            Assignment(
                case=case.id, place=0, user=user, how=How.routed, reason="Fewest open cases",
                at=case.events[0].at, by="operator",
            )
        )  # fmt: skip
