"""The health report on paper: every word of it in the reader's language, in the order in which it
is printed. The template of the document only lays it out."""

from __future__ import annotations

import json
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from tierline.languages.language import message
from tierline.web.formats import counted_written, share_written
from tierline.web.health_report import on_its_clock
from tierline.web.health_report_words import advice, in_short
from tierline.web.reading import READING, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tierline.scorecards.health_report import HealthReport

Section = dict[str, Any]
_CARE = {
    "due": message("Due"),
    "done": message("Done"),
    "late": message("Done late"),
    "missed": message("Missed"),
    "excused": message("Excused"),
}
_RISKS = {
    "waiting": message("Waits for your decision"),
    "accepted": message("Accepted"),
    "declined": message("Declined"),
}
_KEPT = {"met": message("Met"), "missed": message("Missed"), "too_early": message("Too early")}


def health_report_for_paper(report: HealthReport) -> str:
    """The document as JSON."""
    return json.dumps(_Paper(report).document())


class _Paper:
    """The parts of one report in the language that is read."""

    def __init__(self, report: HealthReport) -> None:
        self._report, self._language = report, READING.get()
        self._local = on_its_clock(report)

    def document(self) -> dict[str, Any]:
        report, phrase = self._report, self._language.phrase
        start, end = self._day(report.first_on), self._day(report.last_on)
        title = phrase("Health report of %(account)s", account=report.account_name)
        return {
            "language": self._language.tag.split("-")[0],
            "title": title,
            "full_title": phrase(
                "Health report of %(account)s, %(start)s to %(end)s",
                account=report.account_name,
                start=start,
                end=end,
            ),
            "company": report.company,
            "lead": phrase(
                "%(company)s to %(account)s, from %(start)s to %(end)s by the clocks of %(zone)s.",
                company=report.company,
                account=report.account_name,
                start=start,
                end=end,
                zone=report.time_zone,
            ),
            "plan": phrase(
                "Plan %(tier)s, catalog %(catalog)s, version %(version)s.",
                tier=report.tier_name,
                catalog=report.catalog,
                version=report.version,
            ),
            "figure": share_written(report.percent) if report.percent else "",
            "figure_name": phrase("Promises kept"),
            "sections": list(self._sections()),
            "drawn_up": phrase("Drawn up at %(moment)s.", moment=self._moment(report.as_of)),
            "terms": phrase("Terms:"),
            "digest": report.digest,
        }

    def _sections(self) -> Iterator[Section]:
        report, phrase = self._report, self._language.phrase
        yield _listed(phrase("In short"), [[text, ""] for text in in_short(report)])
        found = chain(
            [_listed(phrase("What we advise"), [[text, ""] for text in advice(report)])],
            self._misses(),
            [_listed(phrase("Promises of a share of a month's cases"), self._commitments())],
            [_listed(phrase("Risks and open actions"), self._actions())],
            [_listed(phrase("Open risks that we advised of"), self._risks())],
        )
        yield from (each for each in found if each["rows"])
        yield _listed(phrase("Live milestones"), self._open(), phrase("No case was open."))
        yield _listed(
            phrase("Incidents and post-mortems"),
            self._incidents(),
            phrase("No incident touched you."),
        )
        rest = chain(
            [_listed(phrase("Care"), self._care())],
            self._used(),
            [_listed(phrase("What is next"), self._next())],
            self._tables(),
        )
        yield from (each for each in rest if each["rows"])

    def _commitments(self) -> list[list[str]]:
        return [
            [
                self._language.phrase(
                    "%(month)s: %(promise)s, %(share)s promised; %(met)s met, %(missed)s missed: "
                    "%(kept)s",
                    month=row.month,
                    promise=row.words,
                    share=share_written(row.promised_percent),
                    met=self._number(row.met),
                    missed=self._number(row.missed),
                    kept=self._within(_KEPT[row.kept]),
                ),
                "",
            ]
            for row in self._report.commitments
        ]

    def _misses(self) -> Iterator[Section]:
        phrase, length = self._language.phrase, self._language.open_length
        more = self._report.misses_more
        yield _table(
            phrase("Each missed milestone"),
            [
                phrase("Case"),
                phrase("Promise"),
                phrase("Severity"),
                phrase("Promised"),
                phrase("Over by"),
                phrase("Missed at"),
            ],
            (3, 4),
            [
                [
                    phrase("Case %(number)s", number=row.number),
                    said(row.name),
                    row.severity,
                    length(row.allowed_seconds),
                    length(row.used_seconds - row.allowed_seconds),
                    self._moment(row.missed_at) if row.missed_at else "–",
                ]
                for row in self._report.misses
            ],
            phrase("And %(number)s more.", number=self._number(more)) if more else "",
        )

    def _actions(self) -> list[list[str]]:
        phrase, found = self._language.phrase, []
        for row in self._report.actions:
            what = (
                f"{said(row.what)}, {self._day(row.found_on or row.due_on)}"
                if row.source == "care"
                else phrase("Post-mortem of case %(number)s", number=row.number)
            )
            due = phrase("due on %(day)s", day=self._day(row.due_on))
            found.append([what, due + (", " + phrase("overdue") if row.is_overdue else "")])
        return found

    def _risks(self) -> list[list[str]]:
        phrase, found = self._language.phrase, []
        for row in self._report.advice:
            number = phrase("Advice %(number)s", number=row.number)
            parts = [
                phrase("given on %(day)s", day=self._day(row.given_on)),
                self._within(_RISKS[row.state]),
                phrase("follow-up on %(day)s", day=self._day(row.follow_up_on)),
                phrase("overdue") if row.is_overdue else "",
            ]
            what = f"{number}: {row.topic}" if row.topic else number
            found.append([what, ", ".join(part for part in parts if part)])
        return found

    def _open(self) -> list[list[str]]:
        phrase, report, found = self._language.phrase, self._report, []
        for row in report.open_cases:
            due = phrase("nothing is due")
            if row.next_due_at is not None:
                at = self._moment(row.next_due_at)
                due = (
                    phrase("overdue since %(moment)s", moment=at)
                    if row.next_due_at < report.as_of
                    else phrase("next due at %(moment)s", moment=at)
                )
            severity = row.severity or phrase("severity not agreed yet")
            number = phrase("Case %(number)s", number=row.number)
            found.append([f"{number}, {severity}, {self._within(_word(row.state))}", due])
        return found

    def _incidents(self) -> list[list[str]]:
        phrase, found = self._language.phrase, []
        for row in self._report.incidents:
            start = self._moment(row.started_at)
            span = (
                phrase("from %(start)s to %(end)s", start=start, end=self._moment(row.ended_at))
                if row.ended_at
                else phrase("from %(start)s", start=start)
            )
            parts = [self._within(_word(row.phase)), span, ", ".join(row.components)]
            found.append([row.title, "; ".join(part for part in parts if part)])
        for each in self._report.post_mortems:
            what = phrase("Post-mortem of case %(number)s", number=each.number)
            at = self._moment(each.published_at)
            found.append([what, phrase("published %(moment)s", moment=at)])
        return found

    def _care(self) -> list[list[str]]:
        return [
            [f"{self._day(row.due_on)}: {said(row.what)}", self._within(_CARE[row.state])]
            for row in self._report.care
        ]

    def _used(self) -> Iterator[Section]:
        phrase = self._language.phrase
        names = [phrase("Entitlement"), phrase("Used"), phrase("Included"), phrase("Left")]
        yield _table(
            phrase("What was used at the end of the period"),
            names,
            (1, 2, 3),
            [
                [row.name, *map(counted_written, (row.used, row.included, row.left))]
                for row in self._report.balances
            ],
        )
        yield _listed(
            phrase("Limits that were reached"),
            [
                [
                    phrase(
                        "%(name)s reached %(share)s of its limit at %(moment)s",
                        name=row.name,
                        share=share_written(row.percent),
                        moment=self._moment(row.at),
                    ),
                    "",
                ]
                for row in self._report.limits
            ],
        )

    def _next(self) -> list[list[str]]:
        return [[f"{self._day(row.on)}: {said(row.what)}", ""] for row in self._report.next]

    def _tables(self) -> Iterator[Section]:
        """Every promise, for who wants to follow the figure."""
        phrase, number, report = self._language.phrase, self._number, self._report
        yield _table(
            phrase("Every promise that fell due"),
            [
                phrase("Promise"),
                phrase("Kept of due"),
                phrase("Missed"),
                phrase("Beyond the promise"),
            ],
            (1, 2, 3),
            [
                [
                    f"{row.severity}: {said(row.name)}" if row.severity else said(row.name),
                    phrase("%(met)s of %(decided)s", met=number(row.kept), decided=number(row.due)),
                    number(row.missed),
                    number(row.over),
                ]
                for row in report.kept
            ],
            phrase("What was given beyond the promise makes up for nothing."),
            ids=[row.promise_id or phrase("beside the plan") for row in report.kept],
        )
        names = [message("Promise"), message("Met"), message("Missed"), message("Open"),
                 message("In no share"), message("Kept")]  # fmt: skip
        yield _table(
            phrase("Milestones by kind"),
            [phrase(each) for each in names],
            (1, 2, 3, 4, 5),
            [
                [
                    said(row.name),
                    *map(number, (row.met, row.missed, row.open, row.outside)),
                    share_written(row.percent),
                ]
                for row in report.promises
            ],
            phrase(
                "Of the cases that were raised in the period, as they stood at %(moment)s. In no "
                "share is what was not promised, had not begun, or was not covered.",
                moment=self._moment(report.as_of),
            ),
        )

    def _moment(self, text: str) -> str:
        return self._language.moment(self._local(text))

    def _day(self, text: str) -> str:
        return self._language.day(date.fromisoformat(text))

    def _within(self, text: str) -> str:
        return self._language.within(said(text))

    @property
    def _number(self) -> Callable[[int], str]:
        return self._language.number


def _word(value: str) -> str:
    return value.replace("_", " ").capitalize()


def _listed(heading: str, rows: Sequence[list[str]], none: str = "") -> Section:
    return {"kind": "list", "heading": heading, "rows": list(rows), "none": none}


def _table(
    heading: str,
    names: Sequence[str],
    right: Sequence[int],
    rows: Sequence[list[str]],
    note: str = "",
    *,
    ids: Sequence[str] = (),
) -> Section:
    return {
        "kind": "table",
        "heading": heading,
        "names": list(names),
        "right": list(right),
        "rows": list(rows),
        "note": note,
        "ids": list(ids),
    }
