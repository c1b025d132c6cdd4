"""What the product itself says of the cases of an installation, as a truth file has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from tierline.cases.channel import ChannelAccess
from tierline.kernel.instants import format_micros, to_micros
from tierline.milestones.table import NEVER
from tierline.queries.adherence import desk_adherence
from tierline.queries.case_channels import channel_use
from tierline.queries.contract_exceptions import contracts_in_force
from tierline.queries.experience import experience_by_tier
from tierline.queries.lifted_severities import lifted_severities
from tierline.queries.prevention import prevention_report
from tierline.queries.promise_mentions import promise_mentions
from tierline.queries.side_letters import side_letters_kept
from tierline.queries.waits import waits_report
from tierline.sample.story import COMPLETE_UNTIL, FIRST_DAY, LAST_DAY
from tierline.sample.truth import Found
from tierline.scorecards.calendar_effects import calendar_effects
from tierline.scorecards.desk import DeskAdherence, Stretch
from tierline.scorecards.experience import opposing
from tierline.scorecards.groups import Dimension
from tierline.scorecards.service import answered_sooner, fallen_silent, worst_cases

if TYPE_CHECKING:
    from tierline.store.records import Reads

_AS_OF = to_micros(COMPLETE_UNTIL)
_START, _END = (datetime.combine(day, time(0), UTC) for day in (FIRST_DAY, LAST_DAY))
_STRETCH = Stretch(_START, _END + timedelta(5), COMPLETE_UNTIL)
_MINUTE_US = 60_000_000
_LEAKS_FROM_PERCENT = 10


@dataclass(frozen=True, slots=True)
class _Desk:
    """The year of cases, read once."""

    reads: Reads
    year: DeskAdherence

    @property
    def account(self) -> Dimension:
        """By case."""
        labels = self.year.cases.account
        return Dimension(labels.codes, labels.names)

    def named(self, account: str) -> str:
        """The name of an account."""
        return self.reads.accounts.get(account).name


def case_findings(reads: Reads) -> list[Found]:
    """Everything that the finders of cases say; accounts by id, but where a case is named."""
    desk = _Desk(reads, desk_adherence(reads.snapshot, _STRETCH))
    return [found for finder in _FINDERS for found in finder(desk)]


def _worst_cases(desk: _Desk) -> Iterator[Found]:
    cases = desk.year.cases
    for each in worst_cases(desk.year.adherence.judged):
        account = desk.named(cases.account.text(each.case))
        values = {
            kind.milestone: f"{kind.times} missed"
            if kind.times > 1
            else f"{kind.used // _MINUTE_US} of {kind.allowance // _MINUTE_US} min"
            for kind in each.kinds
        }
        subject = f"{account} {format_micros(int(cases.opened[each.case]))}"
        yield Found("worst_cases", subject, values, is_listed=True)


def _channel_leakage(desk: _Desk) -> Iterator[Found]:
    uses = channel_use(desk.reads.snapshot, since=_STRETCH.since, until=_STRETCH.until)
    for use in uses:
        included = (ChannelAccess.included, ChannelAccess.no_plan)
        beyond = use.total - sum(use.cases.get(access, 0) for access in included)
        tier = sum(each.total for each in uses if each.tier == use.tier)
        percent = round(100 * beyond / tier)
        if percent >= _LEAKS_FROM_PERCENT:
            values = {"channel": use.channel.value, "percent": str(percent)}
            yield Found("channel_leakage", use.tier, values)


def _answered_sooner(desk: _Desk) -> Iterator[Found]:
    by_channel = {
        row.group: sum(row.counts)
        for row in desk.year.adherence.by(("account", "channel", "milestone"))
    }
    for each in answered_sooner(desk.year.adherence.judged, desk.account):
        values = {
            "cases": str(each.cases),
            "median_minutes": str(each.used_p50 // _MINUTE_US),
            "promised_hours": str(each.allowed_p50 // (60 * _MINUTE_US)),
            "phone_calls": str(by_channel.get((each.account, "phone", "acknowledge"), 0)),
        }
        yield Found("answered_sooner", each.account, values)


def _side_letter_misses(desk: _Desk) -> Iterator[Found]:
    for each in side_letters_kept(desk.reads, desk.year, _AS_OF):
        if each.missed:
            values = {
                "target": each.target,
                "cases": str(each.met + each.missed + each.open),
                "missed": str(each.missed),
            }
            yield Found("side_letter_misses", each.account, values)


def _promise_mentions(desk: _Desk) -> Iterator[Found]:
    for each in promise_mentions(desk.reads, _STRETCH):
        values = {"said": each.said, "where": "contract" if each.contract else "case"}
        yield Found("promise_mentions", each.account, values)


def _lifted_severities(desk: _Desk) -> Iterator[Found]:
    found: dict[tuple[str, str, str, str], int] = {}
    for each in lifted_severities(desk.reads, since=_STRETCH.since, until=COMPLETE_UNTIL):
        key = each.account, each.by, each.without, each.severity
        found[key] = found.get(key, 0) + 1
    for (account, by, without, severity), cases in found.items():
        values = {"cases": str(cases), "from": without, "to": severity, "by": by}
        yield Found("lifted_severities", account, values)


def _fallen_silent(desk: _Desk) -> Iterator[Found]:
    held = {each.account for each in contracts_in_force(desk.reads, _AS_OF)}
    cases = desk.year.cases
    since = to_micros(_STRETCH.since)
    for each in fallen_silent(desk.account, cases.opened, since, cases.as_of):
        if each.account in held:
            values = {"a_month": f"{each.a_month:.0f}", "days": str(each.days)}
            yield Found("fallen_silent", each.account, values)


def _late_waits(desk: _Desk) -> Iterator[Found]:
    report = waits_report(desk.reads.snapshot, desk.year)
    for rank, each in enumerate(report.agents, start=1):
        if each.is_conspicuous:
            reported, restated = (met / (met + missed) for met, missed in
                                  (each.reported, each.restated))  # fmt: skip
            values = {
                "rank": str(rank),
                "percent": f"{100 * each.quiet / each.waits:.0f}",
                "restated_is_lower": "yes" if restated < reported else "no",
            }
            yield Found("late_waits", report.names.get(each.agent, each.agent), values)


def _calendar_effects(desk: _Desk) -> Iterator[Found]:
    cases = desk.year.cases
    effects = calendar_effects(cases.parts)
    named = desk.reads.accounts.of_ids(sorted({cases.account.text(each.case) for each in effects}))
    for each in effects:
        account = named[cases.account.text(each.case)].name
        opened = format_micros(int(cases.opened[each.case]))
        values = {
            "by": each.by.value,
            "due": _instant(each.due),
            "verdict": each.verdict.name,
            "due_without": _instant(each.due_without),
            "without": each.without.name,
        }
        subject = f"{account} {opened} {each.milestone}"
        yield Found("calendar_effects", subject, values, is_listed=True)


def _opposing_moves(desk: _Desk) -> Iterator[Found]:
    rows = experience_by_tier(desk.reads.snapshot, desk.year, _STRETCH)
    against = opposing(rows)
    for row in rows:
        if row.tier in against:
            values = {
                "satisfaction": f"{row.scores.mean:.1f}",
                "reopened_percent": f"{100 * (row.reopened.share or 0):.0f}",
                "met_percent": f"{100 * (row.met.share or 0):.0f}",
                "without_news_percent": f"{100 * (row.empty.share or 0):.0f}",
                "worse": ", ".join(against[row.tier]),
            }
            yield Found("opposing_moves", row.tier, values)


def _effect_of_care(desk: _Desk) -> Iterator[Found]:
    """Of each kind of care; where chance explains it, or trends differed before, nothing is said of
    it."""
    for each in prevention_report(desk.reads, _STRETCH).kinds:
        if each.effect is None:
            continue
        between = each.effect.interval
        differs = each.trend is not None and each.trend.is_clear
        values = {
            "effect_percent": f"{100 * between.low:.0f} to {100 * between.high:.0f}",
            "trends": "differ" if differs else "no difference shown" if each.trend else "not known",
        }
        is_said = each.effect.is_clear and not differs
        yield Found("effect_of_care", each.feature, values, is_listed=not is_said)


def _instant(at: int) -> str:
    return "" if at == NEVER else format_micros(at)


_FINDERS: tuple[Callable[[_Desk], Iterator[Found]], ...] = (
    _worst_cases,
    _calendar_effects,
    _channel_leakage,
    _answered_sooner,
    _side_letter_misses,
    _promise_mentions,
    _lifted_severities,
    _fallen_silent,
    _late_waits,
    _opposing_moves,
    _effect_of_care,
)
