"""Choice packs, drawn up and signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.bootstrap import signing_key
from tierline.queries.choice_packs import account_offer, pack_of, public_offer
from tierline.scorecards.choice_pack import SignedPack
from tierline.scorecards.choosing import signed_pack

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.queries.choice_packs import Offer, PackAsked
    from tierline.store.records import Reads


def offer_for(application: Application, account: str | None, asked: PackAsked) -> Offer:
    """What may be compared: by an account, or by everybody. Raises NotFound."""
    now = application.now()

    def work(reads: Reads) -> Offer:
        if account is None:
            return public_offer(reads, asked, now)
        return account_offer(reads, account, asked, now)

    return application.read(work)


def pack_for(application: Application, account: str | None, asked: PackAsked) -> SignedPack:
    """The pack of what is asked for. Raises NotFound, and Invalid with every fault."""
    return drawn_up(application, offer_for(application, account, asked), asked)


def drawn_up(application: Application, offer: Offer, asked: PackAsked) -> SignedPack:
    """The pack of an offer, signed with this installation's key. Raises Invalid."""
    now = application.now()
    pack = application.read(lambda reads: pack_of(reads, offer, asked, now))
    return SignedPack.model_validate(signed_pack(pack, signing_key()))
