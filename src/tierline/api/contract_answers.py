"""What is read of contracts, and what may be agreed, over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from tierline.accounts.contract import AgreedDocument, Fee, PaymentState, Uplift
from tierline.actions import contracts as actions
from tierline.api.answers import (
    AccountId,
    Feature,
    Id,
    NotRequired,
    TypedDict,
    instant,
    open_form,
    said,
    word_of,
)
from tierline.api.inputs import Body, Instant, Word
from tierline.catalog.clock_rules import Target
from tierline.catalog.statement import Amount, Period
from tierline.catalog.term import Term
from tierline.kernel.instants import to_micros

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Units = Annotated[Decimal, Field(gt=0, max_digits=24, decimal_places=6, allow_inf_nan=False)]
LONGEST_GRACE_DAYS = 3_660


@open_form
class FeeAnswer(TypedDict):
    """An agreed fee."""

    amount: Annotated[str, said("In whole units of the catalog's currency.")]
    per: Annotated[str, word_of(Period, "The period that it is for.")]


@open_form
class PlanPhaseAnswer(TypedDict):
    """A plan, from an instant on."""

    terms: Annotated[str, said("The digest of the terms that were signed.")]
    start: Annotated[str, instant("Its first instant.")]
    fee: NotRequired[Annotated[FeeAnswer | None, said("Its own fee; absent: the contract's.")]]


@open_form
class TrialAnswer(TypedDict):
    """Another tier on trial."""

    id: Annotated[str, said("Its id within the contract.")]
    terms: Annotated[str, said("The digest of the terms of that tier.")]
    start: Annotated[str, instant("Its first instant.")]
    end: Annotated[str, instant("The first instant that is no longer in it.")]


@open_form
class HeldAddOnAnswer(TypedDict):
    """An add-on that is held."""

    id: Annotated[str, said("Its id within the contract.")]
    terms: Annotated[str, said("The digest of its terms.")]
    count: Annotated[int, said("How often it is held.")]
    start: Annotated[str, instant("Its first instant.")]
    end: Annotated[str | None, instant("The first instant that is no longer in it.")]


@open_form
class MoneyAnswer(TypedDict):
    """An amount of money."""

    minor: Annotated[int, said("In the smallest unit of the currency: cents.")]
    currency: Annotated[str, said("Its code: `EUR`.")]


@open_form
class ContractExceptionAnswer(TypedDict):
    """Who lets an override be, and why."""

    owner: Annotated[str, said("Who answers for it.")]
    reason: Annotated[str, said("Why it was granted.")]
    cost: Annotated[MoneyAnswer, said("What it costs us.")]
    expires: Annotated[str, instant("Until when at the longest.")]


@open_form
class DocumentAnswer(TypedDict):
    """Where it is written down what was agreed."""

    link: Annotated[str, said("Where it lies.")]
    digest: NotRequired[Annotated[str, said("Of what lies there: `sha256:...`.")]]
    approver: NotRequired[Annotated[str, said("Who approved it for us; for the vendor's people.")]]


class WrittenDownAnswer(TypedDict):
    """The same of a row of a report."""

    document: Annotated[str | None, said("Where it is written down.")]
    document_digest: Annotated[str | None, said("Of what lies there: `sha256:...`.")]
    approver: Annotated[str | None, said("Who approved it for us.")]


def written_down(document: AgreedDocument | None) -> WrittenDownAnswer:
    """Where it is written down, if it is."""
    return {
        "document": document.link if document else None,
        "document_digest": document.digest if document else None,
        "approver": document.approver if document else None,
    }


@open_form
class AgreedAnswer(TypedDict):
    """A feature or target on other terms."""

    id: Annotated[str, said("Its id within the contract.")]
    feature: Feature
    value: Annotated[
        dict[str, Any] | None, said("The term or target in its place; null: more units of it.")
    ]
    units: Annotated[str | None, said("How many units more.")]
    start: Annotated[str, instant("Its first instant.")]
    end: Annotated[str | None, instant("The first instant that is no longer in it.")]
    document: NotRequired[Annotated[DocumentAnswer, said("Where it is written down.")]]


class OverrideAnswer(AgreedAnswer):
    """An override."""

    exception: NotRequired[
        Annotated[
            ContractExceptionAnswer, said("Who lets it be, and why; for the vendor's people.")
        ]
    ]


class UpliftAnswer(AgreedAnswer):
    """An uplift, which ends by itself."""

    reason: Annotated[str, said("Why it was granted.")]


@open_form
class PaymentAnswer(TypedDict):
    """How the account stands with its invoices, from an instant on."""

    state: Annotated[str, word_of(PaymentState, "How it stands.")]
    at: Annotated[str, instant("From when on.")]


@open_form
class ContractAnswer(TypedDict):
    """A contract: what was signed, and all that was agreed since."""

    id: Id
    account: AccountId
    start: Annotated[str, instant("Its first instant.")]
    end: Annotated[str | None, instant("The first instant that is no longer in it.")]
    grace_us: Annotated[int, said("How long it is served after its end, in microseconds.")]
    time_zone: Annotated[str, said("Of its periods: `Europe/Rome`.")]
    anchor: Annotated[str | None, instant("What its periods are counted from; null: its start.")]
    fee: Annotated[FeeAnswer | None, said("The agreed fee.")]
    plans: Annotated[list[PlanPhaseAnswer], said("One after another.")]
    trials: Annotated[list[TrialAnswer], said("Tiers on trial.")]
    add_ons: Annotated[list[HeldAddOnAnswer], said("Add-ons that are or were held.")]
    overrides: Annotated[list[OverrideAnswer], said("Features and targets on other terms.")]
    uplifts: Annotated[list[UpliftAnswer], said("More of a feature, for a time.")]
    payments: Annotated[list[PaymentAnswer], said("How it stood with its invoices.")]


class AddOnBody(Body):
    """An add-on, held `count` times; from the contract's start, or from now, where no start is
    stated."""

    add_on: Word
    count: Count = 1
    start: Instant | None = None
    end: Instant | None = None

    def order(self) -> actions.AddOnOrder:
        """The same for the action."""
        return actions.AddOnOrder(
            add_on=self.add_on, count=self.count, start=self.start, end=self.end
        )


class FeeBody(Body):
    """The agreed fee, in whole units of the catalog's currency."""

    amount: Amount
    per: Period = Period.month

    def agreed(self) -> Fee:
        """The same for the action."""
        return Fee(amount=self.amount, per=self.per)


