"""Aliases, merges and their review over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.accounts.identity import SourceRecord, System, Verdict
from tierline.actions.identities import (
    FIELD_LIMIT_CHARACTERS,
    ID_LIMIT_CHARACTERS,
    LINKS_LIMIT_RECORDS,
    RecordToLink,
    decide,
    link_records,
    merge_accounts,
    split_account,
)
from tierline.api.answers import AccountId, Id, Page, TypedDict, instant, said, word_of
from tierline.api.callers import may
from tierline.api.idempotency import Once
from tierline.api.inputs import DEFAULT_LIMIT, After, Body, Limit, Word, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.identities import resolve_identities
from tierline.queries.identities import ReviewRow, merges_of, open_reviews

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records

router = Routes(prefix="/v1", tags=["identities"])
MOST_BYTES = 8 * 1024**2
Resolver = Annotated[Caller, Depends(may(Permission.resolve_identities))]
Text = Annotated[str, Field(min_length=1, max_length=FIELD_LIMIT_CHARACTERS)]


class OutsideRecordAnswer(TypedDict):
    """A record of another system."""

    system: Annotated[str, word_of(System, "The system.")]
    external_id: Annotated[str, said("Its id there.")]


class LinkAnswer(OutsideRecordAnswer):
    """A record of another system, and whose it is."""

    account: AccountId


class LinksAnswer(TypedDict):
    """What was linked."""

    items: Annotated[list[LinkAnswer], said("In the order of the request.")]


class AgreementAnswer(TypedDict):
    """What two records agree in."""

    field: Annotated[str, said("The field that is compared.")]
    words: Annotated[str, said("What was found, in words.")]
    weight: Annotated[float, said("What it says for one customer, in bits.")]


class EvidenceAnswer(TypedDict):
    """Why two accounts may be one customer."""

    weight: Annotated[float, said("Of all of it, in bits; 10 says about 1,000 to 1.")]
    records: Annotated[list[OutsideRecordAnswer], said("The two records that are compared.")]
    agreements: Annotated[list[AgreementAnswer], said("What they agree in, and how far.")]
    contradictions: Annotated[list[str], said("What speaks against it.")]


class NamedAccountAnswer(TypedDict):
    """An account with its name."""

    account: AccountId
    name: Annotated[str, said("The account's name.")]


class ReviewAnswer(EvidenceAnswer):
    """A pair that a person should look at."""

    first: Annotated[NamedAccountAnswer, said("One of the two.")]
    second: Annotated[NamedAccountAnswer, said("The other one.")]
    proposed_at: Annotated[str, instant("When it was found.")]


class MergedAnswer(TypedDict):
    """Which account answers for which."""

    account: AccountId
    into: Annotated[str, said("The account that answers for it.")]


class SureMergeAnswer(MergedAnswer):
    """A merge that nobody had to decide."""

    weight: Annotated[float, said("Of the evidence, in bits.")]


class ResolutionAnswer(TypedDict):
    """What a search for doubles found."""

    merges: Annotated[list[SureMergeAnswer], said("What was sure, and was merged.")]
    to_review: Annotated[int, said("Pairs that a person should look at.")]


class DecisionAnswer(TypedDict):
    """What came of a decision."""

    verdict: Annotated[str, word_of(Verdict, "What was said.")]
    account: Annotated[str | None, said("The account that was merged; null: none was.")]
    into: Annotated[str | None, said("The account that answers for it.")]


class MergeAnswer(TypedDict):
    """A merge, be it undone or not."""

    id: Id
    account: AccountId
    into: Annotated[str, said("The account that answers for it.")]
    merged_at: Annotated[str, instant("When it was merged.")]
    split_at: Annotated[str | None, instant("When it was undone.")]
    evidence: Annotated[EvidenceAnswer | None, said("Null: somebody merged them by hand.")]


class AliasAnswer(LinkAnswer):
    """What another system says of an account."""

    fields: Annotated[dict[str, str], said("Name, domain and the like, as they stand there.")]


class IdentityAnswer(TypedDict):
    """Who an account stands for."""

    account: Annotated[str, said("The account that answers.")]
    accounts: Annotated[list[str], said("It, and all that were merged into it.")]
    aliases: Annotated[list[AliasAnswer], said("Records of other systems that are linked to them.")]
    merges: Annotated[list[MergeAnswer], said("All that there ever were.")]


class RecordBody(Body):
    """What an outside system says of a customer."""

    system: System
    external_id: Annotated[str, Field(min_length=1, max_length=ID_LIMIT_CHARACTERS)]
    account: Word | None = None
    name: Text
    domain: Text | None = None
    tax_id: Text | None = None
    address: Text | None = None
    place: Text | None = None
    postcode: Text | None = None
    phone: Text | None = None

    def stated(self) -> RecordToLink:
        """The same for the action."""
        fields = self.model_dump(
            exclude={"system", "external_id", "account"}, exclude_none=True, mode="json"
        )
        return RecordToLink(SourceRecord(self.system, self.external_id, fields), self.account)


class RecordsBody(Body):
    """Records to link."""

    records: Annotated[tuple[RecordBody, ...], Field(min_length=1, max_length=LINKS_LIMIT_RECORDS)]


class MergeBody(Body):
    """The account that answers from now on."""

    into: Word


class DecisionBody(Body):
    """What somebody says of two accounts."""

    first: Word
    second: Word
    verdict: Verdict


@router.post("/identity-links", summary="Link records of outside systems to accounts")
def link(request: Request, caller: Resolver, body: RecordsBody, once: Once) -> LinksAnswer:
    """A record without an account opens one under its name; a record that is linked keeps its
    account, and its fields are brought up to date. All of them, or none."""
    application = application_of(request)
    stated = [each.stated() for each in body.records]
    occasion = application.occasion(caller.id)

    def work(records: Records) -> LinksAnswer:
        return {
            "items": [
                {
                    "system": each.record.system.value,
                    "external_id": each.record.external_id,
                    "account": application.account_of(each.account),
                }
                for each in link_records(records, stated, occasion)
            ]
        }

    return once.change(caller, work)


@router.post("/identity-resolutions", summary="Find records that stand for one customer")
def resolve(request: Request, caller: Resolver) -> ResolutionAnswer:
    """Merges what is sure, and queues the rest for review. Doing it again changes nothing but the
    queue."""
    application = application_of(request)
    found = resolve_identities(application, application.occasion(caller.id))
    return {
        "merges": [
            {"account": absorbed, "into": survivor, "weight": _bits(proposal.evidence.weight)}
            for proposal, (absorbed, survivor) in found.merges
        ],
        "to_review": len(found.review),
    }


@router.get("/identity-reviews", summary="Pairs that a person should look at")
def list_reviews(
    request: Request, _: Resolver, *, after: After = None, limit: Limit = DEFAULT_LIMIT
) -> Page[ReviewAnswer]:
    """The strongest evidence first; a weight of 10 says about 1,000 to 1."""
    page = application_of(request).read(
        lambda reads: open_reviews(reads.snapshot, after=after, limit=limit)
    )
    return listed([_review(row) for row in page.items], page.next)


@router.post("/identity-decisions", summary="Say whether two accounts are the same")
def decide_pair(caller: Resolver, body: DecisionBody, once: Once) -> DecisionAnswer:
    """`same` merges them; `apart` keeps them from ever being proposed again."""

    def work(records: Records, occasion: Occasion) -> DecisionAnswer:
        pair = decide(records, body.first, body.second, body.verdict, occasion)
        return {
            "verdict": body.verdict.value,
            "account": None if pair is None else pair[0],
            "into": None if pair is None else pair[1],
        }

    return once.act(caller, work)


@router.get("/accounts/{account}/identity", summary="Who an account stands for")
def read_identity(request: Request, _: Resolver, account: str) -> IdentityAnswer:
    """The account that answers, all that were merged into it, and every alias of them."""
    application = application_of(request)
    id_ = application.account_of(account)

    def read(reads: Any) -> IdentityAnswer:
        reads.accounts.get(id_)
        group = reads.identities.state(with_links=False).group(id_)
        return {
            "account": id_,
            "accounts": list(group),
            "aliases": [
                {
                    "system": each.record.system.value,
                    "external_id": each.record.external_id,
                    "account": each.account,
                    "fields": dict(each.record.fields),
                }
                for each in reads.identities.links_of(group)
            ],
            "merges": [_merge(row) for row in merges_of(reads.snapshot, group)],
        }

    return application.read(read)


@router.put("/accounts/{account}/merge", summary="Merge an account into another one")
def merge(request: Request, caller: Resolver, account: str, body: MergeBody) -> MergedAnswer:
    """From now on the other one answers for it. Its rows stay as they are."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    survivor = application.change(
        lambda records: merge_accounts(records, account, body.into, occasion)
    )
    return {"account": account, "into": survivor}


