"""A contract: what one account signed, from when to when, and everything agreed beside the plan.

Instants are microseconds since 1970 in UTC; every stretch of time is half-open, [start, end).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.kernel.errors import Fault, Invalid

if TYPE_CHECKING:
    from tierline.accounts.signed_terms import SignedAddOn, SignedTerms
    from tierline.catalog.clock_rules import Target
    from tierline.catalog.statement import Period
    from tierline.catalog.term import Term
    from tierline.kernel.money import Money


_DIGEST = re.compile("sha256:[0-9a-f]{64}")


class PaymentState(StrEnum):
    """How the account stands with its invoices."""

    paid = "paid"
    past_due = "past_due"
    """What is included is served; nothing more is given on credit."""
    suspended = "suspended"
    """Only the safety floor is served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What is agreed to be paid for the plan, in the currency of its terms; a cap may be a
    percentage of it."""

    amount: Decimal
    per: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPhase:
    """The plan from `start` until the next phase or the end of the contract. `fee` is what is paid
    for it; None where it stays what it was before."""

    terms: SignedTerms
    start: int
    fee: Fee | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Another tier's terms, tried for a time."""

    id: str
    terms: SignedTerms
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAddOn:
    """An add-on that the account holds `count` times. No `end`: as long as the contract."""

    id: str
    add_on: SignedAddOn
    start: int
    end: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedDocument:
    """Where it is written down what was agreed, and who approved it for us. By its digest anybody
    sees whether what lies there is what was signed."""

    link: str
    digest: str | None = None
    approver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractException:
    """Who let an override be, why, what it costs us, and until when at the longest."""

    owner: str
    reason: str
    cost: Money
    expires: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A feature on other terms than the plan's: a `value` that replaces it or `units` more of it.

    `feature` may be a target as well (`S1.acknowledge`)."""

    id: str
    feature: str
    exception: ContractException
    start: int
    end: int | None = None
    value: Term | Target | None = None
    units: Decimal | None = None
    document: AgreedDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplift:
    """More for a time; it ends by itself."""

    id: str
    feature: str
    reason: str
    start: int
    end: int
    value: Term | Target | None = None
    units: Decimal | None = None
    document: AgreedDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChange:
    """From `at` on the account stands so."""

    state: PaymentState
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One signed term. Its plans, add-ons and overrides hold resolved values, never references.

    `grace_us` is how long after `end` it is still honoured; `anchor` is where periods are counted
    from (the start, where absent), on the wall clock of `time_zone`; `fee` is what was signed, and
    a later plan may have another one.
    """

    id: str
    account: str
    plans: tuple[PlanPhase, ...]
    start: int
    end: int | None = None
    grace_us: int = 0
    trials: tuple[Trial, ...] = ()
    add_ons: tuple[HeldAddOn, ...] = ()
    overrides: tuple[Override, ...] = ()
    uplifts: tuple[Uplift, ...] = ()
    payments: tuple[PaymentChange, ...] = ()
    fee: Fee | None = None
    anchor: int | None = None
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        """Raise Invalid with every fault."""
        zone_named(self.time_zone)
        faults = [*_plan_faults(self), *_stretch_faults(self), *_change_faults(self)]
        if faults:
            noun = "fault" if len(faults) == 1 else "faults"
            message = f"Contract {self.id} cannot stand: {len(faults)} {noun}."
            raise Invalid(message, faults, code="bad_contract")

    def honoured_until(self) -> int | None:
        """The end with its grace; None where it is open-ended."""
        return None if self.end is None else self.end + self.grace_us

    def plan_at(self, at: int) -> SignedTerms:
        """The plan in force; the first one before the start."""
        in_force = self.plans[0]
        for phase in self.plans:
            if phase.start <= at:
                in_force = phase
        return in_force.terms

    def fee_at(self, at: int) -> Fee | None:
        """What is paid for the plan in force; None where nothing but the catalog says."""
        fee = self.fee
        for phase in self.plans:
            if phase.start <= at and phase.fee is not None:
                fee = phase.fee
        return fee

    def payment_at(self, at: int) -> PaymentState:
        """`paid` until a change says otherwise; of two at one instant the later listed holds."""
        state = PaymentState.paid
        for change in sorted(self.payments, key=lambda each: each.at):
            if change.at <= at:
                state = change.state
        return state

    def period_anchor(self) -> int:
        """The instant that periods are counted from."""
        return self.start if self.anchor is None else self.anchor


def _plan_faults(contract: Contract) -> Iterator[Fault]:
    starts = [phase.start for phase in contract.plans]
    if not starts or starts[0] != contract.start:
        yield Fault(
            "no_plan",
            "The contract has no plan on its first day.",
            "plans",
            "Begin with a plan that starts when the contract does.",
        )
    if any(later <= earlier for earlier, later in pairwise(starts)):
        yield Fault("plans_out_of_order", "The plans do not start one after the other.", "plans")
    if contract.grace_us < 0:
        yield Fault("negative_grace", "The grace is negative.", "grace_us", "Write 0 for none.")


def _stretch_faults(contract: Contract) -> Iterator[Fault]:
    stretches: list[tuple[str, int, int | None]] = [("", contract.start, contract.end)]
    for name, parts in (
        ("trials", contract.trials),
        ("add_ons", contract.add_ons),
        ("overrides", contract.overrides),
        ("uplifts", contract.uplifts),
    ):
        stretches += [(f"{name}.{each.id}", each.start, each.end) for each in parts]
    for path, start, end in stretches:
        if end is not None and end <= start:
            yield Fault("ends_before_it_starts", "It ends before it starts.", path)


def _change_faults(contract: Contract) -> Iterator[Fault]:
    for held in contract.add_ons:
        if held.count < 1:
            yield Fault("bad_count", "An add-on is held at least once.", f"add_ons.{held.id}")
    changes: list[Override | Uplift] = [*contract.overrides, *contract.uplifts]
    for change in changes:
        path = f"{'overrides' if isinstance(change, Override) else 'uplifts'}.{change.id}"
        if (change.value is None) == (change.units is None):
            yield Fault(
                "value_or_units",
                f"The change to '{change.feature}' must state either a value or units.",
                path,
                "State 'value' to replace what the plan gives, or 'units' to add to it.",
            )
        if change.units is not None and change.units <= 0:
            yield Fault("bad_units", "Units that are added are more than 0.", path)
        if change.document is not None:
            yield from _document_faults(change.document, f"{path}.document")
    for override in contract.overrides:
        yield from _exception_faults(override)


def _document_faults(document: AgreedDocument, path: str) -> Iterator[Fault]:
    if not document.link.strip():
        yield Fault("no_link", "The document has no place where it lies.", f"{path}.link")
    if document.digest is not None and not _DIGEST.fullmatch(document.digest):
        yield Fault(
            "bad_digest",
            "The digest of the document is none.",
            f"{path}.digest",
            "Write sha256: and 64 hexadecimal digits, as sha256sum prints them.",
        )


def _exception_faults(override: Override) -> Iterator[Fault]:
    path, exception = f"overrides.{override.id}.exception", override.exception
    for name in ("owner", "reason"):
        if not getattr(exception, name).strip():
            yield Fault("unexplained", f"The exception names no {name}.", f"{path}.{name}")
    if exception.cost.minor < 0:
        yield Fault("negative_cost", "What an exception costs is at least 0.", f"{path}.cost")
    if exception.expires <= override.start:
        yield Fault("expired", "The exception expires before the override starts.", path)
