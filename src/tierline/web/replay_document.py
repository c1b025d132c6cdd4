"""A replay as one JSON value: `tierline/replay/1`, described in docs/replay.md.

Every key that holds a figure is the key of a measure in the metric dictionary, which the document
carries in full. Lengths are seconds, shares are between 0 and 1, instants are UTC.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from tierline.governance.comparison import Change
from tierline.kernel.instants import SECOND_US, format_micros
from tierline.milestones.table import NEVER
from tierline.scorecards.local_hours import DAYS
from tierline.scorecards.measures import measures
from tierline.scorecards.outcomes import Outcome
from tierline.scorecards.over_delivery import FAST_PERCENT

if TYPE_CHECKING:
    from typing import Any

    from tierline.actions.intake import Intake
    from tierline.actions.replay import DraftReplay, Replay
    from tierline.cases.log import CaseLog
    from tierline.governance.comparison import ChangeCount, Flip
    from tierline.milestones.terms import Terms
    from tierline.scorecards.agreement import Agreement, Confusion
    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.coverage import Coverage
    from tierline.scorecards.misses import Miss
    from tierline.scorecards.over_delivery import OverDelivery, TierAbove
    from tierline.scorecards.scorecard import Scorecard

FORMAT = "tierline/replay/1"

MOST_FLIPS = 1_000
"""Flips that the document lists for one draft; `total` has their number, `--flips` all of them."""

_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "milestone": ("milestone",),
    "tier": ("tier",),
    "severity": ("severity",),
    "month": ("month",),
    "promise": ("tier", "severity", "milestone"),
    "tier_month": ("tier", "month"),
}


def replay_document(replay: Replay, intake: Intake) -> dict[str, Any]:
    """The whole report as JSON values."""
    card = replay.scorecard
    return {
        "format": FORMAT,
        "catalog": _terms(replay.terms),
        "log": {
            "source": intake.source,
            "as_of": format_micros(replay.log.as_of),
            "zone": card.zone,
            "events": len(replay.log.at),
        },
        "reading": reading_document(intake),
        "coverage": _coverage(card.coverage),
        "attainment": {
            "overall": _attainment(card.overall, ()),
            **{f"by_{name}": _table(name, rows) for name, rows in card.by.items()},
        },
        "hours_of_week": _week(card),
        "over_delivery": {
            "fast_within_percent": FAST_PERCENT,
            "by_promise": [_over_delivery(row) for row in card.over_delivery],
            "served_as_tier_above": [_tier_above(row) for row in card.above],
        },
        "misses": {"total": len(card.missed_rows), "worst": [_miss(miss) for miss in card.worst]},
        "old_tool": [_agreement(each, replay.log) for each in replay.agreements],
        "drafts": [_draft(each, replay) for each in replay.drafts],
        "measures": {key: asdict(measure) for key, measure in measures().items()},
    }


def reading_document(intake: Intake) -> dict[str, Any]:
    """How the log was read, with every rejected row."""
    rows = intake.rows
    return {
        "rows_read": rows.read,
        "rows_used": rows.used,
        "rows_without_effect": rows.without_effect,
        "rows_rejected": rows.rejected,
        "rows_of_listed_cases": rows.of_listed_cases,
        "rejected": [
            {"line": row.line, "column": row.column, "value": row.value, "reason": row.reason}
            for row in intake.rejections
        ],
        "columns": [asdict(column) for column in intake.columns],
    }


def seconds(micros: int) -> int | float:
    """Seconds; a whole number where they are whole."""
    whole, rest = divmod(micros, SECOND_US)
    return whole if rest == 0 else micros / SECOND_US


def instant(micros: int) -> str | None:
    """ISO 8601 in UTC, or None for an instant that did not come."""
    return None if micros == NEVER else format_micros(micros)


def _terms(terms: Terms) -> dict[str, Any]:
    return {"catalog": terms.catalog, "version": terms.version, "digest": terms.digest}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "cases_read": coverage.read,
        "cases_judged": coverage.judged,
        "cases_listed": len(coverage.listed),
        "reasons": [
            {"reason": reason, "cases": count} for reason, count in coverage.reasons().items()
        ],
        "listed": [
            {"case": case.case_id, "code": case.code, "reason": case.reason}
            for case in coverage.listed
        ],
    }


def _table(name: str, rows: tuple[Attainment, ...]) -> list[dict[str, Any]]:
    return [_attainment(row, _DIMENSIONS[name]) for row in rows]


def _attainment(row: Attainment, dimensions: tuple[str, ...]) -> dict[str, Any]:
    interval, lengths = row.interval, row.lengths
    found: dict[str, Any] = dict(zip(dimensions, row.group, strict=True))
    found |= {outcome.name: row.counts[outcome] for outcome in Outcome}
    found |= {
        "decided": row.decided,
        "attainment": row.share,
        "attainment_low": interval.low if interval else None,
        "attainment_high": interval.high if interval else None,
        "evidence": row.evidence.value,
    }
    if lengths is not None:
        found["stopped"] = lengths.count
        for key in ("used_p50", "used_p90", "elapsed_p50", "elapsed_p90"):
            found[key] = seconds(getattr(lengths, key))
    return found


def _week(card: Scorecard) -> dict[str, Any]:
    return {
        "zone": card.zone,
        "days": list(DAYS),
        "hour_missed": card.week.missed.reshape(7, 24).tolist(),
        "hour_decided": card.week.decided.reshape(7, 24).tolist(),
    }


def _over_delivery(row: OverDelivery) -> dict[str, Any]:
    return {
        "tier": row.tier,
        "severity": row.severity,
        "milestone": row.kind,
        "met": row.met,
        "fast": row.fast,
        "fast_share": row.fast / row.met if row.met else None,
        "tier_above": row.tier_above,
        "compared_above": row.compared,
        "kept_above": row.kept_above,
        "kept_above_share": row.kept_above / row.compared if row.compared else None,
    }


def _tier_above(row: TierAbove) -> dict[str, Any]:
    interval = row.interval
    return {
        "tier": row.tier,
        "tier_above": row.tier_above,
        "cases_above": row.cases,
        "cases_kept_above": row.kept,
        "cases_kept_above_share": row.share,
        "cases_kept_above_low": interval.low if interval else None,
        "cases_kept_above_high": interval.high if interval else None,
        "evidence": row.evidence.value,
    }


def _miss(miss: Miss) -> dict[str, Any]:
    milestone = miss.milestone
    return {
        "case": miss.case_id,
        "account": miss.account,
        "tier": milestone.tier,
        "severity": milestone.severity,
        "milestone": milestone.kind.value,
        "cycle": milestone.cycle + 1,
        "promise": milestone.promise_id,
        "started": instant(milestone.started),
        "due": instant(milestone.due),
        "stopped": instant(milestone.stopped),
        "used": seconds(milestone.used),
        "allowance": seconds(milestone.allowance),
        "over": seconds(miss.over),
        "pauses": [
            {
                "reason": pause.reason,
                "paused_times": pause.times,
                "paused_for": seconds(pause.length),
            }
            for pause in miss.pauses
        ],
    }


def _agreement(agreement: Agreement, log: CaseLog) -> dict[str, Any]:
    return {
        "milestone": agreement.kind,
        **_confusion(agreement.overall),
        "undecided": agreement.undecided,
        "by_severity_and_wait": [
            {"severity": row.group[0], "wait": row.group[1]} | _confusion(row)
            for row in agreement.groups
        ],
        "disagreements": {
            "total": len(agreement.disagreeing),
            "cases": [log.case_ids[case] for case in agreement.disagreeing],
        },
    }


def _confusion(row: Confusion) -> dict[str, Any]:
    interval = row.interval
    return {
        "compared": row.compared,
        "agreeing": row.agreeing,
        "agreement": row.share,
        "agreement_low": interval.low if interval else None,
        "agreement_high": interval.high if interval else None,
        "baseline": row.baseline,
        "both_met": row.both_met,
        "both_missed": row.both_missed,
        "only_ours_missed": row.only_ours_missed,
        "only_theirs_missed": row.only_theirs_missed,
    }


def _draft(draft: DraftReplay, replay: Replay) -> dict[str, Any]:
    comparison = draft.comparison
    flipped = comparison.flipped
    return {
        "draft": draft.draft.name,
        **_terms(draft.draft.terms),
        **_changes(comparison.overall()),
        "accelerated_cases": draft.accelerated,
        "by_tier": [{"tier": row.name} | _changes(row) for row in comparison.by_tier()],
        "by_severity": [{"severity": row.name} | _changes(row) for row in comparison.by_severity()],
        "by_milestone": [{"milestone": row.name} | _changes(row) for row in comparison.by_kind()],
        "by_account": [
            {"account": row.name} | _changes(row)
            for row in comparison.by_attribute(replay.log, "account")
        ],
        "attainment": {
            "overall": _attainment(draft.overall, ()),
            **{f"by_{name}": _table(name, rows) for name, rows in draft.by.items()},
        },
        "flipped": {
            "total": len(flipped),
            "first": [_flip(comparison.flip(place, replay.log)) for place in flipped[:MOST_FLIPS]],
        },
    }


def _changes(row: ChangeCount) -> dict[str, Any]:
    counts = {change.name: row.counts[change] for change in Change}
    return counts | {"flips": row.flips, "flipped_cases": row.cases}


def _flip(flip: Flip) -> dict[str, Any]:
    def length(micros: int | None) -> int | float | None:
        return None if micros is None else seconds(micros)

    return {
        "case": flip.case_id,
        "account": flip.account,
        "tier": flip.tier,
        "severity": flip.severity,
        "milestone": flip.kind,
        "started": instant(flip.started),
        "change": flip.change.name,
        "used": length(flip.used),
        "allowance": length(flip.allowance),
        "draft_used": length(flip.draft_used),
        "draft_allowance": length(flip.draft_allowance),
    }
