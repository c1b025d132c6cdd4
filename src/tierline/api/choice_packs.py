"""Choice packs over HTTP: up to three plans of a catalog version side by side, signed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.api.callers import account_for, may
from tierline.api.inputs import NO_TOKEN
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.choice_packs import pack_for
from tierline.kernel.errors import Fault, Invalid
from tierline.languages.choice import first_language
from tierline.queries.choice_packs import PackAsked, asked_faults
from tierline.scorecards.choice_pack import SignedPack

router = Routes(tags=["catalog"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]
Version = Annotated[
    str, Query(max_length=40, description="Of the catalog. Absent: the one in force.")
]
Tiers = Annotated[
    list[str] | None,
    Query(max_length=20, description="Two or three. Absent: the first choices."),
]
Quantities = Annotated[
    list[str] | None,
    Query(max_length=100, description="`hours=40`: a unit of a price, `spend`, or a feature."),
]
Day = Annotated[str, Query(max_length=20, description="Of the pack: 2026-01-31. Absent: today.")]
Tag = Annotated[str, Query(max_length=20, description="Of the words: `de`. Absent: English.")]


def pack_asked(
    *,
    version: Version = "",
    tier: Tiers = None,
    quantity: Quantities = None,
    on: Day = "",
    language: Tag = "",
) -> PackAsked:
    """What a request asks for. Raises Invalid with all that is wrong whatever the catalog says."""
    parts = [each.partition("=") for each in quantity or ()]
    asked = PackAsked(
        version=version,
        tiers=tuple(tier or ()),
        quantities={key: typed for key, equals, typed in parts if equals},
        on=on,
        language=first_language([language]),
    )
    faults = [
        Fault("bad_quantity", f"Write '{key}' as key=number: hours=40.", "quantity")
        for key, equals, _ in parts
        if not equals
    ]
    faults += asked_faults(asked)
    if faults:
        raise Invalid("This cannot be compared.", faults)
    return asked


Asked = Annotated[PackAsked, Depends(pack_asked)]


@router.get(
    "/v1/choice-packs/{catalog}",
    summary="Plans of a catalog side by side",
    openapi_extra=NO_TOKEN,
    responses={503: {}},
)
def read_choice_pack(request: Request, catalog: str, asked: Asked) -> SignedPack:
    """Outcomes, who bears the risk, total cost over 12, 24 and 36 months, exclusions and terms of
    two or three plans of the public grid, without a token. The same question is answered with the
    same bytes; digest and signature are checked by `tierline choice-pack verify`."""
    asked = replace(asked, catalog=catalog)
    return pack_for(application_of(request), None, asked, for_stranger=True)


@router.get("/v1/accounts/{account}/choice-pack", summary="Plans side by side, for an account")
def read_choice_pack_of_account(
    request: Request,
    caller: Reader,
    account: str,
    asked: Asked,
    catalog: Annotated[
        str, Query(max_length=200, description="Absent: that of its contract.")
    ] = "",
) -> SignedPack:
    """The same with the account's name; the plans that it has or had may be compared too, also
    where they are not sold to others."""
    application = application_of(request)
    found = account_for(application, caller, account, Permission.read_contracts)
    return pack_for(application, found, replace(asked, catalog=catalog))
