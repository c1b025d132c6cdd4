from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from people import NOW, START, People, offer_with_places

from tierline.accounts.contact import ContactRole, Tenure
from tierline.accounts.hierarchy import Inheritable, source_of
from tierline.accounts.person import person
from tierline.actions.contacts import change_roles, correct_person, remove_contact
from tierline.actions.contracts import end_contract
from tierline.actions.hierarchy import set_inheritance
from tierline.entitlements.decision import Outcome, Reason
from tierline.kernel.errors import Conflict, Invalid, LimitReached, NotFound
from tierline.kernel.instants import to_micros
from tierline.store.journal import facts_about
from tierline.store.store import Store

NAMED, ADMIN = ContactRole.named_contact, ContactRole.admin


def test_a_contact_comes_back_as_it_was_added(people: People) -> None:
    added = people.contact("Ada Lovelace", email="Ada@Lattice.example", roles=[NAMED, ADMIN])
    read = people.read(lambda reads: reads.contacts.get(added.contact.id))
    assert read == added.contact
    assert read.person == person("Ada Lovelace", "ada@lattice.example")
    assert read.roles_at(to_micros(NOW)) == {NAMED, ADMIN}


def test_every_change_of_a_contact_is_read_back(people: People) -> None:
    id_ = people.contact("Ada").contact.id
    later, last = NOW + timedelta(days=1), NOW + timedelta(days=2)
    people.do(change_roles, people.ruleset, id_, [ADMIN], now=later)
    people.do(correct_person, id_, person("Ada King", "ada@king.example"), now=later)
    gone = people.do(remove_contact, id_, now=last)
    assert people.read(lambda reads: reads.contacts.of_account(people.lattice)) == (gone,)
    assert gone.tenures == (
        Tenure(NAMED, to_micros(NOW), to_micros(later)),
        Tenure(ADMIN, to_micros(later), to_micros(last)),
    )
    assert people.do(remove_contact, id_, now=last) == gone


def test_the_journal_names_nobody(people: People) -> None:
    id_ = people.contact("Ada Lovelace", email="ada@lattice.example").contact.id
    people.do(correct_person, id_, person("Ada King", "ada@lattice.example", "+44 20 1"))
    facts = people.store.read(
        lambda snapshot: facts_about(snapshot, people.lattice, as_of=NOW + timedelta(days=1))
    )
    bodies = {fact.kind: fact.body for fact in facts}
    assert bodies["ContactAdded"]["contact"] == id_
    assert bodies["ContactCorrected"] == {
        "by": "user_1",
        "contact": id_,
        "fields": ["name", "phone"],
    }
    assert not any(word in str(facts) for word in ("Ada", "Lovelace", "ada@", "+44"))


def test_one_contact_over_the_limit_is_served_with_a_warning_where_the_plan_says_so(
    people: People,
) -> None:
    for name in ("Ada", "Bob"):
        people.contact(name)
    (decision,) = people.contact("Cyd").decisions
    assert (decision.outcome, decision.reason) == (Outcome.warn, Reason.over_limit_served)


def test_one_contact_over_the_limit_is_refused_where_the_plan_stops(store: Store) -> None:
    people = People(store, offer_with_places("stop"))
    first = people.contact("Ada").contact.id
    people.contact("Bob")
    with pytest.raises(LimitReached, match="Remove somebody from the role first"):
        people.contact("Cyd")
    people.contact("Dan", roles=[ADMIN])
    people.do(remove_contact, first)
    assert people.contact("Cyd").contact.account == people.lattice


def test_taking_a_limited_role_later_asks_the_plan_too(store: Store) -> None:
    people = People(store, offer_with_places("stop", limit=1))
    people.contact("Ada")
    admin = people.contact("Bob", roles=[ADMIN]).contact.id
    with pytest.raises(LimitReached):
        people.do(change_roles, people.ruleset, admin, [ADMIN, NAMED])
    assert people.do(change_roles, people.ruleset, admin, [ADMIN]).decisions == ()


def test_an_account_without_a_contract_has_no_limit_of_contacts(people: People) -> None:
    free = people.account("Free", tier=None)
    assert people.contact("Ada", account=free).decisions == ()


def test_whom_we_know_is_no_matter_of_cover(store: Store) -> None:
    people = People(store, offer_with_places("stop", limit=1))
    (held,) = people.read(lambda reads: reads.contracts.of_account(people.lattice))
    people.do(end_contract, held.id, NOW - timedelta(days=1))
    assert [people.contact(name).decisions for name in ("Ada", "Bob")] == [(), ()]


def test_an_address_is_used_once_in_an_account(people: People) -> None:
    first = people.contact("Ada", email="ada@lattice.example").contact.id
    with pytest.raises(Conflict, match="has this address"):
        people.contact("Other", email="ADA@lattice.example ")
    people.do(remove_contact, first)
    assert people.contact("Other", email="ada@lattice.example")


@pytest.mark.parametrize(
    ("stated", "error"),
    [
        ({"name": "", "email": "nobody"}, Invalid),
        ({"name": "Ada", "account": "account_nobody"}, NotFound),
        ({"name": "Ada", "since": NOW + timedelta(hours=1)}, Invalid),
    ],
)
def test_a_contact_that_cannot_be_is_refused(
    people: People, stated: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        people.contact(**stated)  # type: ignore[arg-type]  # the fields are the caller's
    assert people.read(lambda reads: reads.contacts.of_account(people.lattice)) == ()


def test_a_contact_may_be_told_late(people: People) -> None:
    since = datetime(2025, 3, 1, tzinfo=UTC)
    id_ = people.contact("Ada", since=since).contact.id
    held = people.read(lambda r: r.contacts.number_holding(people.lattice, "named_contact", since))
    before = since - timedelta(microseconds=1)
    none = people.read(lambda r: r.contacts.number_holding(people.lattice, "named_contact", before))
    assert (held, none) == (1, 0)
    assert people.read(lambda reads: reads.contacts.get(id_)).added_at == to_micros(since)


def test_what_an_account_inherits_is_read_with_every_account_above_it(people: People) -> None:
    division = people.account("Division", tier=None, parent=people.lattice)
    plant = people.account("Plant", tier=None, parent=division)
    for account in (division, plant):
        people.do(set_inheritance, account, [Inheritable.contract], now=START)
    links = people.read(lambda reads: reads.hierarchy.above(plant))
    assert source_of(Inheritable.contract, plant, links, {people.lattice}) == people.lattice
    people.do(set_inheritance, division, [], now=START)
    links = people.read(lambda reads: reads.hierarchy.above(plant))
    assert source_of(Inheritable.contract, plant, links, {people.lattice}) is None


def test_an_account_without_a_parent_inherits_nothing(people: People) -> None:
    with pytest.raises(Conflict, match="no parent"):
        people.do(set_inheritance, people.lattice, [Inheritable.contacts])