class ContractBody(Body):
    """What is signed. The newest version of the catalog, where none is named."""

    account: Word
    catalog: Word
    tier: Word
    start: Instant
    version: Word | None = None
    end: Instant | None = None
    grace_days: Annotated[int, Field(ge=0, le=LONGEST_GRACE_DAYS)] = 0
    anchor: Instant | None = None
    fee: FeeBody | None = None
    add_ons: Annotated[tuple[AddOnBody, ...], Field(max_length=100)] = ()
    trial_tier: Word | None = None
    trial_end: Instant | None = None


class PlanBody(Body):
    """Another plan: from `at` (now) on, or with `is_downgrade` from the end of the period. For
    `fee`, or for what is paid already."""

    tier: Word
    at: Instant | None = None
    catalog: Word | None = None
    version: Word | None = None
    fee: FeeBody | None = None
    is_downgrade: bool = False


class ExceptionBody(Body):
    """Who lets it be, why, what it costs us, and until when at the longest."""

    owner: Word
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    cost: Amount
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "USD"
    expires: Instant


class DocumentBody(Body):
    """Where it is written down what was agreed: a link, the digest of what lies there (`sha256:`
    and what `sha256sum` prints), and who approved it for us."""

    link: Annotated[str, Field(min_length=1, max_length=2_000)]
    digest: Annotated[str, Field(pattern="^sha256:[0-9a-f]{64}$")] | None = None
    approver: Word | None = None

    def agreed(self) -> AgreedDocument:
        """The same for the action."""
        return AgreedDocument(link=self.link, digest=self.digest, approver=self.approver)


class OverrideBody(Body):
    """A feature or target on other terms: a `value` that replaces it, or `units` more of it."""

    id: Word
    feature: Word
    start: Instant
    end: Instant | None = None
    term: Term | None = None
    target: Target | None = None
    units: Units | None = None
    exception: ExceptionBody
    document: DocumentBody | None = None


class UpliftBody(Body):
    """More of a feature for a time that ends by itself."""

    id: Word
    feature: Word
    reason: Annotated[str, Field(min_length=1, max_length=2_000)]
    start: Instant
    end: Instant
    term: Term | None = None
    target: Target | None = None
    units: Units | None = None
    document: DocumentBody | None = None

    def uplift(self) -> Uplift:
        """The same for the action."""
        return Uplift(
            id=self.id,
            feature=self.feature,
            reason=self.reason,
            start=to_micros(self.start),
            end=to_micros(self.end),
            value=self.term or self.target,
            units=self.units,
            document=None if self.document is None else self.document.agreed(),
        )


class PaymentBody(Body):
    """How the account stands with its invoices from `at` (now) on."""

    state: PaymentState
    at: Instant | None = None


class EndBody(Body):
    """The first instant that is no longer in the contract."""

    at: Instant
