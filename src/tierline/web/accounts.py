"""The list of accounts, and the page of one: all about it in one place, as of any instant."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.contact import ContactRole
from tierline.accounts.criticality import Part
from tierline.accounts.places import places_for
from tierline.calendars.local_time import zone_named
from tierline.catalog.words_amount import each
from tierline.kernel.instants import from_micros, to_micros
from tierline.languages.language import ENGLISH, Language, message
from tierline.metering.balance import Outlook
from tierline.queries.account_page import AccountPage, account_page
from tierline.queries.account_summaries import account_summaries
from tierline.queries.accounts import accounts_by_name
from tierline.queries.balances import balances_of
from tierline.queries.usage_recent import RecentUse, recent_use
from tierline.web.badges import balance_badge, coverage_badge, payment_badge
from tierline.web.contact_rows import ROLE_NAMES
from tierline.web.layers import entitlement_rows
from tierline.web.purposes import BECAUSE, MEANINGS
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import is_staff, may_change_plan, may_with, places_about

if TYPE_CHECKING:
    from tierline.accounts.contact import Contact
    from tierline.accounts.contract import Contract
    from tierline.queries.balances import FeatureBalance
    from tierline.store.records import Reads

NOTICES_SHOWN = 10


@shown_to(Permission.read_accounts)
def accounts_list(visit: Visit) -> Response:
    """Accounts by name, with how each stands. Who sees one account only gets its page."""
    visible = visit.caller.visible_accounts
    if visible is not None and not visit.sees_many:
        return go(f"/accounts/{next(iter(visible), '')}")
    search, after = visit.asked("search"), visit.asked("after", 2_000)
    at = to_micros(visit.now)

    def work(reads: Reads) -> tuple[Any, Any]:
        page = accounts_by_name(reads.snapshot, after=after or None, among=visible, search=search)
        return page, account_summaries(reads, page.items, at)

    page, summaries = visit.application.read(work)
    return visit.page(
        "pages/accounts.html",
        search=search,
        is_first=not after,
        next=page.next,
        may_start=visit.caller.may(Permission.operate),
        may_export=visit.caller.may(Permission.export_records),
        rows=[
            {
                "summary": summary,
                "coverage": coverage_badge(summary.coverage),
                "payment": None if summary.payment is None else payment_badge(summary.payment),
                "end": None if summary.end is None else from_micros(summary.end),
            }
            for summary in summaries
        ],
    )


@shown_to(Permission.read_accounts)
def account(visit: Visit) -> Response:
    """Plan and version, entitlements with their layers, balances, payment, people, criticality,
    consent, renewal and hierarchy."""
    id_ = visit.application.account_of(visit.path_word("account"))
    visit.caller.require(Permission.read_accounts, id_)
    asked = visit.instant()
    instant = asked or visit.now
    at = to_micros(instant)

    def work(reads: Reads) -> tuple[AccountPage, RecentUse]:
        return account_page(reads, id_, at, instant.date(), visit.language), recent_use(
            reads, id_, at
        )

    found, recent = visit.application.read(work)
    span = visit.application.rulebook.span_of(id_, at)
    balances = balances_of(span, visit.application.answers.ask, at, recent)
    names = {balance.feature: balance.name for balance in balances}
    entitlements = found.entitlements
    contract = entitlements.coverage.contract
    zone = zone_named(found.account.time_zone)
    return visit.page(
        "pages/account.html",
        account=found.account,
        is_listed=visit.sees_many,
        is_staff=is_staff(visit),
        may_lead=is_staff(visit) and visit.caller.may(Permission.manage_desk),
        places_about=places_about(visit, id_),
        contracts=[
            {**term_of(each, zone), "id": each.id, "tier": each.plans[-1].terms.tier_name}
            for each in found.contracts
        ],
        parents=[each for each in found.parents if visit.caller.sees(each.id)],
        children=[each for each in found.children if visit.caller.sees(each.id)],
        inherited={
            what.value: source if visit.caller.sees(source.id) else None
            for what, source in found.inherited.items()
        },
        asked=asked,
        stated=visit.asked("at", 40),
        at=instant,
        coverage=coverage_badge(entitlements.coverage.state),
        payment=None if found.payment is None else payment_badge(found.payment),
        plan=entitlements.plan,
        contract=contract,
        may_change=may_change_plan(visit),
        fee=None if contract is None else contract.fee_at(at),
        term=None if contract is None else term_of(contract, zone),
        per=None
        if contract is None or (fee := contract.fee_at(at)) is None
        else each(fee.per, visit.language),
        balances=[balance_row(id_, balance, zone, visit.language) for balance in balances],
        notices=[
            {
                "notice": notice,
                "name": names.get(notice.feature, notice.feature.replace("_", " ").capitalize()),
                "at": notice.noticed_at.astimezone(zone),
            }
            for notice in found.notices[:NOTICES_SHOWN]
        ],
        features=entitlement_rows(entitlements, zone, targets=False, language=visit.language),
        targets=entitlement_rows(entitlements, zone, targets=True, language=visit.language),
        places=None if contract is None else places_for(contract, ContactRole.named_contact, at),
        named=sum(ContactRole.named_contact in contact.roles_at(at) for contact in found.contacts),
        contacts=[_contact(contact, at, visit.language) for contact in found.contacts]
        if may_with(visit, Permission.read_people, id_)
        else None,
        consents=[
            {
                "purpose": MEANINGS[purpose].name,
                "verdict": verdict,
                "because": BECAUSE[verdict.ground],
                "since": None if verdict.event is None else from_micros(verdict.event.at),
            }
            for purpose, verdict in found.consents.items()
        ]
        if may_with(visit, Permission.read_consents, id_)
        else None,
        parts_known=[
            {"name": PART_NAMES[part], "known": known}
            for part, known in found.profile.parts.items()
        ],
        due=[
            {"name": PART_NAMES[due.part], "last_on": due.last_on}
            for due in found.profile.due(found.on)
        ],
    )


PART_NAMES = {
    Part.mission_criticality: message("Mission criticality"),
    Part.uptime_impact: message("Uptime impact"),
    Part.recovery_time: message("Recovery time"),
    Part.recovery_point: message("Recovery point"),
    Part.regulatory_exposure: message("Regulatory exposure"),
    Part.data_sensitivity: message("Data sensitivity"),
    Part.switching_cost: message("Switching cost"),
}


def term_of(contract: Contract, zone: tzinfo) -> dict[str, datetime | None]:
    """From when to when a contract runs, on the wall clock of its account."""
    until = contract.honoured_until()
    return {
        "start": from_micros(contract.start).astimezone(zone),
        "end": None if contract.end is None else from_micros(contract.end).astimezone(zone),
        "until": None if until is None else from_micros(until).astimezone(zone),
    }


def balance_row(
    account: str, balance: FeatureBalance, zone: tzinfo, language: Language = ENGLISH
) -> dict[str, Any]:
    """A balance for a table, and where its days are listed."""
    end, rest = balance.end, balance.forecast
    runs_out = None if rest is None or rest.outlook is not Outlook.runs_out else rest.at
    return {
        "path": f"/accounts/{account}/balances/{balance.feature}",
        "forecast": rest,
        "runs_out": None if runs_out is None else from_micros(runs_out).astimezone(zone).date(),
        "balance": balance,
        "badge": balance_badge(balance, language),
        "percent": min(int(balance.share * 100), 100),
        "resets": None if end is None else from_micros(end).astimezone(zone),
    }


def _contact(contact: Contact, at: int, language: Language) -> dict[str, Any]:
    roles = sorted(language.phrase(ROLE_NAMES[role]) for role in contact.roles_at(at))
    return {
        "contact": contact,
        "roles": ", ".join(roles[:1] + [language.within(role) for role in roles[1:]]),
        "added": from_micros(contact.added_at),
    }


ROUTES = [
    Route("/accounts", accounts_list, methods=["GET"]),
    Route("/accounts/{account}", account, methods=["GET"]),
]
