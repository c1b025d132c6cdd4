"""One contract: what was signed, and everything that was agreed beside the plan."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.layers import is_target
from tierline.calendars.local_time import zone_named
from tierline.catalog.words import capitalised, number_in_words
from tierline.catalog.words_amount import each
from tierline.kernel.instants import from_micros, to_micros
from tierline.languages.language import message
from tierline.web.accounts import term_of
from tierline.web.agreed_documents import opens_as_page
from tierline.web.badges import payment_badge
from tierline.web.layers import target_name
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import may_change_plan

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.accounts.contract import AgreedDocument, Contract, Override, Uplift
    from tierline.languages.language import Language
    from tierline.store.records import Reads


@shown_to(Permission.read_contracts)
def contract(visit: Visit) -> Response:
    """Plans, add-ons, overrides with their exceptions, uplifts, and payment. What an exception
    costs us, and why it was given, only the vendor's own people see."""
    id_ = visit.path_word("contract")

    def work(reads: Reads) -> tuple[Contract, Account]:
        found = reads.contracts.get(id_)
        return found, reads.accounts.get(found.account)

    found, account = visit.application.read(work)
    visit.caller.require(Permission.read_contracts, found.account)
    zone, fee = zone_named(account.time_zone), found.fee_at(to_micros(visit.now))
    return visit.page(
        "pages/contract.html",
        contract=found,
        account=account,
        fee=fee,
        per="" if fee is None else each(fee.per, visit.language),
        currency=found.plan_at(to_micros(visit.now)).currency,
        may_change=may_change_plan(visit),
        is_ours=visit.caller.accounts is None,
        term=term_of(found, zone),
        payment=payment_badge(found.payment_at(to_micros(visit.now))),
        plans=[{"terms": each.terms, "start": _local(each.start, zone)} for each in found.plans],
        trials=[_stretch(each, zone, each.terms.tier_name) for each in found.trials],
        add_ons=[_stretch(each, zone, each.add_on.name) for each in found.add_ons],
        overrides=[_override(each, zone, visit.language) for each in found.overrides],
        uplifts=[{**_change(each, zone, visit.language), "reason": each.reason}
                 for each in found.uplifts],
        payments=[
            {"badge": payment_badge(each.state), "at": _local(each.at, zone)}
            for each in sorted(found.payments, key=lambda one: one.at)
        ],
    )  # fmt: skip


def _local(micros: int, zone: tzinfo) -> datetime:
    return from_micros(micros).astimezone(zone)


def _stretch(part: Any, zone: tzinfo, name: str) -> dict[str, Any]:
    end = None if part.end is None else _local(part.end, zone)
    return {"name": name, "start": _local(part.start, zone), "end": end, "part": part}


def _name(key: str, language: Language) -> str:
    return target_name(key, language) if is_target(key) else capitalised(key.replace("_", " "))


def _change(change: Override | Uplift, zone: tzinfo, language: Language) -> dict[str, Any]:
    more = message("Other terms")
    if change.units is not None:
        number = number_in_words(change.units, language)
        more = language.phrase("%(number)s more", number=number)
    return {
        **_stretch(change, zone, _name(change.feature, language)),
        "what": more,
        "document": _document(change.document),
    }


def _document(found: AgreedDocument | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "link": found.link,
        "digest": found.digest,
        "approver": found.approver,
        "is_link": opens_as_page(found),
    }


def _override(override: Override, zone: tzinfo, language: Language) -> dict[str, Any]:
    """It ends where its exception expires, at the latest."""
    expires = override.exception.expires
    end = expires if override.end is None else min(override.end, expires)
    return {
        **_change(override, zone, language),
        "exception": override.exception,
        "end": _local(end, zone),
    }


ROUTES = [Route("/contracts/{contract}", contract, methods=["GET"])]
