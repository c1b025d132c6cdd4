"""A replay as one self-contained page that opens on a picture."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tierline.governance.comparison import Change
from tierline.kernel.instants import format_micros
from tierline.scorecards.groups import NOT_STATED
from tierline.scorecards.measures import measures
from tierline.scorecards.misses import worst_of_each
from tierline.scorecards.outcomes import Outcome
from tierline.web import replay_pictures as pictures
from tierline.web import replay_words as words
from tierline.web.formats import number
from tierline.web.pages import render
from tierline.web.replay_lanes import case_lanes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tierline.actions.intake import Intake
    from tierline.actions.replay import DraftReplay, Replay
    from tierline.governance.comparison import ChangeCount
    from tierline.scorecards.agreement import Agreement
    from tierline.scorecards.attainment import Attainment
    from tierline.web.replay_pictures import View

SHOWN_FLIPS = 50
SHOWN_MISSES_A_KIND = 3
SHOWN_REJECTS = 20
SHOWN_ACCOUNTS = 10
SHOWN_DISAGREEMENTS = 60
SHOWN_REASONS = 30
_HEADS = (
    *("", "Met", "Missed", "Open", "n", "Share", "95 % interval", "Used p50", "Used p90"),
    *("Elapsed p50", "Elapsed p90", "Not promised", "Not begun", "Excluded", "Evidence"),
)


def replay_html(replay: Replay, intake: Intake) -> bytes:
    """The report as a page: a picture first, then what it rests on."""
    card, terms = replay.scorecard, replay.terms
    promises, promised = pictures.promise_dots(replay)
    return render(
        "replay.html",
        catalog=terms.catalog,
        version=terms.version,
        digest=terms.digest or "not computed",
        source=intake.source,
        as_of=words.moment(replay.log.as_of, card.zone),
        as_of_exact=format_micros(replay.log.as_of),
        zone=card.zone,
        period=_period(card.by["month"]),
        headline=words.headline(card.overall),
        most_misses=words.most_misses(replay),
        decided=number(card.overall.decided),
        months=pictures.months_picture(replay),
        tiers=pictures.tier_dots(replay),
        week=pictures.week_picture(replay),
        promises=promises,
        promises_low=pictures.least(promises),
        least_in_a_month=pictures.LEAST_IN_A_MONTH,
        promises_title=(
            f"the {len(promises)} of {promised} promises with most misses"
            if len(promises) < promised
            else "by promise"
        ),
        drafts=[_draft(draft, replay) for draft in replay.drafts],
        measures=measures(),
        **_over_delivery(replay),
        **_misses(replay),
        **_coverage(replay, intake),
        agreements=[_agreement(each, replay) for each in replay.agreements],
        tables=list(_tables(replay)),
    ).encode()


def _period(months: Sequence[Attainment]) -> str:
    names = [pictures.month_label(row.group[0], with_year=True) for row in months]
    if not names:
        return "no month"
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _draft(draft: DraftReplay, replay: Replay) -> View:
    comparison, terms = draft.comparison, draft.draft.terms
    flipped = comparison.flipped
    rows = pictures.draft_rows(draft, replay)
    values = [row[side] for row in rows for side in ("before", "after") if row[side] is not None]
    lost = comparison.overall().counts
    return {
        "name": draft.draft.name,
        "sentence": words.draft_words(draft),
        "rows": rows,
        "low": int(min(values, default=0)) // 10 * 10 if min(values, default=0) < 90 else 80,
        "caption": (
            f"{number(lost[Change.met_to_missed])} milestones that were met would be missed, "
            f"{number(lost[Change.missed_to_met])} the reverse. n = "
            f"{number(replay.scorecard.overall.decided)} decided as it was, "
            f"{number(draft.overall.decided)} as it would be."
        ),
        **_whom(draft, replay),
        "flips": [
            (
                *(flip.case_id, words.promise_words(terms, (flip.tier, flip.severity, flip.kind))),
                *(words.CHANGE_WORDS[flip.change], *words.flip_lengths(flip)),
            )
            for place in flipped[:SHOWN_FLIPS]
            if (flip := comparison.flip(place, replay.log))
        ],
        "listed": f"First {min(SHOWN_FLIPS, len(flipped))} of {number(len(flipped))} flips",
    }


def _whom(draft: DraftReplay, replay: Replay) -> View:
    """Tiers, severities, and the accounts with most flips; only changes that occur have a
    column."""
    comparison, terms = draft.comparison, draft.draft.terms
    counts = comparison.overall().counts
    changes = [change for change in Change if change and counts[change]]
    tiers = [
        *((words.name_of(terms, row.name), row) for row in comparison.by_tier()),
        *((words.severity_name(terms, row.name), row) for row in comparison.by_severity()),
    ]
    accounts = comparison.by_attribute(replay.log, "account")[:SHOWN_ACCOUNTS]
    return {
        "heads": ("", *(_first_capital(words.CHANGE_WORDS[each]) for each in changes), "Cases"),
        "tiers": [_change_row(name, row, changes) for name, row in tiers if row.flips],
        "accounts": [_change_row(row.name or NOT_STATED, row, changes) for row in accounts],
    }


def _change_row(name: str, row: ChangeCount, changes: Sequence[Change]) -> Sequence[str]:
    return (name, *(number(row.counts[change]) for change in changes), number(row.cases))


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _over_delivery(replay: Replay) -> View:
    card, terms = replay.scorecard, replay.terms
    above = pictures.above_dots(replay)
    rows = []
    for row in card.over_delivery:
        promise = words.promise_words(terms, (row.tier, row.severity, row.kind))
        kept = row.kept_above / row.compared if row.compared else None
        shares = words.share(row.fast / row.met if row.met else None), words.share(kept)
        rows.append(
            (
                *(promise, number(row.met), number(row.fast), shares[0]),
                *(number(row.compared), number(row.kept_above), shares[1]),
            )
        )
    return {
        "fast": words.fast_words(card.over_delivery),
        "above": above,
        "above_low": pictures.least(above),
        "above_caption": " ".join(words.served_above(row, terms) for row in card.above),
        "over_delivery": rows,
    }


def _misses(replay: Replay) -> View:
    card, terms = replay.scorecard, replay.terms
    lanes = case_lanes(replay)
    shown = worst_of_each(card.worst, SHOWN_MISSES_A_KIND)
    found = []
    for miss in shown:
        milestone = miss.milestone
        group = (milestone.tier, milestone.severity, milestone.kind.value)
        found.append(
            {
                "case": miss.case_id,
                "account": miss.account,
                "promise": words.promise_words(terms, group),
                "over": words.open_time(miss.over),
                "due": words.moment(milestone.due, card.zone),
                "stopped": words.stopped_words(milestone.stopped, card.zone),
                "used": words.open_time(milestone.used),
                "allowance": words.open_time(milestone.allowance),
                "why": words.why(miss),
            }
        )
    return {
        "misses": found,
        "misses_title": (
            "The worst of each milestone by open time over the promise. There are "
            f"{number(len(card.missed_rows))} misses; the CSV and the workbook have all of them."
        ),
        "lanes": lanes,
        "lanes_caption": (
            "A bar is a running clock, a thin dashed box one that stands still, the dashed line "
            "the due time. Closed hours are not marked."
        ),
    }


def _agreement(agreement: Agreement, replay: Replay) -> View:
    row = agreement.overall
    cases = [replay.log.case_ids[case] for case in agreement.disagreeing[:SHOWN_DISAGREEMENTS]]
    more = len(agreement.disagreeing) - len(cases)
    rest = f" and {number(more)} more, which --disagreements lists" if more else ""
    return {
        "sentence": words.agreement_words(agreement),
        "confusion": [
            ("Here: met", number(row.both_met), number(row.only_theirs_missed)),
            ("Here: missed", number(row.only_ours_missed), number(row.both_missed)),
        ],
        "groups": [
            (
                *(words.severity_name(replay.terms, each.group[0]), each.group[1]),
                *(number(each.compared), words.share(each.share)),
                *(words.interval(each.interval), words.share(each.baseline)),
            )
            for each in agreement.groups
        ],
        "disagreements": (
            f"Different verdicts: {', '.join(cases)}{rest}." if cases else "No verdict differs."
        ),
    }


def _coverage(replay: Replay, intake: Intake) -> View:
    coverage, rows = replay.scorecard.coverage, intake.rows
    rejects = [
        (number(each.line), each.column, f"{each.reason} ({each.value})")
        for each in islice(intake.rejections, SHOWN_REJECTS)
    ]
    reasons = list(coverage.reasons().items())
    return {
        "coverage": (
            f"{number(coverage.read)} cases read = {number(coverage.judged)} judged + "
            f"{number(len(coverage.listed))} listed with a reason."
        ),
        "reasons": [(reason, number(count)) for reason, count in reasons[:SHOWN_REASONS]],
        "rows_sentence": (
            f"{number(rows.read)} rows read = {number(rows.used)} used + "
            f"{number(rows.without_effect)} without effect + {number(rows.rejected)} rejected + "
            f"{number(rows.of_listed_cases)} of cases that are listed."
        ),
        "rejects": rejects,
        "rejects_title": f"First {len(rejects)} of {number(len(intake.rejections))} rejections",
    }


def _tables(replay: Replay) -> Iterator[View]:
    by, terms, zone = replay.scorecard.by, replay.terms, replay.scorecard.zone
    named = (
        ("By tier", [(words.name_of(terms, row.group[0]), row) for row in by["tier"]]),
        ("By severity", [(words.severity_name(terms, r.group[0]), r) for r in by["severity"]]),
        ("By milestone", [(words.kind_words(row.group[0]), row) for row in by["milestone"]]),
        ("By promise", [(words.promise_words(terms, row.group), row) for row in by["promise"]]),
        (f"By month of the start, {zone}", [(row.group[0], row) for row in by["month"]]),
        (
            f"By tier and month of the start, {zone}",
            [(f"{words.name_of(terms, r.group[0])}, {r.group[1]}", r) for r in by["tier_month"]],
        ),
    )
    for title, rows in named:
        yield {
            "title": title,
            "heads": _HEADS,
            "rows": [_row(name, row) for name, row in rows if any(row.counts)],
        }


def _row(name: str, row: Attainment) -> Sequence[str]:
    lengths = row.lengths
    shown = (
        ("–",) * 4
        if lengths is None
        else (
            *(words.open_time(lengths.used_p50), words.open_time(lengths.used_p90)),
            *(words.elapsed(lengths.elapsed_p50), words.elapsed(lengths.elapsed_p90)),
        )
    )
    opened = row.counts[Outcome.running] + row.counts[Outcome.paused]
    return (
        *(name, number(row.met), number(row.missed), number(opened), number(row.decided)),
        *(words.share(row.share), words.interval(row.interval), *shown),
        *(number(row.counts[each]) for each in _UNJUDGED),
        row.evidence.value,
    )


_UNJUDGED = (Outcome.not_promised, Outcome.not_begun, Outcome.excluded)
