"""The pack for a call as its readers see it: one view, from which the page and the paper are made.

Each section has words, and where figures run over months a chart, drawn by the macros that draw
every chart. On paper the same drawing stands with the colours of its classes written into it.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tierline.languages.language import ENGLISH, message
from tierline.web.health_report import on_its_clock
from tierline.web.pages import render
from tierline.web.reading import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.languages.language import Language
    from tierline.scorecards.briefing import Briefing, RiskRow
    from tierline.scorecards.health_report import OpenCaseRow

STATES = {
    "done": (message("Done"), "ok"),
    "late": (message("Done late"), "warn"),
    "missed": (message("Missed"), "breach"),
    "excused": (message("Excused"), "paused"),
    "waiting": (message("Waits for your decision"), ""),
    "accepted": (message("Accepted"), ""),
    "declined": (message("Declined"), ""),
}
_FULL = 100.0
_SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_ON_PAPER = """<style>
text { fill: #565d6b; font-family: 'Libertinus Serif'; font-size: 12px; }
.value { fill: #1b2130; font-weight: bold; } .rule { stroke: #d9dce2; }
.target { stroke: #8a5a00; stroke-dasharray: 4 3; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke: #2f5fd0; }
.fill { fill: #2f5fd0; } .fill.ok { fill: #1a7f4b; } .fill.warn { fill: #b07400; }
.fill.breach { fill: #c02f2f; } .fill.paused { fill: #7a808c; } .line.breach { stroke: #c02f2f; }
</style>"""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What a macro of charts draws: `kind` is its name, `values` are its arguments."""

    kind: str
    values: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with what stands below it. `empty` is said where there is nothing."""

    id: str
    title: str
    charts: tuple[Chart, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()
    """Each with what is said of it in small."""
    note: str = ""
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class BriefingView:
    """All that is read, in the reader's language."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    footer: str
    language: str
    drawings: dict[str, str] = field(default_factory=dict)
    """On paper: by the id of a chart, the picture."""


def briefing_view(pack: Briefing, language: Language = ENGLISH) -> BriefingView:
    """The pack in words and charts."""
    report, told = pack.report, _Words(pack, language)
    moment = language.moment(on_its_clock(report)(report.as_of))
    return BriefingView(
        title=language.phrase(
            "%(what)s with %(account)s", what=pack.what, account=report.account_name
        ),
        lead=language.phrase(
            "%(company)s to %(account)s, from %(start)s to %(end)s by the clocks of %(zone)s.",
            company=report.company,
            account=report.account_name,
            start=told.day(report.first_on),
            end=told.day(report.last_on),
            zone=report.time_zone,
        )
        + " "
        + language.phrase("It is due on %(day)s.", day=told.day(pack.due_on)),
        facts=tuple(told.facts()),
        sections=tuple(told.sections()),
        footer=language.phrase("As it was known at %(moment)s.", moment=moment),
        language=language.tag,
    )


def briefing_html(pack: Briefing, language: Language = ENGLISH) -> bytes:
    """The pack as one self-contained page without scripts."""
    view = briefing_view(pack, language)
    return render("briefing.html", language=language, view=view, pack=pack, places=()).encode()


def briefing_for_paper(pack: Briefing, language: Language = ENGLISH) -> str:
    """The view as JSON, with its drawings."""
    view = briefing_view(pack, language)
    drawn = {
        chart.values["id"]: on_paper(chart, language)
        for section in view.sections
        for chart in section.charts
    }
    stated = asdict(replace(view, drawings=drawn))
    return json.dumps({**stated, "company": pack.report.company})


def briefing_json(pack: Briefing) -> bytes:
    """The pack in `tierline/briefing/1`."""
    return (pack.model_dump_json(indent=2) + "\n").encode()


def on_paper(chart: Chart, language: Language) -> str:
    """The drawing of a chart alone, with its colours."""
    drawn = _SVG.search(render("chart.html", language=language, chart=chart))
    assert drawn is not None  # noqa: S101 - every macro of charts draws one
    start, rest = drawn[0].split(">", 1)
    return f'{start} xmlns="http://www.w3.org/2000/svg">{_ON_PAPER}{rest}'


class _Words:
    """What a pack says, part by part."""

    def __init__(self, pack: Briefing, language: Language) -> None:
        self._pack, self._report, self._language = pack, pack.report, language
        self.phrase = language.phrase

    def day(self, text: str) -> str:
        return self._language.day(date.fromisoformat(text))

    def _moment(self, text: str) -> str:
        return self._language.moment(on_its_clock(self._report)(text))

    def _word(self, text: str) -> str:
        return words_of(text, self._language)

    def _state(self, state: str) -> str:
        return self._language.within(self._word(STATES[state][0]))

    def _overdue(self, is_overdue: bool) -> str:
        return f", {self.phrase('overdue')}" if is_overdue else ""

    def _more(self, count: int) -> str:
        number = self._language.number(count)
        return self.phrase("And %(number)s more.", number=number) if count else ""

    def facts(self) -> Iterator[tuple[str, str]]:
        report, number = self._report, self._language.number
        kept = self.phrase("Nothing was decided")
        if report.percent is not None:
            share = self._language.percent(float(report.percent.rstrip("%")), 1)
            of = self.phrase(
                "%(met)s of %(decided)s",
                met=number(report.met),
                decided=number(report.met + report.missed),
            )
            kept = f"{share} ({of})"
        yield self.phrase("Promises kept"), kept
        yield self.phrase("Cases raised"), number(report.cases_opened)
        yield self.phrase("Cases resolved"), number(report.cases_resolved)

    def sections(self) -> Iterator[Section]:
        yield self._attainment()
        yield self._cases()
        yield self._breaches()
        yield self._uptime()
        yield self._care()
        yield self._risks()
        yield self._actions()
        yield self._next()

    def _attainment(self) -> Section:
        shares = [_number(each.percent) for each in self._pack.months]
        return Section(
            id="attainment",
            title=self.phrase("Milestones kept, month by month"),
            charts=self._line(
                "attainment", message("Milestones met of met and missed, in per cent"), shares
            ),
            empty="" if _known(shares) else self.phrase("Nothing was decided"),
        )

    def _cases(self) -> Section:
        rows = [
            {
                "label": each.severity or self.phrase("Not agreed yet"),
                "value": each.cases,
                "text": self.phrase(
                    "%(number)s (%(lately)s)",
                    number=self._language.number(each.cases),
                    lately=self._language.number(each.lately),
                ),
            }
            for each in self._pack.severities
        ]
        title = self.phrase("Cases of twelve months (in the period) by severity")
        heads = [self.phrase("Severity"), self.phrase("Cases")]
        drawn = {"id": "severities-chart", "title": title, "rows": rows, "heads": heads}
        entries = tuple(
            (self._open_case(each), self._due(each.next_due_at)) for each in self._report.open_cases
        )
        return Section(
            id="severities",
            title=self.phrase("Cases by severity, and those that are open"),
            charts=(Chart(kind="bars", values=drawn),) if rows else (),
            entries=entries,
            note=self._more(self._pack.open_more),
            empty="" if entries else self.phrase("No case was open."),
        )

    def _open_case(self, row: OpenCaseRow) -> str:
        case = self.phrase("Case %(number)s", number=row.number)
        return f"{case}, {row.severity or self.phrase('severity not agreed yet')}"

    def _due(self, due: str | None) -> str:
        if due is None:
            return self.phrase("nothing is due")
        words = message("overdue since %(moment)s")
        if due >= self._report.as_of:
            words = message("next due at %(moment)s")
        return self.phrase(words, moment=self._moment(due))

    def _breaches(self) -> Section:
        counts: list[float] = [each.missed for each in self._pack.months]
        entries = tuple(
            (
                f"{self.phrase('Case %(number)s', number=each.number)}: {self._word(each.name)}",
                self.phrase(
                    "%(severity)s, over by %(length)s",
                    severity=each.severity,
                    length=self._language.open_length(each.used_seconds - each.allowed_seconds),
                ),
            )
            for each in self._report.misses
        )
        high = max(4.0, *counts)
        return Section(
            id="breaches",
            title=self.phrase("Breaches"),
            charts=self._line(
                "breaches", message("Milestones missed, by month"), counts, (0, high)
            ),
            entries=entries,
            note=self._more(self._report.misses_more),
            empty="" if entries else self.phrase("No milestone was missed in this period."),
        )

    def _uptime(self) -> Section:
        shares = [_number(each.uptime) for each in self._pack.months]
        low = min([99.0, *(each for each in shares if each is not None)])
        entries = tuple(
            (each.title, self.phrase("from %(start)s", start=self._moment(each.started_at)))
            for each in self._report.incidents
        )
        return Section(
            id="uptime",
            title=self.phrase("Uptime and incidents"),
            charts=self._line(
                "uptime", message("Uptime as you had it, in per cent"), shares, (low, _FULL)
            ),
            entries=entries,
            empty="" if entries else self.phrase("No incident touched you."),
        )

    def _care(self) -> Section:
        rows = [
            {
                "label": self._word(STATES[each.state][0]),
                "value": each.count,
                "text": self._language.number(each.count),
                "class": STATES[each.state][1],
            }
            for each in self._pack.care
        ]
        title = self.phrase("What was promised by the calendar in twelve months")
        heads = [self.phrase("State"), self.phrase("Count")]
        drawn = {"id": "care-chart", "title": title, "rows": rows, "heads": heads}
        return Section(
            id="care",
            title=self.phrase("Care delivered"),
            charts=(Chart(kind="bars", values=drawn),) if rows else (),
            empty="" if rows else self.phrase("Nothing is promised by the calendar here."),
        )

    def _risks(self) -> Section:
        entries = tuple(
            (
                f"{self.phrase('Advice %(number)s', number=each.number)}: {each.title}",
                self._standing(each),
            )
            for each in self._pack.risks
        )
        return Section(
            id="risks",
            title=self.phrase("Open risks that we advised of"),
            entries=entries,
            note=self._more(self._pack.risks_more),
            empty="" if entries else self.phrase("No risk is open."),
        )

    def _standing(self, row: RiskRow) -> str:
        told = [
            self._state(row.state),
            self.phrase("follow-up on %(day)s", day=self.day(row.follow_up_on))
            + self._overdue(row.is_overdue),
        ]
        if row.later:
            told.append(
                self._language.phrase_of(
                    "%(number)s case of its topic since",
                    "%(number)s cases of its topic since",
                    row.later,
                )
            )
        return "; ".join(told)

    def _actions(self) -> Section:
        entries = tuple(
            (
                each.text or self.phrase("Post-mortem of case %(number)s", number=each.number),
                self.phrase("due on %(day)s", day=self.day(each.due_on))
                + self._overdue(each.is_overdue),
            )
            for each in self._pack.actions
        )
        return Section(
            id="actions",
            title=self.phrase("Open actions"),
            entries=entries,
            note=self._more(self._pack.actions_more),
            empty="" if entries else self.phrase("Nothing is to be done."),
        )

    def _next(self) -> Section:
        entries = tuple(
            (
                self.phrase("%(day)s: %(what)s", day=self.day(each.on), what=self._word(each.what)),
                "",
            )
            for each in self._report.next
        )
        return Section(
            id="next",
            title=self.phrase("What is next"),
            entries=entries,
            empty="" if entries else self.phrase("Nothing is promised by the calendar here."),
        )

    def _line(
        self,
        id_: str,
        title: str,
        values: list[float | None] | list[float],
        span: tuple[float, float] = (0, _FULL),
    ) -> tuple[Chart, ...]:
        """A line over the months; none where no month has a value."""
        known = _known(values)
        if not known:
            return ()
        series = [{"name": self.phrase(title), "values": values,
                   "text": self._language.number(known[-1])}]  # fmt: skip
        drawn = {
            "id": f"{id_}-chart",
            "title": self.phrase(title),
            "labels": [each.month for each in self._pack.months],
            "series": series,
            "low": span[0],
            "high": span[1],
            "every": 2,
        }
        return (Chart(kind="line", values=drawn),)


def _number(percent: str | None) -> float | None:
    return None if percent is None else float(percent.rstrip("%"))


def _known(values: list[float | None] | list[float]) -> list[float]:
    return [each for each in values if each is not None]
