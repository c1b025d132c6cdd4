"""The review of identities: pairs that may be one customer, what was merged, and its undoing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.identity import ACCOUNT_FIELDS, SourceRecord, System, Verdict
from tierline.actions.identities import decide, split_account
from tierline.bootstrap.identities import resolve_identities
from tierline.catalog.words import capitalised
from tierline.kernel.errors import TierlineError
from tierline.queries.identities import open_reviews, recent_merges, recently_kept_apart
from tierline.web.badges import Badge
from tierline.web.forms import sent_with, told
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response

    from tierline.accounts.evidence import RecordKey
    from tierline.accounts.identity import IdentityLink
    from tierline.actions.occasion import Occasion
    from tierline.kernel.errors import Fault
    from tierline.queries.identities import ReviewRow
    from tierline.queries.pages import Page
    from tierline.store.records import Reads, Records
    from tierline.web.visits import Form

PATH = "/identities"
PAIRS = 20
DONE_ROWS = 20
_CERTAIN = 1_000_000
"""Greater odds than these are no better reason."""
_MERGED, _SPLIT = Badge("ok", "✓", "Merged"), Badge("paused", "–", "Split again")
_FOR, _AGAINST = Badge("ok", "+", "For"), Badge("warn", "–", "Against")
_NEITHER = Badge("paused", "·", "Neither")
_SAID = {
    "merged": "The two are one from now on. Below they can be split again.",
    "apart": "The two are kept apart and are not proposed again.",
    "split": "It stands for itself again, exactly as it was.",
    "compared": "All records were compared: what is sure was merged, and the rest stands here.",
}


@shown_to(Permission.resolve_identities)
def identities_page(visit: Visit) -> Response:
    """Pairs on which nobody has decided, the strongest evidence first; then what was done."""
    return _shown(visit)


@sent_with(Permission.resolve_identities)
def merge(visit: Visit, _: Form) -> Response:
    """The two are one customer."""
    return _decided(visit, Verdict.same, "merged")


@sent_with(Permission.resolve_identities)
def keep_apart(visit: Visit, _: Form) -> Response:
    """The two are two, and are never proposed again."""
    return _decided(visit, Verdict.apart, "apart")


@sent_with(Permission.resolve_identities)
def split(visit: Visit, _: Form) -> Response:
    """A merge undone."""
    account = visit.path_word("account")
    return _changed(
        visit, lambda records, occasion: split_account(records, account, occasion), "split"
    )


@sent_with(Permission.resolve_identities)
def compare(visit: Visit, _: Form) -> Response:
    """All linked records, in pairs."""
    try:
        resolve_identities(visit.application, visit.application.occasion(visit.caller.id))
    except TierlineError as error:
        return _shown(visit, told(error, ""))
    return go(f"{PATH}?said=compared")


def _decided(visit: Visit, verdict: Verdict, said: str) -> Response:
    first, second = visit.path_word("first"), visit.path_word("second")
    return _changed(
        visit, lambda records, occasion: decide(records, first, second, verdict, occasion), said
    )


def _changed(visit: Visit, work: Callable[[Records, Occasion], object], said: str) -> Response:
    occasion = visit.application.occasion(visit.caller.id)
    try:
        visit.application.change(lambda records: work(records, occasion))
    except TierlineError as error:
        return _shown(visit, told(error, ""))
    return go(f"{PATH}?said={said}")


def _shown(visit: Visit, faults: tuple[Fault, ...] = ()) -> Response:
    after = visit.asked("after", 2_000)

    def work(reads: Reads) -> dict[str, Any]:
        page = open_reviews(reads.snapshot, after=after or None, limit=PAIRS)
        return {
            "page": page,
            "links": reads.identities.links_by_key(_records(page)),
            "merges": recent_merges(reads.snapshot, limit=DONE_ROWS),
            "apart": recently_kept_apart(reads.snapshot, limit=DONE_ROWS),
        }

    found = visit.application.read(work)
    return visit.page(
        "pages/identities.html",
        status=409 if faults else 200,
        faults=faults,
        said=_SAID.get(visit.asked("said")),
        pairs=[_pair(row, found["links"]) for row in found["page"].items],
        is_first=not after,
        next=found["page"].next,
        merges=[
            {
                "row": row,
                "badge": _SPLIT if row.split_at else _MERGED,
                "odds": None if row.evidence is None else odds_in_words(row.evidence["weight"]),
            }
            for row in found["merges"]
        ],
        apart=found["apart"],
    )


def _records(page: Page[ReviewRow]) -> list[SourceRecord]:
    """The records that the evidence of these pairs names."""
    return [
        SourceRecord(System(system), external_id, {})
        for row in page.items
        for system, external_id in (row.evidence["first"], row.evidence["second"])
    ]


def _pair(row: ReviewRow, links: Mapping[RecordKey, IdentityLink]) -> dict[str, Any]:
    """Two accounts with the fields of their records side by side."""
    keys = [row.evidence["first"], row.evidence["second"]]
    if _account(links, keys[1]) == row.first or _account(links, keys[0]) == row.second:
        keys.reverse()
    first, second = (_fields(links, key) for key in keys)
    compared = {each["field"]: each for each in row.evidence["agreements"]}
    against = row.evidence["contradictions"]
    return {
        "row": row,
        "odds": odds_in_words(row.weight),
        "first_system": _system(keys[0]),
        "second_system": _system(keys[1]),
        "first_record": keys[0],
        "second_record": keys[1],
        "contradictions": capitalised(" and ".join(_name(field).lower() for field in against)),
        "are_many": len(against) > 1,
        "fields": [
            {
                "name": _name(field),
                "first": first.get(field),
                "second": second.get(field),
                "words": compared[field]["words"] if field in compared else None,
                "badge": _badge(compared.get(field), is_against=field in against),
            }
            for field in ACCOUNT_FIELDS
            if field in first or field in second
        ],
    }


def _fields(links: Mapping[RecordKey, IdentityLink], key: list[str]) -> Mapping[str, str]:
    link = links.get((key[0], key[1]))
    return {} if link is None else link.record.fields


def _account(links: Mapping[RecordKey, IdentityLink], key: list[str]) -> str | None:
    link = links.get((key[0], key[1]))
    return None if link is None else link.account


def _system(key: list[str]) -> str:
    return {"crm": "CRM"}.get(key[0], key[0].capitalize())


def _badge(compared: Mapping[str, Any] | None, *, is_against: bool) -> Badge:
    if is_against:
        return _AGAINST
    weight = 0 if compared is None else compared["weight"]
    return _FOR if weight > 0 else _AGAINST if weight < 0 else _NEITHER


def _name(field: str) -> str:
    return {"tax_id": "Tax id"}.get(field, field.replace("_", " ").capitalize())


def odds_in_words(weight: int) -> str:
    """A weight in hundredths of a bit as odds: `about 1,000 to 1 for it`."""
    bits = abs(weight) / 100
    odds = 2 ** min(bits, 40.0)
    if odds >= _CERTAIN:
        return f"more than {_CERTAIN:,} to 1 {'for' if weight > 0 else 'against'} it"
    shown = round(odds) if odds < 10 else round(odds, 2 - len(str(int(odds))))
    if shown <= 1:
        return "even odds"
    return f"about {shown:,.0f} to 1 {'for' if weight > 0 else 'against'} it"


ROUTES = [
    Route(PATH, identities_page, methods=["GET"]),
    Route(f"{PATH}/comparison", compare, methods=["POST"]),
    Route(f"{PATH}/{{account}}/split", split, methods=["POST"]),
    Route(f"{PATH}/{{first}}/{{second}}/merge", merge, methods=["POST"]),
    Route(f"{PATH}/{{first}}/{{second}}/apart", keep_apart, methods=["POST"]),
]
