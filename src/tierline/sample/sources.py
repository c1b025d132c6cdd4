"""How other systems know the customers: a record each in the helpdesk, the CRM and the billing,
written as people write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.accounts.identity import SourceRecord, System
from tierline.sample.chance import Chance
from tierline.sample.customers import Customer, at_noon
from tierline.sample.happenings import Happening, IsKnownAs
from tierline.sample.people import domain_of

if TYPE_CHECKING:
    from tierline.sample.cast import Cast

TRIPLED = "Inland Paper"
"""Only the helpdesk knows it under its account; the plant tells what the others made of it."""
NAMESAKE = "Kestrel Aerospace"
"""Its mail and that of another company run under one domain."""
_SYSTEMS = (System.helpdesk, System.crm, System.billing)
_FIRST_ID = {System.helpdesk: 52_000, System.crm: 300_000, System.billing: 8_000}
_STREETS = (
    "Mill Street", "Harbour Road", "Station Avenue", "Foundry Lane", "Canal Street",
    "Market Square", "Bridge Road", "Quarry Lane", "Park Avenue", "Dock Street",
)  # fmt: skip
_PLACES = {
    "Americas": (("Dayton", "45402", "US"), ("Toledo", "43604", "US"), ("Peoria", "61602", "US"),
                 ("Racine", "53403", "US"), ("Waco", "76701", "US"), ("Boise", "83702", "US")),
    "Europe": (("Breda", "4811 AA", "NL"), ("Gent", "9000", "BE"), ("Hagen", "58095", "DE"),
               ("Reims", "51100", "FR"), ("Leeds", "LS1 4AP", "GB"), ("Turin", "10121", "IT")),
    "Asia Pacific": (("Penang", "10200", "MY"), ("Osaka", "530-0001", "JP"),
                     ("Perth", "6000", "AU"), ("Cebu", "6000", "PH"), ("Tampines", "529508", "SG")),
}  # fmt: skip
_SUFFIXES = {
    "Americas": ("Inc.", "LLC"),
    "Europe": ("GmbH", "B.V."),
    "Asia Pacific": ("Pte. Ltd.", "Ltd"),
}
_OF_THOUSAND_WITHOUT = 120
"""How often a system lacks a field that it could have."""
_AFTER_OPENING = timedelta(hours=3)

Fields = dict[str, str]


def source_happenings(
    customers: list[Customer], cast: Cast, *, has_plants: bool
) -> Iterator[Happening]:
    """Each account becomes known under the ids of the other systems, on its first day with us."""
    for number, customer in enumerate(sorted(customers, key=lambda each: each.name)):
        records = _records(customer, cast, number)
        if has_plants and customer.part == TRIPLED:
            records = records[:1]
        at = at_noon(customer.opened_on) + _AFTER_OPENING
        yield Happening(at, customer.name, IsKnownAs(records=records))


def company_fields(customer: Customer, cast: Cast) -> Fields:
    """Where a company is and how it is reached, by chance."""
    chance = Chance(cast.seed, "company", customer.part)
    place, postcode, country = chance.one_of(_PLACES[customer.region])
    area, line = chance.between(100, 999), chance.between(100_000, 999_999)
    return {
        "name": customer.name,
        "domain": shared_domain(cast) if customer.part == NAMESAKE else domain_of(customer.name),
        "tax_id": f"{country}{chance.between(100_000_000, 999_999_999)}",
        "address": f"{chance.between(1, 240)} {chance.one_of(_STREETS)}",
        "place": place,
        "postcode": postcode,
        "phone": f"+{chance.between(1, 99)} {area} {line}",
    }


def shared_domain(cast: Cast) -> str:
    """The domain of two namesakes."""
    return domain_of(cast.name(NAMESAKE).partition(" ")[0])


def source_record(system: System, number: int, fields: Fields) -> SourceRecord:
    """A record under the id that its system gives to that number."""
    external_id = f"{system.value[0].upper()}-{_FIRST_ID[system] + number}"
    return SourceRecord(system, external_id, fields)


def _records(customer: Customer, cast: Cast, number: int) -> tuple[SourceRecord, ...]:
    """The CRM writes the legal form, the billing capitals, and the helpdesk no more than it needs;
    here and there one lacks a telephone number or a place."""
    chance = Chance(cast.seed, "sources", customer.part)
    fields = company_fields(customer, cast)
    legal = f"{customer.name} {chance.one_of(_SUFFIXES[customer.region])}"
    names = (customer.name, legal, customer.name.upper())
    full = [
        source_record(system, number, {**fields, "name": name})
        for system, name in zip(_SYSTEMS, names, strict=True)
    ]
    lean = [full[0], *full[1:]]
    lean[0] = _without(full[0], "tax_id", "address", "postcode")
    return tuple(
        _without(each, *(key for key in ("phone", "place") if chance.happens(_OF_THOUSAND_WITHOUT)))
        for each in lean
    )


def _without(record: SourceRecord, *keys: str) -> SourceRecord:
    kept = {key: value for key, value in record.fields.items() if key not in keys}
    return replace(record, fields=kept)