@router.delete("/accounts/{account}/merge", status_code=204, summary="Undo the merge of an account")
def split(request: Request, caller: Resolver, account: str) -> None:
    """It stands for itself again, exactly as it was."""
    application = application_of(request)
    occasion = application.occasion(caller.id)
    application.change(lambda records: split_account(records, account, occasion))


def _review(row: ReviewRow) -> ReviewAnswer:
    return {
        "first": {"account": row.first, "name": row.first_name},
        "second": {"account": row.second, "name": row.second_name},
        "proposed_at": shown(row.proposed_at),
        **_evidence(row.evidence),
    }


def _merge(row: dict[str, Any]) -> MergeAnswer:
    return {
        "id": row["id"],
        "account": row["account_id"],
        "into": row["into_id"],
        "merged_at": shown(row["merged_at"]),
        "split_at": shown(row["split_at"]),
        "evidence": None if row["evidence"] is None else _evidence(row["evidence"]),
    }


def _evidence(stated: dict[str, Any]) -> EvidenceAnswer:
    return {
        "weight": _bits(stated["weight"]),
        "records": [
            {"system": system, "external_id": id_}
            for system, id_ in (stated["first"], stated["second"])
        ],
        "agreements": [
            {"field": each["field"], "words": each["words"], "weight": _bits(each["weight"])}
            for each in stated["agreements"]
        ],
        "contradictions": stated["contradictions"],
    }


def _bits(hundredths: int) -> float:
    return hundredths / 100
