"""Another plan for a contract, or more of something for a time: what it would mean stands there
before it is confirmed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.contract import Fee, Uplift
from tierline.accounts.effective import effective
from tierline.accounts.layers import all_keys, is_target
from tierline.actions import contracts as actions
from tierline.bootstrap.care import seen_contract
from tierline.bootstrap.contract_previews import preview_of
from tierline.calendars.local_time import resolve_local, zone_named
from tierline.catalog.clock_rules import Target
from tierline.catalog.difference_change import Direction
from tierline.catalog.statement import Period
from tierline.catalog.tier import Availability
from tierline.catalog.words import capitalised
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Conflict, Fault, Forbidden, Invalid, NotFound, TierlineError
from tierline.kernel.instants import from_micros, to_micros
from tierline.web.forms import refuse_longer, sent_with, told, typed_in
from tierline.web.layers import target_name
from tierline.web.milestone_names import MILESTONES
from tierline.web.shell import shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.accounts.contract import Contract
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.contract_previews import ContractPreview
    from tierline.catalog.catalog import Catalog
    from tierline.store.records import Reads, Records
    from tierline.web.shell import Visit
    from tierline.web.visits import Form

PATH = "/contracts/{contract}/changes"
_FIELDS = ("what", "tier", "fee", "feature", "amount", "until", "reason")
_PERMISSIONS = {
    "upgrade": Permission.sign_contracts,
    "downgrade": Permission.sign_contracts,
    "uplift": Permission.override_entitlements,
}
_DIRECTIONS = (
    (Direction.worse, "Worse", "breach", "×"),
    (Direction.changed, "Changed", "warn", "!"),
    (Direction.better, "Better", "ok", "✓"),
)
_REASON_CHARACTERS = 2_000
_LONGEST = timedelta(days=3_660)
_MOST_MINUTES = _LONGEST // timedelta(minutes=1)
_CASES_SHOWN = 50
_WRITTEN = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
"""A comma that is no group's, as in 99,90, is a decimal one: left out it multiplies the number."""


Change = actions.PlanOrder | Uplift


@shown_to(Permission.read_contracts)
def changes_page(visit: Visit) -> Response:
    """The forms; with `?what=` what such a change would mean."""
    typed = {name: visit.asked(name, _REASON_CHARACTERS) for name in _FIELDS}
    return _page(visit, typed)


@sent_with(Permission.read_contracts)
def change(visit: Visit, form: Form) -> Response:
    """Make a change of a contract that is as it was when its preview was read."""
    typed = typed_in(form, *_FIELDS, "seen")
    id_, occasion = visit.path_word("contract"), visit.application.occasion(visit.caller.id)
    try:
        permission = _permission(typed)

        def work(records: Records) -> None:
            found = seen_contract(records, id_, visit.caller, permission)
            newest = records.catalogs.get(found.plan_at(to_micros(visit.now)).catalog)
            if _seen(records, found, newest) != typed["seen"]:
                raise Conflict(
                    "The contract or its catalog has changed since this was shown. Read it again."
                )
            account = records.accounts.get(found.account)
            asked = _asked(typed, found, account, occasion)
            if isinstance(asked, Uplift):
                actions.grant_uplift(records, id_, asked, occasion)
            else:
                actions.change_plan_so(records, id_, asked, occasion)

        visit.application.change(work)
    except (Forbidden, NotFound):
        raise
    except TierlineError as error:
        return _page(visit, typed, told(error, "what"))
    return go(f"/contracts/{id_}")


def _page(visit: Visit, typed: dict[str, str], faults: tuple[Fault, ...] = ()) -> Response:
    id_, occasion = visit.path_word("contract"), visit.application.occasion(visit.caller.id)
    held = [each for each in dict.fromkeys(_PERMISSIONS.values()) if visit.caller.may(each)]
    visit.caller.require(held[0] if held else Permission.sign_contracts)

    def work(reads: Reads) -> dict[str, Any]:
        found = seen_contract(reads, id_, visit.caller, held[0])
        account = reads.accounts.get(found.account)
        plan = found.plan_at(to_micros(visit.now))
        catalog = reads.catalogs.get(plan.catalog, None)
        values = {
            "contract": found,
            "account": account,
            "plan": plan,
            "seen": _seen(reads, found, catalog),
            "tiers": _tiers(catalog, plan.tier),
            "features": sorted((key, _name(key)) for key in all_keys(found)),
            "preview": None,
            "faults": faults,
        }
        if typed["what"] and not faults:
            try:
                visit.caller.require(_permission(typed), found.account)
                asked = _asked(typed, found, account, occasion)
                preview = preview_of(visit.application, reads, id_, asked, occasion)
                values |= {"preview": _shown(preview, account)}
            except (Invalid, Conflict) as error:
                values["faults"] = told(error, "what")
        return values

    values = visit.application.read(work)
    return visit.page(
        "pages/plan_change.html",
        status=422 if values["faults"] else 200,
        typed=typed,
        path=PATH.format(contract=id_),
        may_sign=visit.caller.may(Permission.sign_contracts),
        may_lift=visit.caller.may(Permission.override_entitlements),
        **values,
    )


def _seen(reads: Reads | Records, contract: Contract, newest: Catalog) -> str:
    """What a preview is made of: the contract, and the newest version of its catalog."""
    return digest_of([reads.contracts.form_of(contract), newest.version.isoformat()])


