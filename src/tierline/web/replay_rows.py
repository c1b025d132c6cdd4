"""The lists behind a report as rows: milestones, misses, flips, disagreements, rejects, cases.

The same rows go to CSV and to the workbook. Values from the log stand as they are in the log.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

import numpy as np

from tierline.calendars.local_time import zone_named
from tierline.kernel.instants import SECOND_US
from tierline.milestones.table import KINDS, NEVER, Verdict
from tierline.scorecards.local_hours import local_micros, months_of
from tierline.web.replay_document import instant, seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from tierline.actions.intake import Intake
    from tierline.actions.replay import Replay

Value = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """A list of rows under a heading. Columns are filled when they are asked for."""

    heads: tuple[str, ...]
    rows: Iterable[Sequence[Value]]
    count: int


MILESTONE_HEADS = (
    *("case", "account", "tier", "severity", "milestone", "cycle"),
    *("started", "stopped", "due", "used_seconds", "allowance_seconds", "over_seconds"),
    *("verdict", "promise", "month", "old_tool"),
)


def milestone_rows(replay: Replay) -> Sheet:
    """One row for each judged milestone, in the order of the table."""
    return _milestones(replay, np.arange(len(replay.table)))


def miss_rows(replay: Replay) -> Sheet:
    """The missed milestones, the worst first."""
    return _milestones(replay, replay.scorecard.missed_rows)


def _milestones(replay: Replay, rows: NDArray[np.int64]) -> Sheet:
    table, log = replay.table, replay.log
    cases = table.case[rows]
    columns = (
        [log.case_ids[case] for case in cases],
        _attribute(replay, "account", cases),
        _named(table.tiers, table.tier[rows]),
        _named(table.severities, table.severity[rows]),
        _named([kind.value for kind in KINDS], table.kind[rows]),
        (table.cycle[rows] + 1).tolist(),
        instants(table.started[rows]),
        instants(table.stopped[rows]),
        instants(table.due[rows]),
        lengths(table.used[rows]),
        lengths(table.allowance[rows]),
        lengths(np.maximum(table.used[rows] - table.allowance[rows], 0)),
        _named([verdict.name for verdict in Verdict], table.verdict[rows]),
        _promises(replay, rows),
        _months(replay, rows),
        _old_verdicts(replay, rows),
    )
    return Sheet(MILESTONE_HEADS, zip(*columns, strict=True), len(rows))


def flip_rows(replay: Replay) -> Sheet:
    """Every flip under every draft."""
    heads = (
        *("draft", "case", "account", "tier", "severity", "milestone", "started", "change"),
        *("used_seconds", "allowance_seconds", "draft_used_seconds", "draft_allowance_seconds"),
    )
    count = sum(len(draft.comparison.flipped) for draft in replay.drafts)
    return Sheet(heads, _flips(replay), count)


def _flips(replay: Replay) -> Iterator[Sequence[Value]]:
    for draft in replay.drafts:
        for place in draft.comparison.flipped:
            flip = draft.comparison.flip(place, replay.log)
            lengths_ = (flip.used, flip.allowance, flip.draft_used, flip.draft_allowance)
            yield (
                *(draft.draft.name, flip.case_id, flip.account, flip.tier, flip.severity),
                *(flip.kind, instant(flip.started), flip.change.name),
                *(None if each is None else seconds(each) for each in lengths_),
            )


def disagreement_rows(replay: Replay) -> Sheet:
    """Cases for which the old tool states another verdict."""
    words = ("missed", "met")
    rows = (
        (replay.log.case_ids[case], each.kind, words[each.ours[case]], words[each.theirs[case]])
        for each in replay.agreements
        for case in each.disagreeing
    )
    count = sum(len(each.disagreeing) for each in replay.agreements)
    return Sheet(("case", "milestone", "here", "old_tool"), rows, count)


def listed_rows(replay: Replay) -> Sheet:
    """Cases that are not judged."""
    listed = replay.scorecard.coverage.listed
    rows = ((case.case_id, case.code, case.reason) for case in listed)
    return Sheet(("case", "code", "reason"), rows, len(listed))


def reject_rows(intake: Intake) -> Sheet:
    """Rows of the file that could not become facts."""
    rows = ((row.line, row.column, row.reason, row.value) for row in intake.rejections)
    return Sheet(("line", "column", "reason", "value"), rows, len(intake.rejections))


def csv_bytes(sheet: Sheet) -> bytes:
    """RFC 4180 in UTF-8: a head line, then the rows; an absent value is an empty cell."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(chain([sheet.heads], sheet.rows))
    return text.getvalue().encode()


def instants(micros: NDArray[np.int64]) -> list[str | None]:
    """ISO 8601 in UTC; None for NEVER."""
    is_whole = not (micros[micros != NEVER] % SECOND_US).any()
    unit: Literal["s", "us"] = "s" if is_whole else "us"
    shown = np.datetime_as_string(micros.astype("datetime64[us]"), unit=unit).tolist()
    return [None if at == NEVER else f"{text}Z" for at, text in zip(micros, shown, strict=True)]


def lengths(micros: NDArray[np.int64]) -> list[int | float]:
    """Seconds, whole where they are whole."""
    if not (micros % SECOND_US).any():
        return (micros // SECOND_US).tolist()  # type: ignore[no-any-return]  # numpy says Any
    return [seconds(int(each)) for each in micros]


def _named(names: Sequence[str], codes: NDArray[np.integer]) -> list[str]:
    return [names[code] for code in codes.tolist()]


def _attribute(replay: Replay, name: str, cases: NDArray[np.int64]) -> list[str]:
    labels = replay.log.attributes.get(name)
    if labels is None:
        return [""] * len(cases)
    return _named([*labels.names, ""], labels.codes[cases])


def _promises(replay: Replay, rows: NDArray[np.int64]) -> list[str]:
    table, terms = replay.table, replay.terms
    places = {name: place for place, name in enumerate(table.tiers)}
    severities = {name: place for place, name in enumerate(table.severities)}
    id_of = {
        (places[tier], severities[severity], KINDS.index(kind)): target.promise_id
        for (tier, severity, kind), target in terms.targets.items()
    }
    keys = zip(
        table.tier[rows].tolist(),
        table.severity[rows].tolist(),
        table.kind[rows].tolist(),
        strict=True,
    )
    return [id_of[key] for key in keys]


def _months(replay: Replay, rows: NDArray[np.int64]) -> list[str]:
    if not len(rows):
        return []
    zone = zone_named(replay.scorecard.zone)
    months = months_of(local_micros(replay.table.started[rows], zone))
    return _named(months.names, months.codes)


def _old_verdicts(replay: Replay, rows: NDArray[np.int64]) -> list[str]:
    """What the old tool says of the case, on rows of the kind that it judged."""
    found = np.zeros(len(rows), dtype=np.int64)
    for each in replay.agreements:
        of_kind = replay.table.kind[rows] == [kind.value for kind in KINDS].index(each.kind)
        theirs = each.theirs[replay.table.case[rows]]
        found = np.where(of_kind & (theirs >= 0), theirs + 1, found)
    return _named(("", "missed", "met"), found)
