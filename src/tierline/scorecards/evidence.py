"""The evidence bundle of an account: the figures that it was shown, and all that they follow from.

Whoever has it works every milestone and every figure out again, without a server. Terms stand once
each, however many cases are held to them. Facts that no clock reads are not in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline import __version__
from tierline.kernel.digest import canonical_json, digest_of, digest_of_bytes
from tierline.kernel.errors import LimitReached
from tierline.kernel.instants import format_instant, from_micros
from tierline.milestones.portable import portable_terms
from tierline.milestones.receipt import entries_of, signed
from tierline.scorecards.account_attainment import attainment_document
from tierline.scorecards.adherence import OUTSIDE
from tierline.scorecards.desk import milestone_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tierline.cases.log import CaseLog
    from tierline.kernel.signing import SigningKey
    from tierline.milestones.terms import Terms
    from tierline.scorecards.account_attainment import AccountAttainment
    from tierline.scorecards.desk import KeptCases

FORMAT = "tierline/evidence-bundle/1"
FIGURES_FORMAT = "tierline/evidence-figures/1"
MANIFEST, README = "manifest.json", "README.txt"
FIGURES, CASES, TERMS = "figures.json", "cases.jsonl", "terms.jsonl"
_MIB = 1024 * 1024
MOST_BYTES = {
    MANIFEST: _MIB,
    README: _MIB // 8,
    TERMS: 16 * _MIB,
    FIGURES: 64 * _MIB,
    CASES: 128 * _MIB,
}
"""What each file of a bundle may have, and which there are."""
MOST_CASES = 20_000
_YEARS_AHEAD = 6
"""A due time may lie so far ahead; holidays are written out to there."""


def evidence_files(found: AccountAttainment, readme: str, key: SigningKey) -> dict[str, bytes]:
    """The files of the bundle, the manifest with the signature over the digests of the others.
    Raises LimitReached for more than fits."""
    if found.cases > MOST_CASES:
        raise LimitReached(f"An evidence bundle has at most {MOST_CASES} cases.")
    terms = _Terms(found.desk.cases)
    cases = _lines(_rows(found.desk.cases, terms))
    files = {
        README: readme.encode(),
        FIGURES: canonical_json(figures_of(found)),
        CASES: cases,
        TERMS: _lines(terms.rows()),
    }
    for name, content in files.items():
        if len(content) > MOST_BYTES[name]:
            raise LimitReached(
                f"{name} of an evidence bundle has at most {MOST_BYTES[name]} bytes."
            )
    return {MANIFEST: canonical_json(signed(_manifest(found, files), key)), **files}


def figures_of(found: AccountAttainment) -> dict[str, Any]:
    """The figures with every milestone that is counted, and whatever is in no share with why."""
    adherence = found.desk.adherence
    outside = milestone_rows(found.desk, adherence.where({}, OUTSIDE).tolist())
    return attainment_document(found) | {
        "format": FIGURES_FORMAT,
        "met": found.overall.met,
        "missed": found.overall.missed,
        "left_out": [
            {
                "case": row.case,
                "number": row.number,
                "milestone": row.milestone,
                "outcome": row.outcome.name,
                "reason": row.reason,
            }
            for row in outside
        ],
    }


def _manifest(found: AccountAttainment, files: dict[str, bytes]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "account": {
            "id": found.account.id,
            "name": found.account.name,
            "time_zone": found.account.time_zone,
        },
        "since": format_instant(found.during.since),
        "until": format_instant(found.during.until),
        "as_of": format_instant(found.during.as_of),
        "cases": found.cases,
        "calculator": {"program": "tierline", "version": __version__},
        "files": [
            {"name": name, "bytes": len(content), "digest": digest_of_bytes(content)}
            for name, content in files.items()
        ],
    }


class _Terms:
    """The promises that the cases are held to, each under its digest."""

    def __init__(self, kept: KeptCases) -> None:
        first = min((int(each) for each in kept.opened), default=kept.as_of)
        self._years = (
            from_micros(first).year - 1,
            from_micros(kept.as_of).year + _YEARS_AHEAD,
        )
        self._known: dict[str, dict[str, Any]] = {}

    def named(self, terms: Terms) -> str:
        tiers = {*terms.tiers, *(tier for tier, _, _ in terms.targets)}
        statement = portable_terms(terms, tiers, self._years)
        digest = digest_of(statement)
        self._known[digest] = statement
        return digest

    def rows(self) -> Iterator[dict[str, Any]]:
        for digest, statement in self._known.items():
            yield {"terms": digest, "statement": statement}


def _rows(kept: KeptCases, terms: _Terms) -> Iterator[dict[str, Any]]:
    """Every case, in the order in which they are judged."""
    first = min((start for start, _, _ in kept.parts), default=len(kept))
    for place in range(first):
        yield _row(kept, place, {"terms": None, "facts": None, "milestones": []})
    for start, log, held in kept.parts:
        name = terms.named(held)
        for place in range(len(log)):
            yield _row(kept, start + place, {"terms": name, **_judged(log, place, held)})


def _judged(log: CaseLog, place: int, terms: Terms) -> dict[str, Any]:
    history = log.history(place)
    return {
        "facts": history.to_jsonable(),
        "milestones": entries_of(history, terms, from_micros(log.as_of)),
    }


def _row(kept: KeptCases, place: int, judged: dict[str, Any]) -> dict[str, Any]:
    body = {
        "case": kept.ids[place],
        "number": kept.numbers[place],
        "opened_at": format_instant(from_micros(int(kept.opened[place]))),
        "coverage": kept.coverage.text(place),
        "tier": kept.tier.text(place),
        "severity": kept.severity.text(place),
        "time_zone": kept.zone.text(place),
        **judged,
    }
    return body | {"digest": digest_of(body)}


def _lines(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(canonical_json(row) + b"\n" for row in rows)
