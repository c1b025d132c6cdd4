"""The choice pack as a document: what a purchasing department compares, for up to three tiers.

Page, PDF, workbook and JSON are made of it; its JSON is a published format
(`tierline/choice-pack/1`), signed as receipts are. Every word and number is that of the grid of the
same catalog version, or follows from its prices.
"""

from __future__ import annotations

from typing import Literal

from tierline.catalog.grid_document import SeverityRows, TermRows, TierColumn
from tierline.catalog.statement import Statement

FORMAT = "tierline/choice-pack/1"


class StatedQuantity(Statement):
    """A quantity that the totals are for."""

    key: str
    """Of what: the unit of a price, `spend`, or a feature of the catalog."""
    name: str
    """Its name."""
    quantity: str
    """So much, as an exact decimal."""
    words: str
    """The same in words: `40 hours a month`."""


class PackLine(Statement):
    """A part of a total."""

    key: str
    """`plan`, `commitment`, or the key of a quantity."""
    name: str
    """What it is."""
    state: Literal["priced", "included", "on_request", "not_stated", "not_included"]
    """Whether there is an amount, and why not."""
    amount_minor: int | None
    """In the smallest unit of the currency; null: the catalog gives no amount."""
    amount: str
    """The amount in words, or why there is none."""
    how: str
    """How it comes about."""


class PackTotal(Statement):
    """What a tier costs over a term."""

    months: int
    """Its length."""
    lines: tuple[PackLine, ...]
    """What it is made of, each rounded as often as it is paid."""
    total_minor: int | None
    """Their sum; null where one of them has no amount."""
    known_minor: int
    """The sum of those that have one."""
    total: str
    """The sum in words, or what it lacks."""


class Kept(Statement):
    """How promises of a tier were kept, as the public was told before the day of the pack."""

    first: str
    """The first month that counts: `2025-01`."""
    last: str
    """The last one."""
    months: int
    """So many of them were told for this tier."""
    met: int
    """Promised times that were met in them."""
    of: int
    """Of so many that were decided."""


class PackOption(Statement):
    """One of the tiers that are compared."""

    column: TierColumn
    """As it stands on the grid."""
    totals: tuple[PackTotal, ...]
    """One for each term, the shortest first."""
    not_given: tuple[str, ...]
    """What a tier or an add-on of the catalog gives, and this one does not."""
    kept: Kept | None
    """null: the public was told nothing of it."""


class PackAddOn(Statement):
    """Something sold on top."""

    key: str
    """Its key."""
    name: str
    """Its name."""
    price: str
    """Its list price."""
    tiers: tuple[str, ...]
    """Keys of the compared tiers that it is sold with."""


class ChoicePack(Statement):
    """Up to three tiers of one catalog version, side by side."""

    format: Literal["tierline/choice-pack/1"] = "tierline/choice-pack/1"
    """The form of this document."""
    language: str
    """What its words are said in, as a tag; what the catalog says is as it was written."""
    company: str
    """Who offers."""
    product: str
    """What is offered; empty where the catalog names nothing."""
    account: str | None
    """Id of the account that it was made for; null: for everybody."""
    account_name: str
    """Its name."""
    on: str
    """Its day."""
    catalog: str
    """Key of the catalog."""
    version: str
    """Its version."""
    digest: str
    """Of the version's canonical form."""
    currency: str
    """Of all amounts."""
    quantities: tuple[StatedQuantity, ...]
    """What the totals are for."""
    options: tuple[PackOption, ...]
    """The tiers, in the order in which they were asked for."""
    targets: tuple[SeverityRows, ...]
    """Their clocks, as on the grid."""
    terms: tuple[TermRows, ...]
    """What else differs, as on the grid."""
    add_ons: tuple[PackAddOn, ...]
    """What is sold on top of one of them."""
    billing: tuple[str, ...]
    """When bills and changes of them are due."""


class PackSignature(Statement):
    """By the key of the installation."""

    public_key: str
    """Its public half."""
    value: str
    """Over everything else in the document."""


class SignedPack(ChoicePack):
    """The pack with its own digest, and signed."""

    pack_digest: str
    """Of everything but itself and the signature."""
    signature: PackSignature
    """By whom."""
