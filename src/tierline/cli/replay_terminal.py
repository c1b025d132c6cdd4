"""The replay report in a terminal: dense, readable at 80 columns, marks and words beside colour."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from tierline.cli.paragraphs import Paragraph, cell, table_of, titled
from tierline.governance.comparison import Change
from tierline.scorecards.groups import NOT_STATED
from tierline.scorecards.intervals import WEAK_BELOW
from tierline.scorecards.local_hours import DAYS
from tierline.scorecards.misses import worst_of_each
from tierline.web import replay_words as words
from tierline.web.formats import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, RenderableType
    from rich.text import Text

    from tierline.actions.intake import Intake
    from tierline.actions.replay import DraftReplay, Replay
    from tierline.scorecards.agreement import Agreement
    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.heatmap import WeekHours

SHOWN_REJECTS = 20
SHOWN_MISSES_A_KIND = 2
SHOWN_FLIPS = 10
SHOWN_REASONS = 12
SHOWN_ACCOUNTS = 5


def print_report(console: Console, replay: Replay, intake: Intake) -> None:
    """Print the whole report, section by section."""
    for part in _report(replay, intake):
        console.print(part)


def print_rejects(console: Console, intake: Intake, *, hint: str) -> None:
    """The first rejected rows with line, column and reason; `hint` says where the rest is."""
    if not intake.rows.rejected:
        console.print("No row was rejected.")
        return
    table = table_of(("line", "column", "reason"), right=("line",))
    for row in islice(intake.rejections, SHOWN_REJECTS):
        value = f" ({_clipped(row.value)})" if row.value else ""
        table.add_row(number(row.line), cell(row.column), cell(row.reason + value))
    console.print(table)
    more = len(intake.rejections) - SHOWN_REJECTS
    if more > 0:
        console.print(f"... and {number(more)} more. {hint}")


def _report(replay: Replay, intake: Intake) -> Iterator[RenderableType]:
    card, terms = replay.scorecard, replay.terms
    until = words.moment(replay.log.as_of, card.zone)
    yield Paragraph(f"{intake.source} under {terms.catalog} {terms.version}, up to {until}")
    yield Paragraph("")
    yield Paragraph(words.headline(card.overall), style="bold")
    yield Paragraph(words.most_misses(replay))
    yield from _coverage(replay, intake)
    for title, names in _attainment_tables(replay):
        yield from _attainment(title, names)
    yield from _promises(replay)
    yield from _week(card.week)
    yield from _over_delivery(replay)
    yield from _misses(replay)
    for agreement in replay.agreements:
        yield from _agreement(agreement)
    for draft in replay.drafts:
        yield from _draft(draft, replay)


Named = list[tuple[str, "Attainment"]]


def _attainment_tables(replay: Replay) -> Iterator[tuple[str, Named]]:
    by, terms = replay.scorecard.by, replay.terms
    yield "By tier", [(words.name_of(terms, row.group[0]), row) for row in by["tier"]]
    severities = [(words.severity_name(terms, row.group[0]), row) for row in by["severity"]]
    yield "By severity", severities
    yield "By milestone", [(words.kind_words(row.group[0]), row) for row in by["milestone"]]
    zone = replay.scorecard.zone
    yield f"By month of the start ({zone})", [(row.group[0], row) for row in by["month"]]


def _coverage(replay: Replay, intake: Intake) -> Iterator[RenderableType]:
    coverage = replay.scorecard.coverage
    yield Paragraph("")
    yield Paragraph(
        f"Cases: {number(coverage.read)} read = {number(coverage.judged)} judged + "
        f"{number(len(coverage.listed))} listed with a reason. "
        f"Rows: {number(intake.rows.read)} read, {number(intake.rows.rejected)} rejected."
    )
    reasons = list(coverage.reasons().items())
    for reason, count in reasons[:SHOWN_REASONS]:
        yield Paragraph(f"  {number(count):>7}  {reason}")
    if len(reasons) > SHOWN_REASONS:
        yield Paragraph(f"  ... and {number(len(reasons) - SHOWN_REASONS)} more reasons")


def _attainment(title: str, rows: Named) -> Iterator[RenderableType]:
    has_open = any(row.counts[2] or row.counts[3] for _, row in rows)
    right = ("met", "missed", "open", "n", "met %", "95 % interval")
    heads = [head for head in ("", *right) if head != "open" or has_open]
    table = table_of((*heads, ""), right=right)
    for name, row in rows:
        opened = [number(row.counts[2] + row.counts[3])] if has_open else []
        table.add_row(
            cell(name),
            *(number(row.met), number(row.missed), *opened, number(row.decided)),
            *(words.share(row.share), words.interval(row.interval), _mark(row)),
        )
    yield from titled(title, table)


def _mark(row: Attainment) -> Text:
    """Mark, word and colour together."""
    if not row.decided:
        return cell("– nothing decided", style="dim")
    if words.caution(row):
        return cell("? weak evidence", style="yellow")
    return cell("× misses", style="red") if row.missed else cell("✓ all met", style="green")


def _promises(replay: Replay) -> Iterator[RenderableType]:
    """One line a promise, under a line for its tier."""
    heads = ("", "missed", "n", "met %", "used p50", "used p90", "elapsed p90")
    table = table_of(heads, right=heads[1:])
    tier = None
    for row in replay.scorecard.by["promise"]:
        if not row.decided:
            continue
        if row.group[0] != tier:
            tier = row.group[0]
            table.add_row(cell(words.name_of(replay.terms, tier), style="bold"))
        weak = " ?" if words.caution(row) else ""
        table.add_row(
            cell(f"  {row.group[1]} {words.kind_words(row.group[2])}{weak}"),
            *(number(row.missed), number(row.decided), words.share(row.share)),
            *_lengths(row),
        )
    yield from titled("By promise; percentiles of stopped milestones; ? is weak evidence", table)


def _lengths(row: Attainment) -> tuple[str, ...]:
    if row.lengths is None:
        return ("–",) * 3
    used = row.lengths.used_p50, row.lengths.used_p90
    return (*(words.open_time(each) for each in used), words.elapsed(row.lengths.elapsed_p90))


def _week(week: WeekHours) -> Iterator[RenderableType]:
    """Two figures an hour: the missed percentage. Hours with too few milestones have a mark."""
    title = f"Missed, percent, by hour of the start ({week.zone}); ? is fewer than {WEAK_BELOW}"
    yield Paragraph("")
    yield Paragraph(title, style="bold")
    yield Paragraph("    " + "".join(f"{hour:>3}" for hour in range(24)))
    for day, name in enumerate(DAYS):
        cells = (_hour(*week.cell(day, hour)) for hour in range(24))
        yield Paragraph(f"{name} " + "".join(f"{cell:>3}" for cell in cells))


def _hour(missed: int, decided: int) -> str:
    if decided < WEAK_BELOW:
        return "?" if decided else "·"
    return "**" if missed == decided else str(round(missed * 100 / decided))


def _over_delivery(replay: Replay) -> Iterator[RenderableType]:
    card = replay.scorecard
    yield Paragraph("")
    yield Paragraph("Over-delivery", style="bold")
    yield Paragraph(words.fast_words(card.over_delivery))
    for row in card.above:
        yield Paragraph(words.served_above(row, replay.terms))


def _misses(replay: Replay) -> Iterator[RenderableType]:
    """Two lines a case: what and by how much, then when and why."""
    card = replay.scorecard
    if not len(card.missed_rows):
        return
    shown = worst_of_each(card.worst, SHOWN_MISSES_A_KIND)
    total = number(len(card.missed_rows))
    yield Paragraph("")
    yield Paragraph(
        f"Worst misses of each milestone by open time over the promise ({total} in all)",
        style="bold",
    )
    for miss in shown:
        milestone = miss.milestone
        group = (milestone.tier, milestone.severity, milestone.kind.value)
        promise = words.promise_words(replay.terms, group)
        used, allowed = (words.open_time(each) for each in (milestone.used, milestone.allowance))
        account = f", {miss.account}" if miss.account else ""
        yield Paragraph(
            f"× {miss.case_id}{account}: {promise}, over by {words.open_time(miss.over)}"
        )
        yield Paragraph(
            f"    due {words.moment(milestone.due, card.zone)}, "
            f"{words.stopped_words(milestone.stopped, card.zone)}; "
            f"used {used} of {allowed}; {words.why(miss)}",
            hang="    ",
        )


def _agreement(agreement: Agreement) -> Iterator[RenderableType]:
    yield Paragraph("")
    yield Paragraph("Beside the old tool's own verdict", style="bold")
    yield Paragraph(words.agreement_words(agreement))
    heads = ("", "old tool: met", "old tool: missed")
    table = table_of(heads, right=heads[1:])
    row = agreement.overall
    table.add_row("here: met", number(row.both_met), number(row.only_theirs_missed))
    table.add_row("here: missed", number(row.only_ours_missed), number(row.both_missed))
    yield table
    columns = ("severity", "waiting", "n", "same", "95 % interval", "always met")
    table = table_of(columns, right=columns[2:])
    for row in agreement.groups:
        table.add_row(
            *(cell(row.group[0]), row.group[1], number(row.compared), words.share(row.share)),
            *(words.interval(row.interval), words.share(row.baseline)),
        )
    yield table


def _draft(draft: DraftReplay, replay: Replay) -> Iterator[RenderableType]:
    comparison, terms = draft.comparison, draft.draft.terms
    name = f"{draft.draft.name} ({terms.catalog} {terms.version})"
    yield Paragraph("")
    yield Paragraph(f"Under the draft {name}", style="bold")
    yield Paragraph(words.draft_words(draft))
    was, will_be = replay.scorecard.overall, draft.overall
    yield Paragraph(f"As it was:      {words.headline(was)}", hang=" " * 16)
    yield Paragraph(f"As it would be: {words.headline(will_be)}", hang=" " * 16)
    if len(comparison.flipped):
        yield from _for_whom(draft, replay)
        yield from _flips(draft, replay)


def _for_whom(draft: DraftReplay, replay: Replay) -> Iterator[RenderableType]:
    counts = draft.comparison.overall().counts
    changes = [change for change in Change if change and counts[change]]
    heads = ("", *(_CHANGE_HEADS[change] for change in changes), "cases")
    table = table_of(heads, right=heads[1:])
    accounts = draft.comparison.by_attribute(replay.log, "account")[:SHOWN_ACCOUNTS]
    for row in (*draft.comparison.by_tier(), *accounts):
        if row.flips:
            name = words.name_of(draft.draft.terms, row.name) or NOT_STATED
            shown = (number(row.counts[change]) for change in changes)
            table.add_row(cell(name), *shown, number(row.cases))
    what = f"tiers, and the {len(accounts)} accounts with most flips" if accounts else "tiers"
    yield from titled(f"For whom: {what}", table)


def _flips(draft: DraftReplay, replay: Replay) -> Iterator[RenderableType]:
    comparison = draft.comparison
    places = comparison.flipped[:SHOWN_FLIPS]
    heads = ("case", "promise", "change", "used", "promised", "draft")
    table = table_of(heads, right=heads[3:])
    for place in places:
        flip = comparison.flip(place, replay.log)
        table.add_row(
            cell(flip.case_id),
            cell(words.promise_words(draft.draft.terms, (flip.tier, flip.severity, flip.kind))),
            _CHANGE_MARKS[flip.change],
            *words.flip_lengths(flip),
        )
    yield from titled(f"First {len(places)} of {number(len(comparison.flipped))} flips", table)


_CHANGE_HEADS = {
    Change.met_to_missed: "met→missed",
    Change.missed_to_met: "missed→met",
    Change.newly_promised: "newly promised",
    Change.no_longer_promised: "no longer",
    Change.other_change: "open",
}
_CHANGE_MARKS = {
    Change.met_to_missed: "× missed",
    Change.missed_to_met: "✓ met",
    Change.newly_promised: "+ new",
    Change.no_longer_promised: "− gone",
    Change.other_change: "~ open",
}


def _clipped(value: str, most: int = 40) -> str:
    return value if len(value) <= most else value[: most - 1] + "…"
