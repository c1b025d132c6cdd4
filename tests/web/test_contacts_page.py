"""The pages of contacts: who acts for an account, and what the plan says before one more does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from people import offer_with_places
from peopled import Peopled

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.store.records import Records

NAMED = {"roles.named_contact": "yes"}
DAYS = count(1)


class Desk:
    """A customer's browser at an account with so many places for named contacts."""

    def __init__(self, world: Peopled, behaviour: str, limit: int = 2) -> None:
        self.world = world
        catalog = offer_with_places(behaviour, limit).model_copy(
            update={"version": date(2025, 3, next(DAYS))}
        )
        occasion = world.opened.occasion()

        def work(records: Records) -> str:
            publish_catalog(records, catalog, occasion)
            account = open_account(records, AccountDetails(name="Lattice"), occasion).id
            order = ContractOrder(
                account=account, catalog="acme", tier="priority",
                version=catalog.version.isoformat(), start=datetime(2025, 4, 1, tzinfo=UTC),
            )  # fmt: skip
            sign_contract(records, order, occasion)
            return account

        self.account = world.opened.change(work)
        self.visit = world.visit(Role.customer_contact, self.account)
        self.visit.open("/contacts")

    def add(self, name: str, **more: str) -> str:
        email = f"{name.lower()}@lattice.example"
        self.visit.open("/contacts")
        fields = {"name": name, "email": email, **NAMED, **more}
        return self.visit.send(f"/contacts/{self.account}", **fields).text

    def contacts(self) -> list[dict[str, Any]]:
        path = f"/v1/accounts/{self.account}/contacts"
        return list(self.world.served.operator.get(path).json()["items"])

    def path(self, name: str) -> str:
        found = next(each["id"] for each in self.contacts() if each["name"] == name)
        return f"/contacts/{self.account}/{found}"


def test_the_plan_says_what_one_more_means_before_it_happens(world: Peopled) -> None:
    desk = Desk(world, "warn")
    assert "With one more: 1 of 2 named contacts used with this; 1 left." in desk.visit.page.text
    desk.add("Ana")
    said = "With one more: 3 of 2 named contacts used with this; beyond the limit we keep serving"
    assert said in desk.add("Bo")
    assert "Cem was added." in desk.add("Cem")
    assert len(desk.contacts()) == 3


def test_where_the_plan_stops_the_refusal_stands_at_the_roles(world: Peopled) -> None:
    desk = Desk(world, "stop", limit=1)
    assert "All places are taken" in desk.add("Ana")
    page = desk.add("Bo")
    assert desk.visit.page.status_code == 422
    assert 'href="#roles"' in page
    assert 'id="roles-fault-1"' in page
    assert 'value="Bo"' in page
    assert len(desk.contacts()) == 1


def test_faults_stand_at_their_fields_and_what_was_typed_stays(world: Peopled) -> None:
    desk = Desk(world, "warn")
    page = desk.add("Ana", email="ana", phone="call me")
    assert desk.visit.page.status_code == 422
    assert 'id="email-fault-1"' in page
    assert 'id="phone-fault-1"' in page
    assert 'value="call me"' in page
    desk.add("Ana")
    assert "Another contact of the account has this address." in desk.add("Ana")


def test_a_contact_is_corrected_and_gets_other_roles_in_one_change(world: Peopled) -> None:
    desk = Desk(world, "warn")
    desk.add("Ana")
    path = desk.path("Ana")
    desk.visit.open(path)
    desk.visit.send(path, name="Anna", **{"roles.billing": "yes", "roles.security": "yes"})
    assert "Anna was changed." in desk.visit.page.text
    (anna,) = desk.contacts()
    assert (anna["name"], anna["roles"]) == ("Anna", ["billing", "security"])
    assert "Named contact" in desk.visit.open(path).text


def test_a_removal_is_undone_with_the_roles_that_were_held(world: Peopled) -> None:
    desk = Desk(world, "stop", limit=1)
    desk.add("Ana", **{"roles.billing": "yes"})
    path = desk.path("Ana")
    desk.visit.open(path)
    page = desk.visit.send(f"{path}/removal").text
    assert "Ana was removed" in page
    assert desk.contacts() == []
    desk.visit.send(f"{path}/return")
    (ana,) = desk.contacts()
    assert ana["roles"] == ["billing", "named_contact"]
    assert not path.endswith(ana["id"])
    assert "Removed</h2>" in page
    assert "Removed</h2>" not in desk.visit.page.text


def test_who_was_removed_twice_is_offered_once(world: Peopled) -> None:
    desk = Desk(world, "warn")
    for _ in range(2):
        desk.add("Ana")
        path = desk.path("Ana")
        desk.visit.open(path)
        page = desk.visit.send(f"{path}/removal").text
    assert page.count(">Add again<") == 1
    assert "before them" not in page


def test_a_removal_is_not_undone_into_a_place_that_another_has(world: Peopled) -> None:
    desk = Desk(world, "stop", limit=1)
    desk.add("Ana")
    path = desk.path("Ana")
    desk.visit.open(path)
    desk.visit.send(f"{path}/removal")
    desk.add("Bo")
    page = desk.visit.send(f"{path}/return")
    assert page.status_code == 422
    assert "there is no more" in page.text
    assert [each["name"] for each in desk.contacts()] == ["Bo"]


def test_people_of_others_are_not_found(world: Peopled) -> None:
    desk = Desk(world, "warn")
    assert desk.visit.open(f"/contacts?account={world.pine}").status_code == 404
    assert desk.visit.open(f"/contacts/{world.pine}/{world.contact}").status_code == 404
    assert desk.visit.open(f"/contacts/{desk.account}/{world.contact}").status_code == 404
    desk.visit.open("/contacts")
    form = {"form_word": desk.visit.form("/sign-out")["form_word"]}
    path = f"/contacts/{desk.account}/{world.contact}/removal"
    assert desk.visit.post(path, **form).status_code == 404
    assert world.visit(Role.finance).open(f"/contacts?account={world.pine}").status_code == 403
