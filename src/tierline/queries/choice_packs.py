"""Choice packs: which version and tiers somebody may compare, and what the public was told of
them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from tierline.accounts.coverage import coverage_at
from tierline.calendars.months import month_after
from tierline.catalog.grid import sold_tiers
from tierline.kernel.errors import Fault, Invalid, NotFound
from tierline.kernel.instants import to_micros
from tierline.kernel.sentences import sentence
from tierline.languages.language import ENGLISH, Language, message
from tierline.queries.catalogs import published_versions
from tierline.scorecards.choice_pack import Kept
from tierline.scorecards.choosing import (
    PackQuestion,
    count_faults,
    first_choices,
    number_faults,
    tier_faults,
)
from tierline.scorecards.performance import ATTAINMENT

if TYPE_CHECKING:
    from tierline.accounts.account import Account
    from tierline.catalog.catalog import Catalog
    from tierline.queries.catalogs import PublishedVersion
    from tierline.scorecards.performance import Figure
    from tierline.store.records import Reads

MONTHS = 12
"""So many are looked back at for how promises were kept."""
NO_CATALOG = message("There is no such catalog, or nothing of it is in force yet.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackAsked:
    """What somebody asks for; what is empty is chosen for them."""

    catalog: str = ""
    version: str = ""
    tiers: tuple[str, ...] = ()
    quantities: Mapping[str, str] = field(default_factory=dict)
    on: str = ""
    """The day of the pack, as it was typed; empty: today."""
    language: Language = ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What may be compared."""

    catalog: Catalog
    tiers: tuple[str, ...]
    asked: tuple[str, ...]
    """Those that are compared: the stated ones, else the first choices."""
    account: Account | None = None


def version_in_force(reads: Reads, name: str, today: date, version: str = "") -> Catalog:
    """The version of a catalog that is asked for, else the newest one in force. Raises NotFound:
    nobody is shown what is not in force yet."""
    found = published_versions(reads.snapshot)
    known = [each.version for each in found if each.catalog == name and _is_in_force(each, today)]
    wanted = version or (known[0] if known else "")
    if wanted not in known:
        raise NotFound(NO_CATALOG)
    return reads.catalogs.get(name, wanted)


def newest_in_force(reads: Reads, today: date) -> str:
    """The catalog whose version came into force last. Raises NotFound."""
    found = [each for each in published_versions(reads.snapshot) if _is_in_force(each, today)]
    if not found:
        raise NotFound(NO_CATALOG)
    return max(found, key=attrgetter("version")).catalog


def public_offer(reads: Reads, asked: PackAsked, now: datetime) -> Offer:
    """What everybody may compare: what stands on the public grid."""
    name = asked.catalog or newest_in_force(reads, now.date())
    catalog = version_in_force(reads, name, now.date(), asked.version)
    tiers = tuple(sold_tiers(catalog))
    return Offer(catalog=catalog, tiers=tiers, asked=asked.tiers or first_choices(tiers))


def account_offer(reads: Reads, account: str, asked: PackAsked, now: datetime) -> Offer:
    """What an account may compare: the same, and the tiers that it has or had, also where they are
    not sold to others."""
    held = reads.contracts.of_account(account)
    contract = coverage_at(held, to_micros(now)).contract
    plan = None if contract is None else contract.plan_at(to_micros(now))
    name = asked.catalog or (plan.catalog if plan else newest_in_force(reads, now.date()))
    catalog = version_in_force(reads, name, now.date(), asked.version)
    own = {phase.terms.tier for each in held for phase in each.plans if phase.terms.catalog == name}
    sold = sold_tiers(catalog)
    tiers = tuple(key for key in catalog.tiers if key in sold or key in own)
    current = plan.tier if plan is not None and plan.catalog == name else None
    return Offer(
        catalog=catalog,
        tiers=tiers,
        asked=asked.tiers or first_choices(tiers, current),
        account=reads.accounts.get(account),
    )


def question_of(
    reads: Reads, offer: Offer, asked: PackAsked, now: datetime
) -> tuple[PackQuestion, Mapping[str, Kept]]:
    """What a pack is drawn up of, beside its catalog: the question, and what the public was told
    of each tier. Raises Invalid with every fault of what was asked."""
    on, faults = _day(asked.on, offer.catalog, now.date())
    question = PackQuestion(
        tiers=offer.asked,
        on=on,
        quantities=asked.quantities,
        language=asked.language,
        account=offer.account.id if offer.account else None,
        account_name=offer.account.name if offer.account else "",
    )
    faults += tier_faults(offer.asked, offer.tiers)
    if faults:
        faults += number_faults(asked.quantities)
        raise Invalid(message("This cannot be compared."), faults)
    return question, kept_before(reads, on)


def asked_faults(asked: PackAsked) -> list[Fault]:
    """What is wrong with it, whatever a catalog says."""
    faults = count_faults(asked.tiers) if asked.tiers else []
    _, unread = _read_day(asked.on, date.min)
    return faults + unread + number_faults(asked.quantities)


def _read_day(typed: str, today: date) -> tuple[date, list[Fault]]:
    try:
        return (date.fromisoformat(typed) if typed else today), []
    except ValueError:
        return today, [Fault("bad_day", message("Write a day as 2026-01-31."), "on")]


def _day(typed: str, catalog: Catalog, today: date) -> tuple[date, list[Fault]]:
    """The day of a pack: on one before the version nobody could sign it."""
    day, unread = _read_day(typed, today)
    if unread:
        return day, unread
    if catalog.version <= day <= today:
        return day, []
    first = catalog.version.isoformat()
    words = sentence("The day is one from %(first)s on, and not after today.", first=first)
    return today, [Fault("bad_day", words, "on")]


def kept_before(reads: Reads, day: date) -> dict[str, Kept]:
    """How promises were kept by tier in the twelve months that had been told last when a day began
    (UTC): what is told or corrected later changes nothing of it."""
    published = reads.performance.publication()
    if published is None or published.since is None:
        return {}
    begins = datetime.combine(day, time(), UTC)
    first = f"{month_after(day.replace(day=1), -2 * MONTHS):%Y-%m}"
    wanted = [each for each in reads.performance.months() if max(first, published.since) <= each]
    editions = [e for e in reads.performance.editions(sorted(wanted)) if e.at < begins]
    newest = [list(found)[-1] for _, found in groupby(editions, key=attrgetter("month"))][-MONTHS:]
    told = [(each.month, figure) for each in newest for figure in _of_tiers(each.figures)]
    return {tier: _kept(tier, told) for tier in dict.fromkeys(figure.tier for _, figure in told)}


def _of_tiers(figures: Sequence[Figure]) -> Iterator[Figure]:
    for each in figures:
        if each.what == ATTAINMENT and each.tier and each.value is not None:
            yield each


def _kept(tier: str, told: Sequence[tuple[str, Figure]]) -> Kept:
    own = [(month, figure.value) for month, figure in told if figure.tier == tier and figure.value]
    return Kept(
        first=own[0][0],
        last=own[-1][0],
        months=len(own),
        met=sum(int(value[0]) for _, value in own),
        of=sum(int(value[1]) for _, value in own),
    )


def _is_in_force(each: PublishedVersion, today: date) -> bool:
    return each.version <= today.isoformat()
