"""Prices of a support plan: a share of spend with a floor, an amount per something, or words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tierline.connectors.facts import Form
from tierline.connectors.reading import mapping, number, plain, sequence

if TYPE_CHECKING:
    from tierline.connectors.facts import Path
    from tierline.connectors.support_plan.draft import Draft

_BUNDLED = re.compile(r"(?:bundled with|included in) (.+)")
_CURRENCIES = r"usd|eur|gbp|chf"
_AMOUNT = re.compile(rf"(?:(?P<label>.+)_)?(?P<currency>{_CURRENCIES})(?P<rest>(?:_.+)?)")
_PERIODS = {"month": "month", "monthly": "month", "year": "year", "annual": "year", "day": "day"}
_SHARE = re.compile(r"percent of (?P<what>.+?)(?: for the (?P<per>year|quarter|month))?")
_SHARE_OR_MINIMUM = re.compile(r"max\(percent of (?P<what>.+), (?:(?P<per>annual) )?minimum\)")
_ESTIMATE = re.compile(
    r"previous (\d+) months(; run-rate if less)?(?:; last (\d+) to (\d+) months if very different)?"
)


def add_price(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """The price of a tier or add-on. `null` is no price that anybody has seen."""
    if value is None:
        draft.facts.carry(source, holder)
        return
    if isinstance(value, dict):
        _stated(draft, source, value, holder)
        return
    phrase = draft.words(source, value)
    bundled = _BUNDLED.fullmatch(phrase)
    if bundled:
        draft.holder(holder)["price"] = {"model": "bundled", "included_in": bundled[1]}
    else:
        draft.holder(holder)["price"] = {"model": "quoted", "says": phrase}
    draft.facts.carry(source, (*holder, "price"))


def _stated(draft: Draft, source: Path, stated: dict[str, Any], holder: Path) -> None:
    place = (*holder, "price")
    if "rule" in stated:
        _share_of_spend(draft, source, stated, place)
        return
    for field, value in stated.items():
        path = (*source, field)
        if field in ("annual", "monthly") and isinstance(value, str):
            per = _PERIODS.get(field, "year")
            made = {"model": "quoted", "says": value, "per": per}
            draft.holder(holder)["price"] = made
            draft.facts.carry(path, (*place, "says"), (*place, "per"))
        elif field == "amount":
            amount = plain(number(draft.facts, path, value))
            draft.holder(holder)["price"] = {"model": "flat", "amount": amount}
            draft.facts.carry(path, (*place, "amount"))
        else:
            _named_amount(draft, path, value, holder)


def _share_of_spend(draft: Draft, source: Path, stated: dict[str, Any], place: Path) -> None:
    """`rule: max`: the greater of a floor and a bracketed percentage."""
    if stated["rule"] != "max":
        message = f"'{stated['rule']}' is not a rule of this format."
        draft.facts.fault((*source, "rule"), "unknown_value", message, "Write 'max'.")
    price: dict[str, Any] = {"model": "percent_of_spend", "brackets": []}
    draft.facts.carry((*source, "rule"), (*place, "model"))
    for field, value in stated.items():
        path = (*source, field)
        if field.startswith("minimum_"):
            price["minimum"] = plain(number(draft.facts, path, value))
            price["per"] = _period_in(field) or "month"
            draft.facts.carry(path, (*place, "minimum"))
        elif field.startswith("percent_of_"):
            price["spend"] = field.removeprefix("percent_of_").replace("_", " ")
            _brackets(draft, path, value, (place, price))
    draft.holder(place[:-1])["price"] = price


def _brackets(draft: Draft, source: Path, value: object, made: tuple[Path, dict[str, Any]]) -> None:
    place, price = made
    if not isinstance(value, list):
        price["brackets"] = [{"percent": plain(number(draft.facts, source, value))}]
        draft.facts.carry(source, (*place, "brackets", 0, "percent"))
        return
    reached: object = 0
    for index, row in enumerate(sequence(draft.facts, source, value)):
        path, target = (*source, index), (*place, "brackets", index)
        band = mapping(draft.facts, path, row)
        bracket = {"percent": plain(number(draft.facts, (*path, "percent"), band.get("percent")))}
        draft.facts.carry((*path, "percent"), (*target, "percent"))
        if band.get("from", 0) != reached:
            message = f"This band begins at {band.get('from')}, the one before ends at {reached}."
            advice = "Let each band begin where the last one ends."
            draft.facts.fault((*path, "from"), "bands_apart", message, advice)
        begins = (*place, "brackets", index - 1, "up_to") if index else (*target, "percent")
        draft.facts.carry((*path, "from"), begins)
        if band.get("to") is not None:
            bracket["up_to"] = plain(number(draft.facts, (*path, "to"), band["to"]))
            draft.facts.carry((*path, "to"), (*target, "up_to"))
        reached = band.get("to")
        price["brackets"].append(bracket)


def _named_amount(draft: Draft, source: Path, value: object, holder: Path) -> None:
    """`usd_month: 10000`, `usd_per_3_named_contacts: 39500`, `older_copy_usd: 35000`."""
    found = _AMOUNT.fullmatch(str(source[-1]))
    if found is None:
        return
    tier = draft.holder(holder)
    amount = plain(number(draft.facts, source, value))
    label = (found["label"] or "").replace("_", " ")
    if label.startswith("older") and "price" in tier:
        former = tier.setdefault("former_prices", [])
        former.append(tier["price"] | {"amount": amount})
        draft.facts.carry(source, (*holder, "former_prices", len(former) - 1, "amount"))
        return
    tier["price"] = _price_per(found["rest"], amount, label)
    draft.facts.carry(source, (*holder, "price"))


def _price_per(rest: str, amount: object, label: str) -> dict[str, Any]:
    period = _period_in(rest)
    words = [word for word in rest.strip("_").split("_") if word and word not in _PERIODS]
    unit = " ".join(words[1:] if words[:1] == ["per"] else words)
    if not unit:
        return {"model": "flat", "amount": amount, "per": period or "month"}
    unit = f"{unit} ({label})" if label else unit
    price = {"model": "per_unit", "amount": amount, "unit": unit, "per": period or "year"}
    return price if period else price | {"per_is_assumed": True}


def _period_in(name: str) -> str | None:
    return next((_PERIODS[word] for word in name.split("_") if word in _PERIODS), None)


def add_price_for_all(draft: Draft, source: Path, value: object) -> None:
    """A price rule above the tiers holds for every tier that states no price of its own."""
    stated = mapping(draft.facts, source, value)
    price: dict[str, Any] = {"model": "quoted"}
    holders = [
        ("tiers", key) for key, tier in draft.catalog["tiers"].items() if "price" not in tier
    ]
    for field, said in stated.items():
        words = draft.words((*source, field), said)
        where = _quoted_part(price, field, words)
        form = Form.text if where[0] == "basis" else Form.typed
        draft.facts.carry((*source, field), *((*h, "price", *where) for h in holders), form=form)
    for holder in holders:
        draft.holder(holder)["price"] = price


def _quoted_part(price: dict[str, Any], field: str, words: str) -> Path:
    """Write one line of a price rule; the path inside the price."""
    share = _SHARE.fullmatch(words) or _SHARE_OR_MINIMUM.fullmatch(words)
    estimate = _ESTIMATE.fullmatch(words)
    if share:
        shares = price.setdefault("shares", [])
        per = {"annual": "year"}.get(share["per"], share["per"])
        made = {"billing": field.replace("_", " "), "percent_of": share["what"]}
        made |= {"per": per} if per else {}
        made |= {"has_minimum": True} if words.startswith("max(") else {}
        shares.append(made)
        return ("shares", len(shares) - 1)
    if estimate:
        price["estimate"] = {"months": int(estimate[1])}
        if estimate[2]:
            price["estimate"]["if_shorter"] = "run_rate"
        if estimate[3]:
            price["estimate"]["if_changed_months"] = [int(estimate[3]), int(estimate[4])]
        return ("estimate",)
    before = f"{price['basis']}; " if "basis" in price else ""
    price["basis"] = f"{before}{field.replace('_', ' ')}: {words}"
    return ("basis",)
