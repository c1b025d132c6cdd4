"""Verification of an evidence bundle: all of it worked out again from its facts and terms."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from tierline.calendars.local_time import zone_named
from tierline.cases.history import CaseHistory
from tierline.cases.log import CaseLog, Labels
from tierline.kernel.digest import canonical_json, digest_of, digest_of_bytes
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import parse_instant, to_micros
from tierline.milestones.portable import terms_from_portable
from tierline.milestones.receipt import Check, difference_of, entries_of, signature_check
from tierline.scorecards.account_attainment import Whose, attainment_of
from tierline.scorecards.desk import KeptCases, Stretch, judged_desk
from tierline.scorecards.evidence import (
    CASES,
    FIGURES,
    FORMAT,
    MANIFEST,
    MOST_CASES,
    TERMS,
    figures_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tierline.milestones.terms import Terms

DIFFERENCES_LIMIT = 200
_SAYS_WHICH = ("month", "number", "tier", "severity", "milestone", "cycle")
_DAMAGE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, IndexError)
_Row = dict[str, Any]


def verify_evidence(files: Mapping[str, bytes], public_key: str | None = None) -> list[Check]:
    """Work a bundle out again. `public_key` is the issuer's, as published with the grid. Raises
    Invalid where the files are no bundle at all."""
    manifest = _read(files.get(MANIFEST, b"null"), MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Invalid(
            f"This is not an evidence bundle: 'format' of {MANIFEST} is not {FORMAT}.",
            code="not_a_bundle",
        )
    return [
        *_files_checks(files, manifest),
        signature_check(manifest, public_key),
        *_recomputed(files, manifest),
    ]


def _files_checks(files: Mapping[str, bytes], manifest: _Row) -> list[Check]:
    try:
        stated = {str(each["name"]): each["digest"] for each in manifest["files"]}
    except _DAMAGE as error:
        return [Check("files", False, f"The list of files is damaged ({_named(error)}).")]
    found = {name: digest_of_bytes(held) for name, held in files.items() if name != MANIFEST}
    wrong = [
        Check(name, False, f"The content has {found.get(name, 'no digest: it is not there')}, the "
              f"manifest says {stated.get(name, 'nothing of it')}.")
        for name in sorted({*stated, *found})
        if stated.get(name) != found.get(name)
    ]  # fmt: skip
    return wrong or [Check("files", True, f"{len(found)} files have the digests of the manifest.")]


def _recomputed(files: Mapping[str, bytes], manifest: _Row) -> list[Check]:
    try:
        bundle = _Bundle(files, manifest)
        cases = list(bundle.case_checks())
    except Invalid as error:
        return [Check("cases", False, error.message)]
    except _DAMAGE as error:
        return [Check("cases", False, f"A part is missing or damaged ({_named(error)}).")]
    if not cases:
        told = f"{bundle.milestones} milestones of {len(bundle.rows)} cases come out the same."
        cases = [Check("cases", True, told)]
    try:
        return [*cases, *bundle.figure_checks()]
    except Invalid as error:
        return [*cases, Check("figures", False, error.message)]
    except _DAMAGE as error:
        return [*cases, Check("figures", False, f"A part is damaged ({_named(error)}).")]


class _Bundle:
    """The content of a bundle, read."""

    def __init__(self, files: Mapping[str, bytes], manifest: _Row) -> None:
        self.during = Stretch(
            *(parse_instant(manifest[name]) for name in ("since", "until", "as_of"))
        )
        account = manifest["account"]
        self.account = Whose(
            id=str(account["id"]), name=str(account["name"]), time_zone=str(account["time_zone"])
        )
        self.stated = _read(files.get(FIGURES, b"null"), FIGURES)
        self.terms = {row["terms"]: row["statement"] for row in _rows(files, TERMS)}
        self.held = {name: terms_from_portable(each) for name, each in self.terms.items()}
        self.rows = _rows(files, CASES)
        self.histories = {
            row["case"]: CaseHistory.from_jsonable(row["facts"])
            for row in self.rows
            if row["terms"] is not None
        }
        self.milestones = sum(len(row["milestones"]) for row in self.rows)

    def case_checks(self) -> Iterator[Check]:
        """What is wrong with terms and cases; nothing where all of it is right."""
        for name, statement in self.terms.items():
            if digest_of(statement) != name:
                yield Check("terms", False, f"The terms {name} have another content.")
        if len({row["case"] for row in self.rows}) != len(self.rows):
            yield Check("cases", False, "A case stands in it twice.")
        for row in self.rows:
            told = self._wrong(row)
            if told:
                yield Check(f"case {row['number']}", False, told)

    def _wrong(self, row: _Row) -> str:
        body = {name: part for name, part in row.items() if name != "digest"}
        if digest_of(body) != row.get("digest"):
            changed = " Its content is not what its digest was made of."
        else:
            changed = ""
        return (self._recounted(row) + changed).strip()

    def _recounted(self, row: _Row) -> str:
        opened = parse_instant(row["opened_at"])
        if not self.during.since <= opened < max(self.during.until, self.during.since):
            return "It was not opened in the period of this bundle."
        if row["terms"] is None:
            return "" if row["milestones"] == [] else "It has milestones without a promise."
        history = self.histories[row["case"]]
        if (history.case_id, history.opened_at) != (row["case"], opened):
            return "Its facts are those of another case."
        found = entries_of(history, self.held[row["terms"]], self.during.as_of)
        return "" if found == row["milestones"] else difference_of(found, row["milestones"])

    def figure_checks(self) -> list[Check]:
        """Each figure that does not come out, or that all do."""
        desk = judged_desk(self._kept(), zone_named(self.account.time_zone))
        found = figures_of(attainment_of(self.account, self.during, desk))
        wrong = list(_differences(json.loads(canonical_json(found)), self.stated, ""))
        if not wrong:
            months = len(found["months"]) + len(found["commitments"])
            told = f"{months} figures, and the {len(found['milestones'])} milestones behind them, "
            return [Check("figures", True, told + "come out the same.")]
        more = len(wrong) - DIFFERENCES_LIMIT
        checks = [Check("figures", False, told) for told in wrong[:DIFFERENCES_LIMIT]]
        return checks + ([Check("figures", False, f"And {more} more differ.")] if more > 0 else [])

    def _kept(self) -> KeptCases:
        def labels(name: str) -> Labels:
            return Labels.of([str(row[name]) for row in self.rows])

        nothing = Labels.of([""] * len(self.rows))
        opened = [to_micros(parse_instant(row["opened_at"])) for row in self.rows]
        return KeptCases(
            ids=tuple(row["case"] for row in self.rows),
            numbers=tuple(int(row["number"]) for row in self.rows),
            opened=np.array(opened, dtype=np.int64),
            account=Labels.of([self.account.id] * len(self.rows)),
            segment=nothing,
            channel=nothing,
            access=nothing,
            contract=nothing,
            coverage=labels("coverage"),
            tier=labels("tier"),
            severity=labels("severity"),
            zone=labels("time_zone"),
            parts=tuple(self._parts()),
            as_of=to_micros(self.during.as_of),
        )

    def _parts(self) -> Iterator[tuple[int, CaseLog, Terms]]:
        start = 0
        for name, group in groupby(self.rows, key=lambda row: row["terms"]):
            rows = list(group)
            if name is not None:
                histories = [self.histories[row["case"]] for row in rows]
                yield start, CaseLog.of(histories, self.during.as_of), self.held[name]
            start += len(rows)


def _differences(ours: Any, theirs: Any, where: str) -> Iterator[str]:
    """Each value that differs, with where it stands."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        which = where + _which(ours)
        for name in sorted({*ours, *theirs}):
            yield from _differences(ours.get(name), theirs.get(name), f"{which} {name}".strip())
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            yield from _differences(one, other, where)
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield f"{where}: {len(ours)} come out, the bundle has {len(theirs)}."
    elif ours != theirs:
        yield f"{where} comes out as {_short(ours)}, the bundle says {_short(theirs)}."


def _which(row: _Row) -> str:
    said = [str(row[name]) for name in _SAYS_WHICH if row.get(name) is not None]
    return f" ({', '.join(said)})" if said else ""


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:120]


def _rows(files: Mapping[str, bytes], name: str) -> Sequence[_Row]:
    lines = files.get(name, b"").splitlines()
    if len(lines) > MOST_CASES:
        raise Invalid(f"{name} has more than {MOST_CASES} lines.")
    return [_read(line, f"line {place} of {name}") for place, line in enumerate(lines, 1)]


def _read(content: bytes, name: str) -> Any:
    try:
        found = json.loads(content)
        canonical_json(found)  # NaN and half characters are read by json, and have no digest
    except RecursionError:
        raise Invalid(f"{name} is nested too deep.") from None
    except ValueError as error:
        raise Invalid(f"{name} is not JSON: {error}.") from None
    return found


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
