"""Plants in identities: one company that three systems hold as three, and two that look alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tierline.accounts.identity import System
from tierline.sample.chance import Chance
from tierline.sample.customers import at_noon
from tierline.sample.happenings import Happening, IsKnownAs
from tierline.sample.sources import NAMESAKE, TRIPLED, company_fields, source_record

if TYPE_CHECKING:
    from tierline.sample.company import Company

_OTHER_NAMESAKE = "Kestrel Air"
_NUMBER = 900
"""Of the records here, beyond those of all customers."""


def three_spellings(company: Company) -> None:
    """F11: the helpdesk, the CRM and the billing each hold it, under a name of their own, as three
    accounts; the bills go to a domain of its subsidiary."""
    customer = company.customer(TRIPLED)
    fields = company_fields(customer, company.cast)
    first, second = customer.name.split(" ", 1)
    names = customer.name, f"{first}-{second} Company", f"{first} {second[:-2]}r Ltd".upper()
    in_crm = {**fields, "name": names[1]}
    in_billing = {**fields, "name": names[2], "domain": f"{first}-packaging.example".lower()}
    told = ((System.crm, in_crm, date(2025, 3, 5)), (System.billing, in_billing, date(2025, 4, 9)))
    for system, stated, day in told:
        at = at_noon(company.cast.day(TRIPLED, day))
        record = source_record(system, _NUMBER, stated)
        company.happenings.append(Happening(at, stated["name"], IsKnownAs(records=(record,))))
    company.plant(
        "F11",
        "one_customer",
        customer.name,
        {"accounts": "3", "names": " | ".join(names), "systems": "billing, crm, helpdesk"},
    )


def namesakes(company: Company) -> None:
    """F11: a prospect in the next hall, with the first word, the domain, the address and the
    switchboard of a customer: another company, and the records outweigh what a merge needs."""
    cast, chance = company.cast, Chance(company.cast.seed, "namesakes")
    customer = company.customer(NAMESAKE)
    fields = company_fields(customer, cast)
    name = cast.name(_OTHER_NAMESAKE)
    number = chance.between(100_000_000, 999_999_999)
    stated = {**fields, "name": name, "tax_id": f"{fields['tax_id'][:2]}{number}"}
    at = at_noon(cast.day(_OTHER_NAMESAKE, date(2025, 5, 14)))
    for system in (System.crm, System.helpdesk):
        record = source_record(system, _NUMBER + 1, stated)
        company.happenings.append(Happening(at, name, IsKnownAs(records=(record,))))
    company.decoy(NAMESAKE, "shares domain and address with a namesake, and is another company")
    company.decoy(_OTHER_NAMESAKE, "shares domain and address with a namesake")
    company.plant(
        "F11.trap",
        "look_alikes",
        customer.name,
        {"beside": name, "contradicts": "name, tax_id"},
    )