def _permission(typed: dict[str, str]) -> Permission:
    if typed["what"] not in _PERMISSIONS:
        said = "Say what is to change."
        raise Invalid(said, [Fault("unknown_change", said, "what", "Choose one of the forms.")])
    return _PERMISSIONS[typed["what"]]


def _asked(
    typed: dict[str, str], contract: Contract, account: Account, occasion: Occasion
) -> Change:
    """What the fields ask for. Raises Invalid with every fault."""
    if typed["what"] == "uplift":
        return _uplift(typed, contract, account, occasion)
    fee = None
    if typed["fee"]:
        fee = Fee(amount=_number(typed["fee"], "fee", places=4, may_be_zero=True), per=Period.month)
    return actions.PlanOrder(typed["tier"], fee=fee, is_downgrade=typed["what"] == "downgrade")


def _uplift(
    typed: dict[str, str], contract: Contract, account: Account, occasion: Occasion
) -> Uplift:
    key, faults = typed["feature"], []
    if key not in all_keys(contract):
        faults.append(Fault("unknown_feature", "Choose what there is to be more of.", "feature"))
    if not typed["reason"]:
        faults.append(Fault("missing", "Say why.", "reason"))
    refuse_longer(typed, reason=_REASON_CHARACTERS)
    if faults:
        raise Invalid("The uplift cannot be granted so.", faults)
    start, amount = to_micros(occasion.now), _number(typed["amount"], "amount", places=6)
    taken = {each.id for each in contract.uplifts}
    number = next(n for n in range(1, len(taken) + 2) if f"uplift_{n}" not in taken)
    return Uplift(
        id=f"uplift_{number}",
        feature=key,
        reason=typed["reason"],
        start=start,
        end=_end_of(typed["until"], account, occasion),
        value=_target(contract, key, start, amount) if is_target(key) else None,
        units=None if is_target(key) else amount,
    )


def _target(contract: Contract, key: str, at: int, minutes: Decimal) -> Target:
    """The same target within so many minutes. Raises Invalid where nothing is promised there."""
    held = effective(contract, key, at).value
    if not isinstance(held, Target):
        said = "The contract has no such target that could be shorter."
        raise Invalid(said, [Fault("no_target", said, "feature")])
    if minutes != minutes.to_integral_value() or minutes > _MOST_MINUTES:
        said = f"Minutes are whole, and at most {_MOST_MINUTES:,}."
        raise Invalid(said, [Fault("not_whole", said, "amount")])
    stated = held.model_dump(mode="json", exclude_unset=True, exclude={"label", "absence"})
    return Target.model_validate({**stated, "within": f"PT{int(minutes)}M"})


def _end_of(stated: str, account: Account, occasion: Occasion) -> int:
    """The end of a day on the account's clock."""
    try:
        day = date.fromisoformat(stated) + timedelta(days=1)
        end = resolve_local(day, 0, zone_named(account.time_zone))
    except (ValueError, OverflowError):
        said = "This is not a day."
        raise Invalid(said, [Fault("not_a_day", said, "until", "Write 2026-03-31.")]) from None
    if not occasion.now < end < occasion.now + _LONGEST:
        said = "An uplift ends on a day that is to come, within ten years."
        raise Invalid(said, [Fault("not_ahead", said, "until")])
    return to_micros(end)


def _number(stated: str, name: str, *, places: int, may_be_zero: bool = False) -> Decimal:
    """A number with at most so many decimals. Raises Invalid."""
    number = Decimal(stated.replace(",", "")) if _WRITTEN.fullmatch(stated) else Decimal(-1)
    is_one = number > 0 or (may_be_zero and number == 0)
    if not is_one or number >= 10**12 or number != round(number, places):
        said = f"This is not a number {'from 0 on' if may_be_zero else 'above 0'}."
        instead = (
            f"Write such as 10 or 1,250.50, with at most {places} decimals: a point before the "
            "decimals, and commas between groups of three figures alone."
        )
        raise Invalid(said, [Fault("not_a_number", said, name, instead)])
    return number


def _tiers(catalog: Catalog, held: str) -> list[tuple[str, str]]:
    """What may be bought, without what is held."""
    return [
        (key, tier.name or key)
        for key, tier in catalog.tiers.items()
        if tier.availability in (Availability.sold, Availability.private) and key != held
    ]


def _name(key: str) -> str:
    return target_name(key) if is_target(key) else capitalised(key.replace("_", " "))


def _shown(preview: ContractPreview, account: Account) -> dict[str, Any]:
    zone = zone_named(account.time_zone)
    return {
        "at": preview.at.astimezone(zone),
        "groups": [
            {"title": title, "state": state, "mark": mark, "changes": changes}
            for direction, title, state, mark in _DIRECTIONS
            if (changes := [c for c in preview.difference.changes if c.direction is direction])
        ],
        "cases": [
            {
                "case": each.case,
                "clocks": [
                    {
                        "name": MILESTONES[clock.kind],
                        "before": clock.before and from_micros(clock.before).astimezone(zone),
                        "after": from_micros(clock.after).astimezone(zone),
                    }
                    for clock in each.clocks
                ],
            }
            for each in preview.cases[:_CASES_SHOWN]
        ],
        "more": max(0, len(preview.cases) - _CASES_SHOWN),
    }


ROUTES = [
    Route(PATH, changes_page, methods=["GET"]),
    Route(PATH, change, methods=["POST"]),
]
