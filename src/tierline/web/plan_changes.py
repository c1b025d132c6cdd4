"""Another plan for a contract, more of something for a time, or something on other terms: what it
would mean stands there before it is confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.contract import Fee, Override, Uplift
from tierline.accounts.layers import all_keys, is_target
from tierline.actions import contracts as actions
from tierline.bootstrap.care import seen_contract
from tierline.bootstrap.contract_previews import preview_of
from tierline.calendars.local_time import zone_named
from tierline.catalog.difference_change import Direction
from tierline.catalog.statement import Period
from tierline.catalog.tier import Availability
from tierline.catalog.words import capitalised
from tierline.catalog.words_clock import MILESTONE_NAMES
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Conflict, Fault, Forbidden, Invalid, NotFound, TierlineError
from tierline.kernel.instants import from_micros, to_micros
from tierline.web.agreed_changes import TEXT_CHARACTERS, number_of, override_of, uplift_of
from tierline.web.forms import sent_with, told, typed_in
from tierline.web.layers import target_name
from tierline.web.shell import shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from collections.abc import Mapping

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
_FIELDS = (
    "what", "tier", "fee", "feature", "amount", "until", "reason", "owner", "cost", "link",
    "digest", "approver",
)  # fmt: skip
_OVERRIDE = "override"
_PERMISSIONS = {
    "upgrade": Permission.sign_contracts,
    "downgrade": Permission.sign_contracts,
    "uplift": Permission.override_entitlements,
    _OVERRIDE: Permission.override_entitlements,
}
_DIRECTIONS = (
    (Direction.worse, "Worse", "breach", "×"),
    (Direction.changed, "Changed", "warn", "!"),
    (Direction.better, "Better", "ok", "✓"),
)
_CASES_SHOWN = 50


Change = actions.PlanOrder | Uplift | Override


@shown_to(Permission.read_contracts)
def changes_page(visit: Visit) -> Response:
    """The forms; with `?what=` what such a change would mean."""
    typed = {name: visit.asked(name, TEXT_CHARACTERS) for name in _FIELDS}
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
            elif isinstance(asked, Override):
                actions.grant_override(records, id_, asked, occasion)
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
            "features": _changeable(found),
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
    if typed["what"] == _OVERRIDE:
        values["faults"] = tuple(_in_form(each) for each in values["faults"])
    return visit.page(
        "pages/plan_change.html",
        status=422 if values["faults"] else 200,
        typed=typed,
        kept=_FIELDS,
        override=_in_its_form(visit, typed),
        path=PATH.format(contract=id_),
        may_sign=visit.caller.may(Permission.sign_contracts),
        may_lift=visit.caller.may(Permission.override_entitlements),
        **values,
    )


def _in_its_form(visit: Visit, typed: dict[str, str]) -> dict[str, str]:
    """What stands in the form of overrides: what was typed there, else what is usual."""
    if typed["what"] == _OVERRIDE:
        return typed
    user = visit.visitor.user
    return dict.fromkeys(_FIELDS, "") | {"owner": user.name if user else "", "cost": "0"}


def _in_form(fault: Fault) -> Fault:
    """A fault at the field of the form of overrides, which asks for the same as that of uplifts."""
    is_field = fault.path in _FIELDS and fault.path != "what"
    return replace(fault, path=f"{_OVERRIDE}-{fault.path}") if is_field else fault


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
        return uplift_of(typed, contract, account, occasion)
    if typed["what"] == _OVERRIDE:
        return override_of(typed, contract, account, occasion)
    fee = None
    if typed["fee"]:
        fee = Fee(
            amount=number_of(typed["fee"], "fee", places=4, may_be_zero=True), per=Period.month
        )
    return actions.PlanOrder(typed["tier"], fee=fee, is_downgrade=typed["what"] == "downgrade")


def _tiers(catalog: Catalog, held: str) -> list[tuple[str, str]]:
    """What may be bought, without what is held."""
    return [
        (key, tier.name or key)
        for key, tier in catalog.tiers.items()
        if tier.availability in (Availability.sold, Availability.private) and key != held
    ]


def _changeable(contract: Contract) -> list[tuple[str, str]]:
    """What may be agreed otherwise, by the name that the newest plan has for it."""
    names = {key: each.name for plan in contract.plans for key, each in plan.terms.features.items()}
    found = ((key, _name(key, names)) for key in all_keys(contract))
    return sorted(found, key=lambda each: each[1].casefold())


def _name(key: str, names: Mapping[str, str]) -> str:
    if is_target(key):
        return target_name(key)
    return names.get(key) or capitalised(key.replace("_", " "))


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
                        "name": MILESTONE_NAMES[clock.kind],
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
