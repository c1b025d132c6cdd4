"""The sentences and figures of a replay report, the same in the terminal and on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.calendars.local_time import zone_named
from tierline.governance.comparison import Change
from tierline.kernel.durations import in_words
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.milestones.table import NEVER
from tierline.scorecards.intervals import Evidence, wilson_interval
from tierline.scorecards.over_delivery import FAST_PERCENT
from tierline.web.formats import number, percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.actions.replay import DraftReplay, Replay
    from tierline.governance.comparison import Flip
    from tierline.milestones.terms import Terms
    from tierline.scorecards.agreement import Agreement
    from tierline.scorecards.attainment import Attainment
    from tierline.scorecards.intervals import Interval
    from tierline.scorecards.misses import Miss
    from tierline.scorecards.over_delivery import OverDelivery, TierAbove

_THIN = "\u202f"
_WHOLE_MINUTES_FROM = 600
"""Seconds from which a length is shown to the minute."""
_WHOLE_HOURS_FROM = 100
"""Hours from which open time is shown to the hour."""

_WRITTEN = {"post_mortem": "post-mortem", "email": "e-mail", "api": "API"}
"""Words that are not written as their keys are."""

CHANGE_WORDS = {
    Change.unchanged: "unchanged",
    Change.met_to_missed: "from met to missed",
    Change.missed_to_met: "from missed to met",
    Change.newly_promised: "newly promised",
    Change.no_longer_promised: "no longer promised",
    Change.other_change: "open on one side",
}


def share(value: float | None) -> str:
    """`97.6 %`; a share short of all or nothing never reads as all or nothing."""
    text = percent(value)
    if value is not None and 0 < value < 1 and text in {percent(1.0), percent(0.0)}:
        return f"> 99.9{_THIN}%" if value > 0.5 else f"< 0.1{_THIN}%"
    return text


def interval(value: Interval | None) -> str:
    """`64.8 to 67.1 %`."""
    return "–" if value is None else f"{value.low * 100:.1f} to {percent(value.high)}"


def open_time(micros: int) -> str:
    """Open time as `40 h` or `2 h 33 min`: never in days, because a day of open time is not a day.
    From ten minutes on to the minute, from a hundred hours on to the hour."""
    seconds = round(micros / SECOND_US)
    if seconds < _WHOLE_MINUTES_FROM:
        return in_words(seconds)
    hours, minutes = divmod((seconds + 30) // 60, 60)
    if hours >= _WHOLE_HOURS_FROM:
        return f"{number(round(seconds / 3600))}{_THIN}h"
    parts = ((hours, "h"), (minutes, "min"))
    return " ".join(f"{count}{_THIN}{unit}" for count, unit in parts if count)


def elapsed(micros: int) -> str:
    """Time on the wall clock as `3 d 10 h`; from ten minutes on to the minute."""
    seconds = round(micros / SECOND_US)
    return in_words(seconds if seconds < _WHOLE_MINUTES_FROM else (seconds + 30) // 60 * 60)


def open_time_beside(micros: int, other: int | None) -> str:
    """As `open_time`, exact where it would read the same as a different length beside it."""
    if other is None or micros == other or open_time(micros) != open_time(other):
        return open_time(micros)
    minutes, seconds = divmod(micros / SECOND_US, 60)
    hours, minutes = divmod(int(minutes), 60)
    shown = f"{seconds:g}" if seconds == int(seconds) else f"{seconds:.6f}".rstrip("0")
    return f"{hours}{_THIN}h {minutes}{_THIN}min {shown}{_THIN}s"


def moment(micros: int, zone: str) -> str:
    """`12 Nov 2016, 14:05 CET`; `never` for an instant that did not come."""
    if micros == NEVER:
        return "never"
    local = from_micros(micros).astimezone(zone_named(zone))
    return f"{local.day} {local:%b %Y, %H:%M} {zone_mark(local)}"


def day(micros: int, zone: str) -> str:
    """`12 Nov 2016`."""
    local = from_micros(micros).astimezone(zone_named(zone))
    return f"{local.day} {local:%b %Y}"


def zone_mark(local: datetime) -> str:
    """`CET`, or `UTC-03` where the zone has no letters."""
    mark = local.strftime("%Z")
    return f"UTC{mark.replace('-', '−')}" if mark[:1] in "+-" else mark


def kind_words(kind: str) -> str:
    """`first response` for `first_response`."""
    return _WRITTEN.get(kind) or kind.replace("_", " ")


def name_of(terms: Terms, key: str) -> str:
    """The name of a tier for people, or its key."""
    return terms.names.get(key, key)


def severity_name(terms: Terms, key: str) -> str:
    """`S1 Critical`, or the key where the catalog gives no other name."""
    name = terms.names.get(key, key)
    return name if name.lower() == key.lower() else f"{key} {name}"


def promise_words(terms: Terms, group: tuple[str, ...]) -> str:
    """`Priority S1 first response` for tier, severity and kind."""
    tier, severity, kind = group
    return f"{name_of(terms, tier)} {severity} {kind_words(kind)}"


def caution(row: Attainment | TierAbove) -> str:
    """`weak evidence` where n is below 8, else an empty text."""
    return "weak evidence" if row.evidence is Evidence.weak else ""


def headline(row: Attainment) -> str:
    """The first sentence of a report."""
    if not row.decided:
        return "No milestone is decided yet, so there is no attainment to state."
    weak = " This is weak evidence." if row.evidence is Evidence.weak else ""
    return (
        f"{number(row.met)} of {number(row.decided)} milestones were met: {share(row.share)} "
        f"(95{_THIN}% interval {interval(row.interval)}).{weak}"
    )


def most_misses(replay: Replay) -> str:
    """Where most misses are, or that there are none."""
    rows = replay.scorecard.by["promise"]
    worst = max(rows, key=lambda row: row.missed, default=None)
    if worst is None or not worst.missed:
        return "No milestone was missed."
    where = promise_words(replay.terms, worst.group)
    return (
        f"The promise with the most misses is {where}: {number(worst.missed)} of its "
        f"{number(worst.decided)}, of {number(replay.scorecard.overall.missed)} misses in all."
    )


def fast_words(rows: Sequence[OverDelivery]) -> str:
    """How many met milestones took a small part of what was promised."""
    fast, met = sum(row.fast for row in rows), sum(row.met for row in rows)
    if not met:
        return "No milestone was met, so none was met early."
    return (
        f"{number(fast)} of {number(met)} met milestones used at most {FAST_PERCENT}{_THIN}% of "
        f"the time promised ({share(fast / met)}, 95{_THIN}% interval "
        f"{interval(wilson_interval(fast, met))})."
    )


def flip_lengths(flip: Flip) -> tuple[str, str, str]:
    """Used, promised and draft: lengths, with a dash where a side promises nothing. Used time has
    two values where the draft counts other hours or other pauses."""
    sides = ((flip.used, flip.allowance), (flip.draft_used, flip.draft_allowance))
    allowed = [each for _, each in sides if each is not None]
    used = dict.fromkeys(each for each, _ in sides if each is not None)
    return (
        " → ".join(open_time_beside(each, _closest(each, allowed)) for each in used),
        "–" if flip.allowance is None else open_time(flip.allowance),
        "–" if flip.draft_allowance is None else open_time(flip.draft_allowance),
    )


def _closest(micros: int, others: Sequence[int]) -> int | None:
    return min(others, key=lambda each: abs(each - micros), default=None)


def served_above(row: TierAbove, terms: Terms) -> str:
    """Over-delivery of one tier as a sentence."""
    tier, above = name_of(terms, row.tier), name_of(terms, row.tier_above)
    if not row.cases:
        return f"No decided case of {tier} can be compared with {above}."
    weak = "; weak evidence" if caution(row) else ""
    return (
        f"{number(row.kept)} of {number(row.cases)} {tier} cases met every milestone of {above} "
        f"({share(row.share)}, 95{_THIN}% interval {interval(row.interval)}{weak})."
    )


def agreement_words(agreement: Agreement) -> str:
    """Agreement with the old tool, with its baseline beside it."""
    row = agreement.overall
    if not row.compared:
        return "No case is decided both here and by the old tool."
    return (
        f"The {kind_words(agreement.kind)} verdict is the old tool's in {number(row.agreeing)} of "
        f"{number(row.compared)} cases: {share(row.share)}. Always saying met would agree in "
        f"{share(row.baseline)}."
    )


def draft_words(draft: DraftReplay) -> str:
    """What a draft would have changed, in one or two sentences."""
    row = draft.comparison.overall()
    if not row.flips:
        return f"Nothing flips: every milestone has the same outcome.{_accelerated(draft)}"
    parts = [
        f"{number(row.counts[change])} {words}"
        for change, words in CHANGE_WORDS.items()
        if change is not Change.unchanged and row.counts[change]
    ]
    noun = "case" if row.cases == 1 else "cases"
    verb = "flips" if row.flips == 1 else "flip"
    counted = f"{number(row.flips)} milestones in {number(row.cases)} {noun} {verb}"
    return f"{counted}: {', '.join(parts)}.{_accelerated(draft)}"


def _accelerated(draft: DraftReplay) -> str:
    if not draft.draft.terms.accelerated:
        return ""
    noun = "case owes" if draft.accelerated == 1 else "cases owe"
    return f" {number(draft.accelerated)} {noun} an accelerated response."


def why(miss: Miss) -> str:
    """Which pauses are in a missed milestone."""
    parts = [
        f"{kind_words(pause.reason)} {elapsed(pause.length)}"
        + (f" in {pause.times} pauses" if pause.times > 1 else "")
        for pause in miss.pauses
    ]
    return "the clock stood still: " + ", ".join(parts) if parts else "no pause counted"


def stopped_words(micros: int, zone: str) -> str:
    """`stopped 12 Nov 2016, 14:05 CET`, or that it has not."""
    return "not stopped" if micros == NEVER else f"stopped {moment(micros, zone)}"
