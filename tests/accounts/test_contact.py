from __future__ import annotations

import pytest
from small_offer import contract, micros

from tierline.accounts.contact import Contact, ContactRole, Tenure, erased, removed, with_roles
from tierline.accounts.contract import Override
from tierline.accounts.person import person, person_faults
from tierline.accounts.places import Places, places_for, rotation
from tierline.catalog.term import Seats
from tierline.kernel.errors import Conflict

ADDED, MAY, JUNE, JULY = map(micros, ("2025-01-01", "2025-05-01", "2025-06-01", "2025-07-01"))
YEAR = (ADDED, micros("2026-01-01"))
NAMED, ADMIN = ContactRole.named_contact, ContactRole.admin


def contact(**parts: object) -> Contact:
    stated = {"id": "c1", "account": "a", "person": person("Ada"), "added_at": ADDED, **parts}
    return Contact(**stated)  # type: ignore[arg-type]  # the fields are the caller's


def test_roles_that_are_kept_keep_their_beginning_and_others_end() -> None:
    both = with_roles(contact(), [NAMED, ADMIN], MAY)
    one = with_roles(both, [ADMIN], JUNE)
    assert one.tenures == (Tenure(ADMIN, MAY), Tenure(NAMED, MAY, JUNE))
    assert one.roles_at(MAY) == {NAMED, ADMIN}
    assert one.roles_at(JUNE) == {ADMIN}


def test_a_role_that_was_never_held_for_a_moment_leaves_no_tenure() -> None:
    assert with_roles(with_roles(contact(), [NAMED], MAY), [], MAY).tenures == ()


def test_a_change_before_the_last_one_is_refused() -> None:
    with pytest.raises(Conflict, match="cannot lie before it"):
        with_roles(with_roles(contact(), [NAMED], JUNE), [], MAY)


def test_a_removed_contact_holds_nothing_and_takes_no_role() -> None:
    gone = removed(with_roles(contact(), [NAMED], MAY), JUNE)
    assert gone.roles_at(JUNE) == frozenset()
    with pytest.raises(Conflict, match="was removed"):
        with_roles(gone, [ADMIN], JULY)


def test_an_erased_contact_is_nobody_and_still_held_its_roles() -> None:
    gone = erased(with_roles(contact(), [NAMED], MAY), JUNE)
    assert gone.person is None
    assert gone.tenures == (Tenure(NAMED, MAY, JUNE),)


def test_a_person_is_kept_in_one_plain_form() -> None:
    ada = person(" Ada  ", " Ada@Example.COM ", " +49 30 123 ")
    assert ada.identifiers() == ("Ada", "ada@example.com", "+49 30 123")


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        (("Ada", "ada@example.com", "030/1234"), []),
        (("", "ada", "call me"), ["bad_name", "bad_email", "bad_phone"]),
        (("Ada\nLovelace", "a@b@c.de", "1"), ["bad_name", "bad_email", "bad_phone"]),
    ],
)
def test_every_wrong_field_of_a_person_is_told_at_once(
    stated: tuple[str, str, str], codes: list[str]
) -> None:
    assert [fault.code for fault in person_faults(person(*stated))] == codes


def seats(limit: int) -> Override:
    from small_offer import allowed_until

    return Override(
        id="places",
        feature="sandboxes",
        exception=allowed_until(),
        start=ADDED,
        value=Seats(kind="seats", limit=limit, role="named contact"),  # type: ignore[arg-type]  # pydantic reads a number
    )


def test_the_places_of_a_role_are_what_the_contract_effectively_gives() -> None:
    signed = contract(overrides=(seats(5),))
    assert places_for(signed, NAMED, MAY) == Places("sandboxes", 5)
    assert places_for(signed, ADMIN, MAY) is None


def took_turns(people: int, account: str = "a") -> list[Contact]:
    """So many people in five places, one after the other, each for the same time."""
    length = (YEAR[1] - YEAR[0]) * 5 // people
    return [
        contact(
            id=f"{account}{number}",
            account=account,
            tenures=(
                Tenure(NAMED, YEAR[0] + number // 5 * length, YEAR[0] + (number // 5 + 1) * length),
            ),
        )
        for number in range(people)
    ]


def test_thirty_one_people_in_five_places_rotate() -> None:
    people = took_turns(31) + took_turns(9, account="b")
    found = rotation(people, "a", NAMED, within=YEAR, places=5)
    assert found.in_words == "31 people in 5 places"
    assert found.is_rotating
    assert not rotation(people, "b", NAMED, within=YEAR, places=5).is_rotating


def test_people_who_stay_neither_join_nor_leave() -> None:
    stays = contact(tenures=(Tenure(NAMED, MAY),))
    found = rotation([stays], "a", NAMED, within=(JUNE, JULY), places=1)
    assert (found.people, found.joined, found.left) == (1, 0, 0)


def test_a_role_that_ended_when_the_time_began_was_not_held_in_it() -> None:
    gone = contact(tenures=(Tenure(NAMED, MAY, JUNE),))
    assert rotation([gone], "a", NAMED, within=(JUNE, JULY), places=1).people == 0
