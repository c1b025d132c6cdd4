"""What the forms beside a plan ask for: more of something for a time, or other terms for it."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.contract import AgreedDocument, ContractException, Override, Uplift
from tierline.accounts.effective import effective
from tierline.accounts.layers import all_keys, is_target
from tierline.calendars.local_time import resolve_local, zone_named
from tierline.catalog.clock_rules import Target
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import to_micros
from tierline.kernel.money import Money
from tierline.web.forms import refuse_longer

if TYPE_CHECKING:
    from collections.abc import Collection

    from tierline.accounts.account import Account
    from tierline.accounts.contract import Contract
    from tierline.actions.occasion import Occasion

TEXT_CHARACTERS = 2_000
_NAME_CHARACTERS = 200
_LONGEST = timedelta(days=3_660)
_MOST_MINUTES = _LONGEST // timedelta(minutes=1)
_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_WRITTEN = re.compile(r"([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
"""A comma that is no group's, as in 99,90, is a decimal one: left out it multiplies the number."""


def uplift_of(
    typed: dict[str, str], contract: Contract, account: Account, occasion: Occasion
) -> Uplift:
    """What the fields of an uplift ask for. Raises Invalid with every fault."""
    key = typed["feature"]
    refuse_longer(typed, reason=TEXT_CHARACTERS)
    _refuse(_faults(typed, contract, {"reason": "Say why."}))
    start, amount = to_micros(occasion.now), number_of(typed["amount"], "amount", places=6)
    return Uplift(
        id=_free("uplift", [each.id for each in contract.uplifts]),
        feature=key,
        reason=typed["reason"],
        start=start,
        end=_end_of(typed["until"], account, occasion),
        value=_target(contract, key, start, amount) if is_target(key) else None,
        units=None if is_target(key) else amount,
    )


def override_of(
    typed: dict[str, str], contract: Contract, account: Account, occasion: Occasion
) -> Override:
    """What the fields of an override ask for, from now on, with who lets it be, why, what it costs
    us and until when at the longest. Raises Invalid with every fault."""
    key = typed["feature"]
    refuse_longer(
        typed, reason=TEXT_CHARACTERS, owner=_NAME_CHARACTERS, approver=_NAME_CHARACTERS,
        link=TEXT_CHARACTERS,
    )  # fmt: skip
    faults = _faults(typed, contract, {"reason": "Say why.", "owner": "Say who answers for it."})
    if not typed["link"] and (typed["digest"] or typed["approver"]):
        faults.append(Fault("missing", "Say where the document lies.", "link"))
    if typed["digest"] and _DIGEST.fullmatch(typed["digest"]) is None:
        instead = "Write sha256: and the 64 figures and letters that sha256sum prints."
        faults.append(Fault("no_digest", "This is no digest.", "digest", instead))
    _refuse(faults)
    start, amount = to_micros(occasion.now), number_of(typed["amount"], "amount", places=6)
    cost = number_of(typed["cost"], "cost", places=2, may_be_zero=True)
    return Override(
        id=_free("override", [each.id for each in contract.overrides]),
        feature=key,
        start=start,
        value=_target(contract, key, start, amount) if is_target(key) else None,
        units=None if is_target(key) else amount,
        document=_document(typed),
        exception=ContractException(
            owner=typed["owner"],
            reason=typed["reason"],
            cost=Money.of(cost, contract.plan_at(start).currency),
            expires=_end_of(typed["until"], account, occasion),
        ),
    )


def _faults(typed: dict[str, str], contract: Contract, needed: dict[str, str]) -> list[Fault]:
    found = []
    if typed["feature"] not in all_keys(contract):
        found.append(Fault("unknown_feature", "Choose what there is to be more of.", "feature"))
    found += [Fault("missing", said, name) for name, said in needed.items() if not typed[name]]
    return found


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid("This cannot be agreed so.", faults)


def _free(kind: str, taken: Collection[str]) -> str:
    """The first id of its kind that the contract does not have."""
    return next(each for n in range(1, len(taken) + 2) if (each := f"{kind}_{n}") not in taken)


def _document(typed: dict[str, str]) -> AgreedDocument | None:
    if not typed["link"]:
        return None
    return AgreedDocument(
        link=typed["link"], digest=typed["digest"] or None, approver=typed["approver"] or None
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
        said = "It ends on a day that is to come, within ten years."
        raise Invalid(said, [Fault("not_ahead", said, "until")])
    return to_micros(end)


def number_of(stated: str, name: str, *, places: int, may_be_zero: bool = False) -> Decimal:
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
