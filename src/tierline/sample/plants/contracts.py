"""Plants in contracts: what was agreed beside the grid, and what is paid and not given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from tierline.accounts.contract import AgreedDocument
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.durations import Duration
from tierline.sample.customers import at_noon
from tierline.sample.happenings import Adds, Allows, Excludes, Lifts, RetargetTo

if TYPE_CHECKING:
    from tierline.sample.company import Company

_SEVERE = tuple(
    f"S1.{kind}" for kind in ("acknowledge", "periodic_update", "restore", "resolution")
)
LAUNCH_DAYS = 21
_FAR = datetime(2026, 12, 31, tzinfo=UTC)


def decoys(company: Company) -> None:
    """Companies that look odd and are not; two of them with an exception that is in order."""
    company.decoy("Evergreen Labs", "writes no cases, and uses what it bought")
    company.decoy("Quill Analytics", "uses much, inside of the overage that it pays for")
    company.decoy("Ostrava Glass", "has more contacts by an exception that was traded and paid")
    company.decoy("Pemberton Rail", "traded its reviews for a budget of goodwill")
    company.decoy("Holloway Steel", "used twice as much for its launch, inside of an uplift")
    traded = Allows(
        id="traded_contacts",
        feature="named_contacts",
        owner="Head of sales",
        reason="Traded for a reference and a second year",
        cost=1200,
        expires=_FAR,
        to=Decimal(2),
    )
    goodwill = Allows(
        id="reviews_for_goodwill",
        feature="architecture_review",
        owner="Head of support",
        reason="Its reviews were traded for a budget of goodwill",
        cost=0,
        expires=_FAR,
        to=Excludes(),
    )
    company.tell(
        at_noon(company.cast.day("Ostrava Glass", date(2025, 3, 3))), "Ostrava Glass", traded
    )
    company.tell(at_noon(date(2025, 1, 15)), "Pemberton Rail", goodwill)


def promise_in_words_alone(company: Company) -> None:
    """F25: the reason of an exception speaks of an SLA, and nobody made it a row."""
    spoken_of = Allows(
        id="further_contact",
        feature="named_contacts",
        owner="Account manager",
        reason="Asked in a call for an SLA of 15 minutes on severity 1, and took one contact more",
        cost=600,
        expires=_FAR,
        to=Decimal(1),
    )
    day = company.cast.day("Union Forge", date(2025, 4, 22))
    company.tell(at_noon(day), "Union Forge", spoken_of)
    company.plant(
        "F25",
        "promise_mentions",
        company.cast.name("Union Forge"),
        {"said": "SLA", "where": "contract"},
    )


def side_letter(company: Company) -> None:
    """F25: a bank has a quarter of an hour in writing where its plan says an hour."""
    part = "Orchard Bank"
    start = company.cast.day(part, date(2025, 2, 10))
    letter = Allows(
        id="side_letter",
        feature="S1.acknowledge",
        owner="Regional sales lead",
        reason="Side letter of the bank's own risk office",
        cost=6000,
        expires=_FAR,
        to=RetargetTo(within=Duration(0, 900)),
        document=AgreedDocument(
            link="https://documents.halyard.example/side-letters/orchard-bank-2025-02-10.pdf",
            digest=digest_of_bytes(b"Side letter of Orchard Bank, 10 February 2025"),
            approver="Head of support",
        ),
    )
    company.tell(at_noon(start), part, letter)
    company.plant(
        "F25",
        "side_letters",
        company.cast.name(part),
        {"target": "S1.acknowledge", "within": "PT15M", "since": start.isoformat()},
    )


def expired_override(company: Company) -> None:
    """An override that nobody ended: its exception ran out in autumn."""
    part = "Tamarack Foods"
    expires = company.cast.day(part, date(2025, 9, 30))
    override = Allows(
        id="third_contact",
        feature="named_contacts",
        owner="Account manager",
        reason="A third contact while the plant is rebuilt",
        cost=300,
        expires=at_noon(expires),
        to=Decimal(1),
    )
    company.tell(at_noon(date(2025, 4, 7)), part, override)
    company.plant(
        "F30.override",
        "expired_exceptions",
        company.cast.name(part),
        {"feature": "named_contacts", "state": "expired", "until": expires.isoformat()},
    )


def uplift_that_ended(company: Company) -> None:
    """F30: more requests for a launch, and an end that needed nobody."""
    part = "Holloway Steel"
    start = company.cast.day(part, date(2025, 6, 2))
    end = date.fromordinal(start.toordinal() + LAUNCH_DAYS)
    uplift = Lifts(
        id="launch",
        feature="api_rate",
        reason="Launch of a second line",
        end=at_noon(end),
        to=Decimal(100),
    )
    company.tell(at_noon(start), part, uplift)
    company.plant(
        "F30.uplift",
        "expired_exceptions",
        company.cast.name(part),
        {"feature": "api_rate", "state": "ended", "until": end.isoformat()},
    )


def paid_without_effect(company: Company) -> None:
    """F24: pays for the clock round the week, and old overrides keep it on weekdays."""
    part = "Monarch Textiles"
    day = company.cast.day(part, date(2025, 3, 17))
    company.tell(at_noon(day), part, Adds(add_on="round_the_clock"))
    company.tell(
        at_noon(date(2025, 1, 20)),
        part,
        *(
            Allows(
                id=f"moved_{key.replace('.', '_').lower()}",
                feature=key,
                owner="Onboarding",
                reason="Hours as in the old helpdesk, until the move is over",
                cost=0,
                expires=_FAR,
                to=RetargetTo(hours="weekdays"),
            )
            for key in _SEVERE
        ),
    )
    company.plant(
        "F24.paid",
        "paid_without_effect",
        company.cast.name(part),
        {"add_on": "round_the_clock", "runs_on": "weekdays", "targets": "4", "yearly": "10800"},
    )


def given_unpaid(company: Company) -> None:
    """F24: gets the clock round the week, and nobody bills it."""
    part = "Nova Grid"
    day = company.cast.day(part, date(2025, 2, 3))
    company.tell(
        at_noon(day),
        part,
        *(
            Allows(
                id=f"night_{key.replace('.', '_').lower()}",
                feature=key,
                owner="Support lead",
                reason="Nights and weekends while the grid is rebuilt",
                cost=0,
                expires=_FAR,
                to=RetargetTo(hours="always"),
            )
            for key in _SEVERE
        ),
    )
    company.plant(
        "F24.given",
        "given_unpaid",
        company.cast.name(part),
        {"add_on": "round_the_clock", "targets": "4", "yearly": "10800"},
    )
