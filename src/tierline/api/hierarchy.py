"""Parents and subsidiaries over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.hierarchy import Inheritable
from tierline.actions.hierarchy import set_inheritance
from tierline.api.answers import AccountId, TypedDict, said
from tierline.api.callers import account_for, may
from tierline.api.inputs import Body
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.queries.hierarchy import sources_of_account

if TYPE_CHECKING:
    from tierline.store.records import Reads

router = Routes(prefix="/v1/accounts/{account}/inheritance", tags=["accounts"])
Reader = Annotated[Caller, Depends(may(Permission.read_accounts))]
Writer = Annotated[Caller, Depends(may(Permission.write_accounts))]


class InheritanceAnswer(TypedDict):
    """What an account has from above."""

    account: AccountId
    parent: Annotated[str | None, said("The account above it, where the caller sees that.")]
    inherits: Annotated[list[str], said("What it has from there where it has none of its own.")]
    sources: Annotated[
        dict[str, str | None],
        said("By thing: the account whose own counts; null: nobody's, or one that is not seen."),
    ]


class InheritanceBody(Body):
    """What an account has from its parent where it has none of its own."""

    inherits: Annotated[frozenset[Inheritable], Field(max_length=len(Inheritable))]


@router.get("", summary="What an account inherits, and from whom")
def read_inheritance(request: Request, caller: Reader, account: str) -> InheritanceAnswer:
    """`sources` name the account whose contract, contacts or profile counts; null: nobody's. An
    account that the caller does not see is not named."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.read_accounts)
    return application.read(lambda reads: _document(reads, id_, caller))


@router.put("", summary="Change what an account inherits")
def change_inheritance(
    request: Request, caller: Writer, account: str, body: InheritanceBody
) -> InheritanceAnswer:
    """These things from now on, and no others."""
    application = application_of(request)
    id_ = account_for(application, caller, account, Permission.write_accounts)
    occasion = application.occasion(caller.id)
    application.change(lambda records: set_inheritance(records, id_, body.inherits, occasion))
    return application.read(lambda reads: _document(reads, id_, caller))


def _document(reads: Reads, account: str, caller: Caller) -> InheritanceAnswer:
    found = reads.accounts.get(account)
    links, sources = sources_of_account(reads, account)
    is_parent_seen = found.parent is not None and caller.sees(found.parent)
    return {
        "account": account,
        "parent": found.parent if is_parent_seen else None,
        "inherits": sorted(each.value for each in links[account].inherits),
        "sources": {
            what.value: source if source is not None and caller.sees(source) else None
            for what, source in sources.items()
        },
    }
