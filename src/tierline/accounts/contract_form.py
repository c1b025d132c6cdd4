"""A contract as plain values and back: what the store keeps, the journal tells and the API sends.

The signed terms of a tier or an add-on are large and shared by many contracts, so the form names
them by their digest. Instants are ISO 8601 text in UTC, amounts are decimal text.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from tierline.accounts.contract import (
    AgreedDocument,
    Contract,
    ContractException,
    Fee,
    HeldAddOn,
    Override,
    PaymentChange,
    PaymentState,
    PlanPhase,
    Trial,
    Uplift,
)
from tierline.accounts.signed_terms import SignedAddOn, SignedTerms
from tierline.catalog.clock_rules import Target
from tierline.catalog.statement import Period
from tierline.catalog.term import Term
from tierline.kernel.digest import digest_of
from tierline.kernel.instants import format_micros, parse_instant, to_micros
from tierline.kernel.money import Money

Signed = SignedTerms | SignedAddOn
_TERM: TypeAdapter[Term] = TypeAdapter(Term)


def digest_of_terms(signed: Signed) -> str:
    """The name of signed terms: equal terms have equal names."""
    return digest_of(signed_form(signed))


def signed_form(signed: Signed) -> dict[str, Any]:
    """Signed terms as plain values."""
    return signed.model_dump(mode="json", exclude_defaults=False)


def signed_of(form: Mapping[str, Any]) -> Signed:
    """The signed terms that `signed_form` wrote."""
    return (SignedTerms if "tier" in form else SignedAddOn).model_validate(form)


def terms_of(contract: Contract) -> tuple[Signed, ...]:
    """All signed terms that a contract refers to."""
    return (
        *(phase.terms for phase in contract.plans),
        *(trial.terms for trial in contract.trials),
        *(held.add_on for held in contract.add_ons),
    )


def contract_form(contract: Contract, names: Mapping[int, str]) -> dict[str, Any]:
    """The contract as plain values; `names` are digests of its terms by the `id()` of each."""
    return {
        "id": contract.id,
        "account": contract.account,
        "start": format_micros(contract.start),
        "end": _instant(contract.end),
        "grace_us": contract.grace_us,
        "time_zone": contract.time_zone,
        "anchor": _instant(contract.anchor),
        "fee": _fee_form(contract.fee),
        "plans": [
            {
                "terms": names[id(phase.terms)],
                "start": format_micros(phase.start),
                **({} if phase.fee is None else {"fee": _fee_form(phase.fee)}),
            }
            for phase in contract.plans
        ],
        "trials": [
            {"id": trial.id, "terms": names[id(trial.terms)], **_stretch(trial.start, trial.end)}
            for trial in contract.trials
        ],
        "add_ons": [
            {
                "id": held.id,
                "terms": names[id(held.add_on)],
                "count": held.count,
                **_stretch(held.start, held.end),
            }
            for held in contract.add_ons
        ],
        "overrides": [
            {**_change(each), "exception": _exception(each.exception)}
            for each in contract.overrides
        ],
        "uplifts": [{**_change(each), "reason": each.reason} for each in contract.uplifts],
        "payments": [
            {"state": change.state.value, "at": format_micros(change.at)}
            for change in contract.payments
        ],
    }


def told_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form without what people wrote in their own words (who answers for an exception, and
    why, and who approved which document), for the journal, where nothing can be erased. The
    contract itself keeps it. Of a document its digest stays: it names nobody, and proves which."""
    overrides = [
        {
            **_without_link(each),
            "exception": {
                name: value for name, value in each["exception"].items() if name not in _WORDS
            },
        }
        for each in form["overrides"]
    ]
    uplifts = [
        {name: value for name, value in _without_link(each).items() if name not in _WORDS}
        for each in form["uplifts"]
    ]
    return {**form, "overrides": overrides, "uplifts": uplifts}


_WORDS = frozenset({"owner", "reason"})


def _without_link(change: Mapping[str, Any]) -> dict[str, Any]:
    document = change.get("document")
    if document is None:
        return dict(change)
    return {**change, "document": {name: document[name] for name in document.keys() & {"digest"}}}


def contract_of(form: Mapping[str, Any], terms: Mapping[str, Signed]) -> Contract:
    """The contract that `contract_form` wrote, with the terms that it names."""
    return Contract(
        id=form["id"],
        account=form["account"],
        start=_micros(form["start"]),
        end=_maybe(form["end"]),
        grace_us=form["grace_us"],
        time_zone=form["time_zone"],
        anchor=_maybe(form["anchor"]),
        fee=_fee(form["fee"]),
        plans=tuple(
            PlanPhase(
                terms=_plan(terms, each["terms"]),
                start=_micros(each["start"]),
                fee=_fee(each.get("fee")),
            )
            for each in form["plans"]
        ),
        trials=tuple(
            Trial(
                id=each["id"],
                terms=_plan(terms, each["terms"]),
                start=_micros(each["start"]),
                end=_micros(each["end"]),
            )
            for each in form["trials"]
        ),
        add_ons=tuple(
            HeldAddOn(
                id=each["id"],
                add_on=_add_on(terms, each["terms"]),
                start=_micros(each["start"]),
                end=_maybe(each["end"]),
                count=each["count"],
            )
            for each in form["add_ons"]
        ),
        overrides=tuple(_override(each) for each in form["overrides"]),
        uplifts=tuple(_uplift(each) for each in form["uplifts"]),
        payments=tuple(
            PaymentChange(state=PaymentState(each["state"]), at=_micros(each["at"]))
            for each in form["payments"]
        ),
    )


