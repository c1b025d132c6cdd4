"""What happens to accounts and contracts in the story: plain values, told to the product in the
order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tierline.accounts.consent import Purpose
from tierline.accounts.contact import ContactRole
from tierline.accounts.contract import AgreedDocument, PaymentState
from tierline.accounts.criticality import Part
from tierline.accounts.identity import SourceRecord
from tierline.accounts.prompts import Prompt
from tierline.catalog.catalog import Catalog
from tierline.catalog.term import Deliverable
from tierline.kernel.durations import Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class IsKnownAs:
    """Records of other systems stand for it. One that is no account yet becomes one by them."""

    records: tuple[SourceRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishes:
    """We publish a version of a catalog."""

    catalog: Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """A company becomes an account."""

    time_zone: str
    region: str
    segment: str
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """It signs a contract. `fee` is for a month, in whole units of the currency."""

    catalog: str
    version: str
    tier: str
    fee: Decimal
    anchor: datetime
    """Its periods are months of the calendar on its own clock."""
    end: datetime | None = None
    trial_tier: str | None = None
    trial_end: datetime | None = None
    add_ons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrades:
    """It moves to another tier at once. `fee` is for a month, in whole units of the currency."""

    tier: str
    version: str
    fee: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Adds:
    """It buys an add-on."""

    add_on: str
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetargetTo:
    """Another target: shorter, or on other hours; what is None stays as the plan has it."""

    within: Duration | None = None
    hours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excludes:
    """The feature is not given any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allows:
    """We let something be other than the plan says, with an owner, a reason, a cost and an end."""

    id: str
    feature: str
    owner: str
    reason: str
    cost: int
    expires: datetime
    to: RetargetTo | Excludes | Decimal
    """Units to add, where it is a number."""
    document: AgreedDocument | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifts:
    """More of something until a day: units, or a promise by date that the plan has not."""

    id: str
    feature: str
    reason: str
    end: datetime
    to: Decimal | Deliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pays:
    """How it stands with its invoices from now on."""

    state: PaymentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """Its contract ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joins:
    """Somebody becomes a contact; `person` is a name that is theirs alone at the account."""

    person: str
    role: ContactRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaces:
    """`person` goes, and `by` comes into the same role."""

    person: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agrees:
    """The account agrees to a use of its data, on a version of the notice."""

    purpose: Purpose
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraws:
    """The account takes it back."""

    purpose: Purpose
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldSee:
    """We would show or send something, and ask whether we may."""

    prompt: Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Assesses:
    """An account manager records how much depends on us."""

    values: tuple[tuple[Part, str], ...]


ContractDeed = Publishes | Opens | Signs | Upgrades | Adds | Allows | Lifts | Pays | Leaves
IdentityDeed = IsKnownAs
PeopleDeed = Joins | Replaces | Agrees | Withdraws | WouldSee | Assesses
Deed = ContractDeed | IdentityDeed | PeopleDeed


@dataclass(frozen=True, slots=True)
class Happening:
    """`who` is the name of a customer; for a publication the name of the catalog, for a record of
    nobody we know the name that it has there."""

    at: datetime
    who: str
    deed: Deed
