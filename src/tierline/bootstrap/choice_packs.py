"""Choice packs, drawn up and signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.bootstrap import signing_key
from tierline.bootstrap.kept_answers import OneAtATime, kept
from tierline.catalog.canonical import catalog_digest
from tierline.queries.choice_packs import account_offer, public_offer, question_of
from tierline.scorecards.choice_pack import SignedPack
from tierline.scorecards.choosing import choice_pack, signed_pack

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tierline.bootstrap.application import Application
    from tierline.queries.choice_packs import Offer, PackAsked
    from tierline.store.records import Reads

_strangers = OneAtATime(waiting=3, seconds=1.0)
"""A pack takes a hundredth of a second, and each quantity is another pack, so that no keeping
bounds how many are asked for."""
_drawn: dict[Hashable, SignedPack] = {}


def offer_for(application: Application, account: str | None, asked: PackAsked) -> Offer:
    """What may be compared: by an account, or by everybody. Raises NotFound."""
    now = application.now()

    def work(reads: Reads) -> Offer:
        if account is None:
            return public_offer(reads, asked, now)
        return account_offer(reads, account, asked, now)

    return application.read(work)


def pack_for(
    application: Application, account: str | None, asked: PackAsked, *, for_stranger: bool = False
) -> SignedPack:
    """The pack of what is asked for. Raises NotFound, Invalid with every fault, and LimitReached
    where too many strangers ask at once."""
    offer = offer_for(application, account, asked)
    return drawn_up(application, offer, asked, for_stranger=for_stranger)


def drawn_up(
    application: Application, offer: Offer, asked: PackAsked, *, for_stranger: bool = False
) -> SignedPack:
    """The pack of an offer, signed with this installation's key. Raises Invalid and, where it is
    `for_stranger` and was not drawn up lately, LimitReached."""
    now = application.now()
    question, told = application.read(lambda reads: question_of(reads, offer, asked, now))
    key = signing_key()

    def drawn() -> SignedPack:
        pack = choice_pack(offer.catalog, question, told)
        return SignedPack.model_validate(signed_pack(pack, key))

    def in_turn() -> SignedPack:
        with _strangers.taken():
            return drawn()

    whole = (
        catalog_digest(offer.catalog),
        key.public_text(),
        question.whole,
        tuple(told.items()),
    )
    return kept(_drawn, whole, in_turn if for_stranger else drawn)
