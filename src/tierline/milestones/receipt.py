"""Receipts: the answer with its facts, its terms, every step, and a signature.

A receipt can be worked out again by anyone, without the log, the catalog or a server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tierline.cases.event import EventKind
from tierline.cases.history import CaseHistory
from tierline.kernel.digest import canonical_json, digest_of
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_instant, format_micros, parse_instant
from tierline.kernel.signing import is_signed_by
from tierline.milestones.fold import milestones_of
from tierline.milestones.portable import portable_terms, terms_from_portable
from tierline.milestones.table import NEVER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tierline.kernel.signing import SigningKey
    from tierline.milestones.fold import Milestone, Span
    from tierline.milestones.terms import Terms

FORMAT = "tierline/receipt/1"
_YEARS_AHEAD = 6
"""A due time may lie this far beyond the receipt's `as_of`; holidays are written out to there."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that verification looked at, and what it found."""

    name: str
    passed: bool
    found: str


def receipt_of(history: CaseHistory, terms: Terms, as_of: datetime) -> dict[str, Any]:
    """The unsigned receipt of one case: facts, terms, and each milestone with its ledger."""
    later = (e.value for e in history.events if e.kind is EventKind.tier_changed)
    years = (history.opened_at.year - 1, max(as_of, history.events[-1].at).year + _YEARS_AHEAD)
    facts = history.to_jsonable()
    body = {
        "format": FORMAT,
        "facts": facts,
        "terms": portable_terms(terms, {history.tier, *later}, years),
        "as_of": format_instant(as_of),
        "milestones": entries_of(history, terms, as_of),
    }
    return body | {"digest": digest_of(body)}


def entries_of(history: CaseHistory, terms: Terms, as_of: datetime) -> list[dict[str, Any]]:
    """Each milestone of a case with its ledger, as plain values."""
    return [_entry(milestone) for milestone in milestones_of(history, terms, as_of)]


def signed(receipt: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
    """The receipt with the installation's signature over everything in it."""
    body = {name: part for name, part in receipt.items() if name != "signature"}
    return body | {
        "signature": {"public_key": key.public_text(), "value": key.sign(canonical_json(body))}
    }


def verify(receipt: Mapping[str, Any], public_key: str | None = None) -> list[Check]:
    """Work a receipt out again from its own facts and terms.

    `public_key` is the issuer's, as published with the grid; without it the signature is checked
    against the key inside it, which proves that nothing changed since it was signed but
    not who signed. Raises Invalid where the value is not a receipt at all.
    """
    if receipt.get("format") != FORMAT:
        raise Invalid(f"This is not a receipt: 'format' is not {FORMAT}.", code="not_a_receipt")
    body = {name: part for name, part in receipt.items() if name not in ("digest", "signature")}
    return [
        _digest_check(receipt, body),
        _steps_check(receipt),
        signature_check(receipt, public_key),
    ]


def _digest_check(receipt: Mapping[str, Any], body: Mapping[str, Any]) -> Check:
    found = digest_of(body)
    if found == receipt.get("digest"):
        return Check("digest", True, found)
    return Check(
        "digest", False, f"The content has {found}, the receipt says {receipt.get('digest')}."
    )


def _steps_check(receipt: Mapping[str, Any]) -> Check:
    """Every milestone, due time and ledger line, recomputed and compared."""
    try:
        history = CaseHistory.from_jsonable(receipt["facts"])
        terms = terms_from_portable(receipt["terms"])
        recomputed = entries_of(history, terms, parse_instant(receipt["as_of"]))
    except Invalid as error:
        return Check("recomputation", False, error.message)
    except (KeyError, TypeError) as error:
        return Check("recomputation", False, f"A part is missing or damaged: {error}.")
    stated = receipt.get("milestones")
    if recomputed == stated:
        return Check("recomputation", True, f"{len(recomputed)} milestones come out the same.")
    return Check("recomputation", False, difference_of(recomputed, stated))


def signature_check(receipt: Mapping[str, Any], public_key: str | None) -> Check:
    """Whether what `signed` made is as it was signed, and by whom."""
    signature = receipt.get("signature")
    if not isinstance(signature, dict):
        return Check("signature", False, "It is not signed.")
    body = {name: part for name, part in receipt.items() if name != "signature"}
    own = str(signature.get("public_key", ""))
    if public_key is not None and public_key.strip() != own:
        return Check("signature", False, f"It was signed by another key, {own}.")
    try:
        is_good = is_signed_by(own, str(signature.get("value", "")), canonical_json(body))
    except Invalid as error:
        return Check("signature", False, error.message)
    if not is_good:
        return Check("signature", False, f"The signature of {own} is for another content.")
    issuer = "the key you gave" if public_key else "the key inside it"
    return Check("signature", True, f"Signed by {issuer}, {own}.")


def difference_of(recomputed: list[dict[str, Any]], stated: Any) -> str:
    """The first milestone and field in which the two differ, in words."""
    if not isinstance(stated, list) or len(stated) != len(recomputed):
        count = len(stated) if isinstance(stated, list) else 0
        return f"{len(recomputed)} milestones come out, it states {count}."
    for ours, theirs in zip(recomputed, stated, strict=True):
        for field, value in ours.items():
            said = theirs.get(field) if isinstance(theirs, dict) else None
            if said != value:
                shown = f"'{field}' comes out as {value}, it says {said}"
                return f"{ours['milestone']} #{ours['cycle']}: {shown}."[:400]
    return "The milestones differ."


def _entry(milestone: Milestone) -> dict[str, Any]:
    return {
        "milestone": milestone.kind.value,
        "cycle": milestone.cycle,
        "promise": milestone.promise_id,
        "tier": milestone.tier,
        "severity": milestone.severity,
        "hours": milestone.hours,
        "started_at": format_micros(milestone.started),
        "stopped_at": _instant(milestone.stopped),
        "used_us": milestone.used,
        "allowance_us": milestone.allowance,
        "due_at": _instant(milestone.due),
        "verdict": milestone.verdict.name,
        "ledger": _ledger(milestone.spans),
    }


def _ledger(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
    """The spans with a running total: the last total is what was used."""
    lines, total = [], 0
    for span in spans:
        total += span.used
        lines.append(
            {
                "from": format_micros(span.start),
                "to": format_micros(span.end),
                "state": span.state,
                "reason": span.reason,
                "hours": span.hours,
                "promise": span.promise_id,
                "counted_us": span.used,
                "total_us": total,
            }
        )
    return lines


def _instant(micros: int) -> str | None:
    return None if micros == NEVER else format_micros(micros)
