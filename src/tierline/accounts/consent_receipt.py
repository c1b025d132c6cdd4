"""The receipt of one statement of consent: what was said, what held before and after it, signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tierline.accounts.consent import ConsentEvent, state_of
from tierline.kernel.digest import canonical_json, digest_of
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_micros
from tierline.kernel.signing import is_signed_by

if TYPE_CHECKING:
    from tierline.kernel.signing import SigningKey

FORMAT = "tierline/consent-receipt/1"


def consent_receipt(
    event: ConsentEvent, events: Sequence[ConsentEvent], *, evidence: str | None, key: SigningKey
) -> dict[str, Any]:
    """The signed receipt of a statement among all `events` of its account, as it was known when it
    was recorded: the same event always gives the same receipt."""
    contact = None if event.subject == event.account else event.subject
    until = [each for each in events if _order(each) <= _order(event)]
    before = [each for each in until if each.id != event.id]
    body = {
        "format": FORMAT,
        "statement": event_form(event),
        "evidence": evidence,
        "before": _states(before, event, contact),
        "after": _states(until, event, contact),
    }
    return _signed(body | {"digest": digest_of(body)}, key)


def event_form(event: ConsentEvent) -> dict[str, Any]:
    """A statement as plain values."""
    return {
        "id": event.id,
        "account": event.account,
        "subject": event.subject,
        "purpose": event.purpose.value,
        "state": event.verb,
        "basis": event.basis.value,
        "notice_version": event.notice_version,
        "effective_at": format_micros(event.at),
        "recorded_at": format_micros(event.recorded_at),
        "actor": event.actor,
    }


def is_consent_receipt(receipt: Mapping[str, Any], public_key: str | None = None) -> bool:
    """Whether nothing in a receipt has changed since it was signed, and, where the installation's
    `public_key` is given, that it was signed by that one. Raises Invalid for anything else."""
    if receipt.get("format") != FORMAT:
        raise Invalid(f"This is not a receipt: 'format' is not {FORMAT}.", code="not_a_receipt")
    signature = receipt.get("signature")
    if not isinstance(signature, Mapping):
        return False
    body = {name: part for name, part in receipt.items() if name not in ("digest", "signature")}
    own = str(signature.get("public_key", ""))
    whole = {**body, "digest": receipt.get("digest")}
    return (
        digest_of(body) == receipt.get("digest")
        and (public_key is None or public_key.strip() == own)
        and is_signed_by(own, str(signature.get("value", "")), canonical_json(whole))
    )


def _states(
    events: Sequence[ConsentEvent], event: ConsentEvent, contact: str | None
) -> dict[str, bool]:
    found = state_of(events, event.at, account=event.account, contact=contact)
    return {purpose.value: verdict.is_allowed for purpose, verdict in found.items()}


def _order(event: ConsentEvent) -> tuple[int, str]:
    return event.recorded_at, event.id


def _signed(body: dict[str, Any], key: SigningKey) -> dict[str, Any]:
    return body | {
        "signature": {"public_key": key.public_text(), "value": key.sign(canonical_json(body))}
    }