def _fee_form(fee: Fee | None) -> dict[str, str] | None:
    return None if fee is None else {"amount": str(fee.amount), "per": fee.per.value}


def _fee(form: Mapping[str, str] | None) -> Fee | None:
    if form is None:
        return None
    return Fee(amount=Decimal(form["amount"]), per=Period(form["per"]))


def value_form(value: Term | Target | None) -> dict[str, Any] | None:
    """What a change gives instead, marked with what it is."""
    if value is None:
        return None
    kind = "target" if isinstance(value, Target) else "term"
    return {kind: value.model_dump(mode="json")}


def value_of(form: Mapping[str, Any] | None) -> Term | Target | None:
    """The value that `value_form` wrote."""
    if form is None:
        return None
    if "target" in form:
        return Target.model_validate(form["target"])
    return _TERM.validate_python(form["term"])


def _change(change: Override | Uplift) -> dict[str, Any]:
    return {
        "id": change.id,
        "feature": change.feature,
        "value": value_form(change.value),
        "units": None if change.units is None else str(change.units),
        **_stretch(change.start, change.end),
        **({} if change.document is None else {"document": _document_form(change.document)}),
    }


def _document_form(document: AgreedDocument) -> dict[str, str]:
    stated = {"digest": document.digest, "approver": document.approver}
    return {"link": document.link} | {name: each for name, each in stated.items() if each}


def _document(form: Mapping[str, str] | None) -> AgreedDocument | None:
    if form is None:
        return None
    return AgreedDocument(
        link=form["link"], digest=form.get("digest"), approver=form.get("approver")
    )


def _exception(exception: ContractException) -> dict[str, Any]:
    return {
        "owner": exception.owner,
        "reason": exception.reason,
        "cost": {"minor": exception.cost.minor, "currency": exception.cost.currency},
        "expires": format_micros(exception.expires),
    }


def _override(form: Mapping[str, Any]) -> Override:
    exception = form["exception"]
    return Override(
        id=form["id"],
        feature=form["feature"],
        value=value_of(form["value"]),
        units=None if form["units"] is None else Decimal(form["units"]),
        start=_micros(form["start"]),
        end=_maybe(form["end"]),
        document=_document(form.get("document")),
        exception=ContractException(
            owner=exception["owner"],
            reason=exception["reason"],
            cost=Money(**exception["cost"]),
            expires=_micros(exception["expires"]),
        ),
    )


def _uplift(form: Mapping[str, Any]) -> Uplift:
    return Uplift(
        id=form["id"],
        feature=form["feature"],
        reason=form["reason"],
        value=value_of(form["value"]),
        units=None if form["units"] is None else Decimal(form["units"]),
        start=_micros(form["start"]),
        end=_micros(form["end"]),
        document=_document(form.get("document")),
    )


def _plan(terms: Mapping[str, Signed], name: str) -> SignedTerms:
    found = terms[name]
    if not isinstance(found, SignedTerms):
        raise TypeError(f"{name} are the terms of an add-on, and a plan needs those of a tier.")
    return found


def _add_on(terms: Mapping[str, Signed], name: str) -> SignedAddOn:
    found = terms[name]
    if not isinstance(found, SignedAddOn):
        raise TypeError(f"{name} are the terms of a tier, and an add-on needs its own.")
    return found


def _stretch(start: int, end: int | None) -> dict[str, str | None]:
    return {"start": format_micros(start), "end": _instant(end)}


def _instant(micros: int | None) -> str | None:
    return None if micros is None else format_micros(micros)


def _maybe(text: str | None) -> int | None:
    return None if text is None else _micros(text)


def _micros(text: str) -> int:
    return to_micros(parse_instant(text))


def form_for_customers(form: Mapping[str, Any]) -> dict[str, Any]:
    """The form without what its exceptions cost and who let them be: that is the vendor's. The
    document is the customer's as much as ours; who approved it for us is not."""
    overrides = [
        {name: value for name, value in _theirs(each).items() if name != "exception"}
        for each in form["overrides"]
    ]
    return {**form, "overrides": overrides, "uplifts": [_theirs(each) for each in form["uplifts"]]}


def _theirs(change: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(change)
    if "document" in shown:
        document = shown["document"].items()
        shown["document"] = {name: each for name, each in document if name != "approver"}
    return shown
