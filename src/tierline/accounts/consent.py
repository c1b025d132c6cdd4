"""Consent: what may be done with personal data, by purpose, as a fold over what people said.

The ledger is append-only. What holds at an instant is the last statement that took effect by then;
with `known_at` as far as it was known then. `may_use` is the one function that whoever uses
personal data asks. Instants are microseconds since 1970 in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tierline.kernel.instants import format_micros


class Purpose(StrEnum):
    """What personal data is used for."""

    service = "service"
    """Doing what the contract promises: cases, notices of limits, outages and security."""
    product_analytics = "product_analytics"
    personalisation = "personalisation"
    """Prompts, offers and recommendations made from what somebody uses."""
    marketing = "marketing"


class Basis(StrEnum):
    """Why the use is lawful (GDPR, article 6)."""

    consent = "consent"
    contract = "contract"
    legitimate_interest = "legitimate_interest"
    legal_obligation = "legal_obligation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """One statement: given or withdrawn. `subject` is the account, or the contact of it who spoke;
    it takes effect `at`, and we know it since `recorded_at`."""

    id: str
    account: str
    subject: str
    purpose: Purpose
    is_given: bool
    basis: Basis
    notice_version: str
    """Of the text that was shown."""
    at: int
    recorded_at: int
    actor: str
    """The id of who entered it."""

    @property
    def verb(self) -> str:
        """`given` or `withdrawn`."""
        return "given" if self.is_given else "withdrawn"


class Ground(StrEnum):
    """Why a use is allowed or blocked."""

    contract = "contract"
    """The service itself rests on the contract: nobody has to agree to it."""
    given = "given"
    withdrawn = "withdrawn"
    withdrawn_by_account = "withdrawn_by_account"
    """The person may have agreed; their company has not."""
    never_given = "never_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether data may be used for a purpose at an instant; `event` is the statement that decided,
    None where there is none."""

    purpose: Purpose
    subject: str
    at: int
    is_allowed: bool
    ground: Ground
    event: ConsentEvent | None = None

    @property
    def sentence(self) -> str:
        """The answer for a person to read."""
        purpose = self.purpose.value.replace("_", " ")
        if self.event is None:
            if self.is_allowed:
                return f"Data may be used for the {purpose}: the contract needs it."
            return f"Data may not be used for {purpose}: nobody has agreed to it."
        since = format_micros(self.event.at)
        if self.is_allowed:
            return f"Data may be used for {purpose}: agreed to, with effect from {since}."
        who = " by the account" if self.ground is Ground.withdrawn_by_account else ""
        return f"Data may not be used for {purpose}: withdrawn{who}, with effect from {since}."


def may_use(
    events: Iterable[ConsentEvent],
    purpose: Purpose,
    at: int,
    *,
    account: str,
    contact: str | None = None,
    known_at: int | None = None,
) -> Verdict:
    """Whether an account's data (or one contact's) may be used for a purpose at an instant.

    `events` hold those of the account and of the contact. Who has withdrawn, account or person, is
    left alone; without a word of their own a person is treated as their account.
    """
    subject = contact or account
    if purpose is Purpose.service:
        return _verdict(purpose, subject, at, ground=Ground.contract)
    known = [
        event
        for event in events
        if event.account == account
        and event.purpose is purpose
        and (known_at is None or event.recorded_at <= known_at)
    ]
    of_account = _last([event for event in known if event.subject == account], at)
    own = of_account
    if contact is not None:
        own = _last([event for event in known if event.subject == contact], at) or of_account
        if of_account is not None and not of_account.is_given and own is not None and own.is_given:
            return _verdict(
                purpose, subject, at, ground=Ground.withdrawn_by_account, event=of_account
            )
    if own is None:
        return _verdict(purpose, subject, at, ground=Ground.never_given)
    if own.is_given:
        return _verdict(purpose, subject, at, ground=Ground.given, event=own)
    is_inherited = contact is not None and own.subject == account
    ground = Ground.withdrawn_by_account if is_inherited else Ground.withdrawn
    return _verdict(purpose, subject, at, ground=ground, event=own)


def state_of(
    events: Sequence[ConsentEvent],
    at: int,
    *,
    account: str,
    contact: str | None = None,
    known_at: int | None = None,
) -> dict[Purpose, Verdict]:
    """`may_use` of every purpose."""
    return {
        purpose: may_use(
            events, purpose, at, account=account, contact=contact, known_at=known_at
        )
        for purpose in Purpose
    }  # fmt: skip


def _last(events: Iterable[ConsentEvent], at: int) -> ConsentEvent | None:
    """The statement in effect; of two of one instant the one that was recorded last, and of two
    that were recorded at once the withdrawal."""

    def order(event: ConsentEvent) -> tuple[int, int, bool, str]:
        return event.at, event.recorded_at, not event.is_given, event.id

    return max((event for event in events if event.at <= at), key=order, default=None)


def _verdict(
    purpose: Purpose, subject: str, at: int, *, ground: Ground, event: ConsentEvent | None = None
) -> Verdict:
    return Verdict(
        purpose=purpose,
        subject=subject,
        at=at,
        is_allowed=ground in (Ground.contract, Ground.given),
        ground=ground,
        event=event,
    )
