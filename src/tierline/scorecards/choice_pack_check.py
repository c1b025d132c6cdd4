"""Checking a choice pack far from the installation that made it: its digest, its signature, and
with the catalog each word and number of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tierline.catalog.canonical import catalog_digest
from tierline.kernel.digest import digest_of
from tierline.kernel.errors import Invalid, TierlineError
from tierline.languages.choice import first_language
from tierline.milestones.receipt import Check, signature_check
from tierline.scorecards.choice_pack import FORMAT, ChoicePack, SignedPack
from tierline.scorecards.choosing import PackQuestion, choice_pack, tier_faults

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog

_OUTSIDE = ("pack_digest", "signature")


def verify_pack(
    found: Mapping[str, Any], catalog: Catalog | None = None, public_key: str | None = None
) -> list[Check]:
    """Each thing that was looked at. `public_key` is the issuer's, as published with the grid; with
    `catalog` the pack is made once more. Raises Invalid for what is no choice pack."""
    if found.get("format") != FORMAT:
        raise Invalid(f"This is no choice pack: 'format' is not {FORMAT}.", code="no_choice_pack")
    try:
        pack = SignedPack.model_validate(found)
    except ValidationError as error:
        raise Invalid(
            f"This is no whole choice pack: {error.error_count()} of its parts are not as they "
            "should be.",
            code="no_choice_pack",
        ) from None
    body = {name: part for name, part in found.items() if name not in _OUTSIDE}
    checks = [_digest_check(pack, body), signature_check(found, public_key)]
    return checks if catalog is None else [*checks, _catalog_check(pack, body, catalog)]


def _digest_check(pack: SignedPack, body: Mapping[str, Any]) -> Check:
    found = digest_of(body)
    if found == pack.pack_digest:
        return Check("digest", True, found)
    return Check("digest", False, f"The content has {found}, the pack says {pack.pack_digest}.")


def _catalog_check(pack: SignedPack, body: Mapping[str, Any], catalog: Catalog) -> Check:
    """The pack, made of the catalog once more; how promises were kept is taken as it stands."""
    digest = catalog_digest(catalog)
    if digest != pack.digest:
        words = f"The catalog has {digest}, the pack is of {pack.digest}."
        return Check("recomputation", False, words)
    try:
        again = _again(pack, catalog).model_dump(mode="json")
    except (TierlineError, ValueError) as error:
        return Check("recomputation", False, f"It cannot be made: {error}")
    differing = [name for name, part in again.items() if part != body.get(name)]
    if differing:
        return Check("recomputation", False, f"These come out otherwise: {', '.join(differing)}.")
    return Check("recomputation", True, "Every word and number comes out the same.")


def _again(pack: SignedPack, catalog: Catalog) -> ChoicePack:
    tiers = tuple(each.column.key for each in pack.options)
    if faults := tier_faults(tiers, catalog.tiers):
        raise Invalid("It compares what the catalog does not have.", faults)
    question = PackQuestion(
        tiers=tiers,
        on=date.fromisoformat(pack.on),
        quantities={each.key: each.quantity for each in pack.quantities},
        language=first_language([pack.language]),
        account=pack.account,
        account_name=pack.account_name,
    )
    kept = {each.column.key: each.kept for each in pack.options if each.kept is not None}
    return choice_pack(catalog, question, kept)
