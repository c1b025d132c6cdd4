"""Another plan, or more of something for a time: what it would mean is read before it is made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from desk import desk_offer, opened
from peopled import Peopled, people_small_world
from visitor import Visit

from tierline.access.role import Role
from tierline.actions.accounts import AccountDetails, open_account
from tierline.actions.catalogs import publish_catalog
from tierline.actions.contracts import ContractOrder, sign_contract
from tierline.kernel import clock
from tierline.kernel.errors import Invalid
from tierline.store.records import Records
from tierline.web.agreed_changes import number_of

_YEAR = clock.now().year + 2
_UNTIL = f"until={_YEAR}-01-01"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peopled]:
    with people_small_world(tmp_path_factory.mktemp("changes")) as made:
        occasion = made.opened.occasion()
        made.opened.change(lambda records: publish_catalog(records, desk_offer(), occasion))
        yield made


@pytest.fixture(scope="module")
def manager(world: Peopled) -> Visit:
    return world.visit(Role.admin)


def signed(world: Peopled, tier: str) -> tuple[str, str]:
    """An account on a tier of the offer with clocks, and its contract."""
    occasion = world.opened.occasion()

    def work(records: Records) -> tuple[str, str]:
        account = open_account(records, AccountDetails(name="Ash"), occasion).id
        start = datetime(2025, 2, 1, tzinfo=UTC)
        order = ContractOrder(
            account=account, catalog="acme", version="2025-02-01", tier=tier, start=start
        )
        return account, sign_contract(records, order, occasion).id

    return world.opened.change(work)


def plans(world: Peopled, contract: str) -> list[dict[str, Any]]:
    return list(world.served.operator.get(f"/v1/contracts/{contract}").json()["plans"])


VERSION = {"catalog": "acme", "version": "2025-02-01"}


def test_an_upgrade_tells_which_open_cases_get_better_and_makes_none_of_it(
    world: Peopled,
) -> None:
    account, contract = signed(world, "standard")
    case = opened(world.served.operator, account, severity="S1")
    path = f"/v1/contracts/{contract}/plan-previews"
    found = world.post(path, {"tier": "priority", **VERSION}).json()
    assert {each["direction"] for each in found["difference"]["changes"]} >= {"better"}
    (better,) = found["cases"]
    assert better["id"] == case["id"]
    assert better["milestones"]
    for each in better["milestones"]:
        assert each["due_at"] is None or each["would_be_due_at"] < each["due_at"]
    assert len(plans(world, contract)) == 1
    worse = world.post(path, {"tier": "priority", "is_downgrade": True, **VERSION}).json()
    assert worse["at"] > found["at"]


def test_what_was_previewed_is_made_and_nothing_else(world: Peopled, manager: Visit) -> None:
    account, contract = signed(world, "priority")
    path = f"/contracts/{contract}/changes"
    assert ">Engineering hours</option>" in manager.open(path).text
    assert f'<a href="{path}">Change the plan</a>' in manager.open(f"/accounts/{account}").text
    assert "Change the plan" in manager.open(f"/contracts/{contract}").text
    page = manager.open(f"{path}?what=downgrade&tier=standard&fee=490").text
    assert "What it would mean from" in page
    assert "None would be due sooner" in page
    assert len(plans(world, contract)) == 1
    seen = hidden(page, "seen")
    asked = {"what": "downgrade", "tier": "standard", "fee": "490"}
    manager.send(path, **asked, seen=seen)
    assert manager.path == f"/contracts/{contract}"
    assert len(plans(world, contract)) == 2
    manager.open(f"{path}?what=downgrade&tier=standard")
    again = manager.send(path, **asked, seen=seen).text
    assert "has changed since this was shown" in again
    assert len(plans(world, contract)) == 2


def test_an_uplift_ends_by_itself_on_the_accounts_own_day(world: Peopled, manager: Visit) -> None:
    path = f"/contracts/{world.contract}/changes"
    asked = {"what": "uplift", "feature": "hours", "amount": "20", "until": f"{_YEAR}-03-31",
             "reason": "A launch"}  # fmt: skip
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page = manager.open(f"{path}?{query}").text
    assert "What it would mean from" in page
    assert "Better" in page
    manager.send(path, **asked, seen=hidden(page, "seen"))
    found = world.served.operator.get(f"/v1/contracts/{world.contract}").json()["uplifts"]
    assert [(each["feature"], each["units"]) for each in found] == [("hours", "20")]
    assert found[0]["end"].startswith(f"{_YEAR}-04-01T00:00:00")


LETTER = {
    "what": "override", "feature": "S1.acknowledge", "amount": "15", "until": f"{_YEAR}-03-31",
    "reason": "A side letter", "owner": "Lea", "cost": "1,200.50",
    "link": "https://example.com/letter", "digest": f"sha256:{'a' * 64}", "approver": "Kim",
}  # fmt: skip


def test_a_side_letter_is_agreed_with_its_reason_and_document_once_it_was_read(
    world: Peopled, manager: Visit
) -> None:
    account, contract = signed(world, "standard")
    case = opened(world.served.operator, account, severity="S1")
    path = f"/contracts/{contract}/changes"
    page = manager.open(f"{path}?{urlencode(LETTER)}").text
    assert f"/cases/{case['id']}" in page
    ask = world.served.operator
    assert ask.get(f"/v1/contracts/{contract}").json()["overrides"] == []
    manager.send(path, **LETTER, seen=hidden(page, "seen"))
    assert manager.path == f"/contracts/{contract}"
    assert "Lea: A side letter. Costs" in manager.page.text
    (agreed,) = ask.get(f"/v1/contracts/{contract}").json()["overrides"]
    assert agreed["value"]["target"]["within"] == "PT15M"
    assert agreed["document"] == {
        "link": LETTER["link"], "digest": LETTER["digest"], "approver": "Kim",
    }  # fmt: skip
    register = ask.get("/v1/audits/exceptions").json()["items"]
    (counted,) = [each for each in register if each["contract"] == contract]
    assert (counted["owner"], counted["cost"]) == ("Lea", "1,200.50 USD")
    assert counted["until"].startswith(f"{_YEAR}-04-01T00:00:00")


@pytest.mark.parametrize(
    ("changed", "at", "said"),
    [
        ({"owner": ""}, "owner", "Say who answers for it."),
        ({"reason": ""}, "reason", "Say why."),
        ({"digest": "sha256:1"}, "digest", "This is no digest."),
        ({"link": ""}, "link", "Say where the document lies."),
        ({"cost": "-1"}, "cost", "not a number from 0 on"),
        ({"amount": "1.5"}, "amount", "Minutes are whole"),
        ({"until": "2020-01-01"}, "until", "to come"),
        ({"feature": "S9.acknowledge"}, "feature", "Choose what"),
    ],
)
def test_what_an_override_lacks_is_told_at_its_own_field(
    world: Peopled, manager: Visit, changed: dict[str, str], at: str, said: str
) -> None:
    path = f"/contracts/{world.contract}/changes"
    page = manager.open(f"{path}?{urlencode({**LETTER, **changed})}")
    assert page.status_code == 422
    fault = page.text.partition(f'id="override-{at}-fault-1">')[2].partition("</span>")[0]
    assert said in fault


def test_a_target_is_shorter_for_a_time(world: Peopled, manager: Visit) -> None:
    account, contract = signed(world, "standard")
    case = opened(world.served.operator, account, severity="S1")
    query = f"what=uplift&feature=S1.acknowledge&amount=7&until={_YEAR}-03-31&reason=y"
    page = manager.open(f"/contracts/{contract}/changes?{query}").text
    assert f"/cases/{case['id']}" in page
    assert "Acknowledgement due" in page
    for odd in ("99999999", "1.5"):
        told = manager.open(f"/contracts/{contract}/changes?{query.replace('=7&', f'={odd}&')}")
        assert (told.status_code, "Minutes are whole, and at most 5,270,400." in told.text) == (
            422, True,
        )  # fmt: skip


def test_a_change_for_nothing_is_one(world: Peopled, manager: Visit) -> None:
    page = manager.open(f"/contracts/{world.contract}/changes?what=upgrade&tier=priority&fee=0")
    assert page.status_code == 200


def test_a_version_that_comes_between_is_read_first(world: Peopled, manager: Visit) -> None:
    _, contract = signed(world, "standard")
    asked = {"what": "upgrade", "tier": "priority"}
    path = f"/contracts/{contract}/changes"
    seen = hidden(manager.open(f"{path}?what=upgrade&tier=priority").text, "seen")
    occasion = world.opened.occasion()
    newer = desk_offer().model_copy(update={"version": date(2026, 12, 1)})
    world.opened.change(lambda records: publish_catalog(records, newer, occasion))
    assert "has changed since this was shown" in manager.send(path, **asked, seen=seen).text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("what=upgrade&tier=priority&fee=-3", "not a number from 0 on"),
        ("what=upgrade&tier=priority&fee=1.23456", "at most 4 decimals"),
        (
            f"what=uplift&feature=hours&amount=x&{_UNTIL}&reason=y",
            "not a number above 0",
        ),
        ("what=uplift&feature=hours&amount=3&until=2020-01-01&reason=y", "to come"),
        ("what=uplift&feature=hours&amount=3&until=soon&reason=y", "not a day"),
        (f"what=uplift&feature=nothing&amount=3&{_UNTIL}", "Say why"),
        (
            f"what=uplift&feature=S9.acknowledge&amount=3&{_UNTIL}&reason=y",
            "Choose what",
        ),
        ("what=gift", "Say what is to change"),
    ],
)
def test_a_change_that_cannot_be_is_told_at_its_field(
    world: Peopled, manager: Visit, query: str, said: str
) -> None:
    page = manager.open(f"/contracts/{world.contract}/changes?{query}")
    assert page.status_code == 422
    assert said in page.text


def test_only_who_may_change_a_contract_sees_the_page(world: Peopled) -> None:
    path = f"/contracts/{world.contract}/changes"
    assert world.visit(Role.agent).open(path).status_code == 403
    customer = world.visit(Role.customer_contact, world.pine)
    assert customer.open(path).status_code == 403
    assert "Change the plan" not in customer.open(f"/contracts/{world.contract}").text


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("fee", "meant"),
    [("1,250.50", "1250.5"), ("99.90", "99.9"), ("12,345,678", "12345678"), ("0", "0"),
     ("99,90", None), ("1,5", None), ("1.250,50", None), ("1,2500", None), ("1e3", None),
     ("-1", None)],
)  # fmt: skip
def test_a_comma_stands_between_groups_of_three_or_is_refused(fee: str, meant: str | None) -> None:
    if meant is not None:
        assert number_of(fee, "fee", places=4, may_be_zero=True) == Decimal(meant)
        return
    with pytest.raises(Invalid) as refused:
        number_of(fee, "fee", places=4, may_be_zero=True)
    assert "Write such as 10 or 1,250.50" in str(refused.value.faults[0].write_instead)


def test_a_decimal_comma_makes_no_fee_ten_times_as_high(world: Peopled, manager: Visit) -> None:
    _, contract = signed(world, "priority")
    page = manager.open(f"/contracts/{contract}/changes?what=downgrade&tier=standard&fee=99,90")
    assert page.status_code == 422
    assert "a point before the decimals" in page.text
    assert "What it would mean from" not in page.text
