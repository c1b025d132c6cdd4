"""Telling the lives of cases to the product: each step is an action at its own moment, and a worker
looks at the clocks whenever something becomes true of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.acknowledgement import acknowledge
from tierline.actions.call_ins import CallInRouting
from tierline.actions.case_clocks import (
    identification_row_of,
    keep_clocks,
    row_of,
)
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import (
    US,
    Speaker,
    add_aside,
    close,
    go_on,
    refuse_unknown_reason,
    resolve,
    restore,
    say,
    set_severity,
    wait,
)
from tierline.actions.due_work import DueWorkBook
from tierline.actions.identification import tell_overdue
from tierline.actions.open_promises import OpenBooks, OpenCases, improve_open_cases
from tierline.actions.playbooks import CasesToWork
from tierline.actions.post_mortems import PostMortemBooks, begin_post_mortem
from tierline.actions.triage import TriageBooks, TriageOrder, triage_case
from tierline.cases.channel import Channel
from tierline.cases.standing import ENDED, CaseState
from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.sample import words
from tierline.sample.case_life import AUTOMATIC, MESSAGE, NOTE, REPLY, REVIEW
from tierline.sample.chance import Chance
from tierline.sample.story import COMPLETE_UNTIL
from tierline.sample.telling_call_ins import CallInBooks, tell_call_in
from tierline.sample.telling_hands import MACHINE, HandBooks, Hands, People, ToldRouting
from tierline.sample.telling_playbooks import work_by_the_guide
from tierline.sample.telling_reviews import review_of, tell_review

if TYPE_CHECKING:
    from tierline.accounts.contact import Contact
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.entitlements.span import Span
    from tierline.sample.case_life import CaseLife, Step

_SEVERITIES = ("S1", "S2", "S3", "S4")
_CELLS = {"1 - High": 0, "2 - Medium": 1, "3 - Low": 2}
_GRADE = ((0, 1, 2), (1, 2, 3), (2, 3, 3))
_REASONS = {"Awaiting Caller": "waiting_on_customer", "Awaiting Vendor": "waiting_on_vendor"}


class Waiting(DueWorkBook, Protocol):
    """Due work, and when a row of it is due."""

    def run_at(self, identifier: str) -> datetime | None: ...


class ToldCases(OpenCases, CasesToWork, Protocol):
    """Cases while they are told."""


class DeskRouting(ToldRouting, CallInRouting, Protocol):
    """The records of routing, asked at the instant that is told, with Halyard's people."""


class DeskBooks(PostMortemBooks, OpenBooks, HandBooks, TriageBooks, CallInBooks, Protocol):
    """What the telling of cases needs."""

    @property
    def cases(self) -> ToldCases: ...
    @property
    def due_work(self) -> Waiting: ...
    @property
    def routing(self) -> DeskRouting: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The company in which cases are told: `contacts` by account."""

    contacts: Mapping[str, Sequence[Contact]]
    people: People
    promise: Callable[[str | None, datetime], CasePromise]
    spans: Callable[[str], Sequence[Span]]
    moment: Callable[[datetime, str], Occasion]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCase:
    """A case that was told: who raised it (None: somebody unknown), the tier that it is held to,
    and the user who had it last."""

    id: str
    life: CaseLife
    account: str | None
    tier: str
    user: str


class CaseTeller:
    """Tells cases one after another, each up to the end of the story."""

    def __init__(self, books: DeskBooks, setting: Setting) -> None:
        self._books = books
        self._setting = setting

    def tell(self, life: CaseLife, account: str | None) -> ToldCase:
        """Let a case be raised by an account (None: by somebody unknown), and run its course."""
        told = _ToldCase(self._books, self._setting, life, account)
        return told.run()


class _ToldCase:
    """One case while it is told."""

    def __init__(
        self, books: DeskBooks, setting: Setting, life: CaseLife, account: str | None
    ) -> None:
        self._books, self._setting, self._life, self._account = books, setting, life, account
        self._chance = Chance(life.story.seed, "words", life.story.number)
        self._matter = words.MATTERS[life.story.category]
        self._contact = self._raised_by()
        self._hands = Hands(books, setting.people, life, self._by)
        self._is_taken = False
        self._updates = 0
        self._id = ""

    def run(self) -> ToldCase:
        """From its opening to its end."""
        opened = self._open()
        self._id = opened.id
        self._hands.received(opened, opened.events[0].at)
        for at, step in sorted(self._moments(), key=lambda each: each[0]):
            self._wake_until(at)
            if step is None:
                self._improve(at)
            else:
                self._follow(step, at)
        self._wake_until(COMPLETE_UNTIL)
        self._hands.settle(_instant(self._life.resolved) if self._life.resolved else None)
        return ToldCase(
            id=self._id,
            life=self._life,
            account=self._account,
            tier=opened.tier,
            user=self._hands.user,
        )

    # what happens when -------------------------------------------------------------------------

    def _moments(self) -> Iterator[tuple[datetime, Step | None]]:
        """Its steps, and the instants at which the account's rules change meanwhile (None)."""
        steps = [(_instant(step.at), step) for step in self._life.steps]
        yield from steps
        if self._account is not None and steps:
            first, last = to_micros(_instant(self._life.story.opened)), to_micros(steps[-1][0])
            for span in self._setting.spans(self._account):
                if first < span.start < last:
                    yield from_micros(span.start), None

    def _wake_until(self, until: datetime) -> None:
        """What a worker does meanwhile, at the instants at which it is due."""
        row, overdue = row_of(self._id), identification_row_of(self._id)
        while (at := self._books.due_work.run_at(row)) is not None and at <= until:
            keep_clocks(self._books, self._case, self._setting.moment(at, MACHINE))
        self._hands.wait_until(until)
        at = self._books.due_work.run_at(overdue)
        if at is not None and at <= until:
            tell_overdue(self._books, self._id, self._setting.moment(at, MACHINE))
            self._books.due_work.remove([overdue])

    def _improve(self, at: datetime) -> None:
        if self._account is not None:
            spans, occasion = self._setting.spans(self._account), self._setting.moment(at, MACHINE)
            improve_open_cases(self._books, self._account, spans, occasion)

    def _follow(self, step: Step, at: datetime) -> None:
        """One step: what was said with it, and what changed."""
        state = step.changes.get("incident_state", "")
        theirs = self._by(at, self._contact or words.NOBODY)
        standing = self._case.standing
        if standing.state is CaseState.closed and step.comment != REVIEW:
            return
        ours = self._by_whoever_acts(step, at)
        if step.comment == AUTOMATIC:
            add_aside(self._books, self._id, words.RECEIVED, US, self._by(at, MACHINE))
        elif state == "On Hold":
            self._wait(step, ours)
        elif state == "Service Restored":
            restore(self._books, self._id, words.RESTORED, ours)
        elif state == "Resolved":
            how, why = self._chance.one_of(self._matter.how), self._matter.why
            resolve(self._books, self._id, how, why, ours)
        elif state == "Closed":
            close(self._books, self._id, self._by(at, MACHINE))
        elif step.comment == MESSAGE:
            text = words.BACK_AGAIN if standing.state is CaseState.resolved else self._reply()
            speaker = Speaker(is_customer=True, contact=self._contact)
            say(self._books, self._id, text, speaker, theirs)
        elif step.comment == REVIEW:
            self._review(ours)
        else:
            self._work(step, ours)

    def _by_whoever_acts(self, step: Step, at: datetime) -> Occasion:
        """Of ours. What waits in the queue still is taken by hand."""
        is_ours = not step.by and step.comment not in (MESSAGE, REVIEW)
        if is_ours and self._case.standing.state not in ENDED:
            if not self._is_taken and "assigned_to" in step.changes:
                self._hands.take_up(at)
            self._hands.act(at)
        return self._by(at, self._hands.user)

    def _work(self, step: Step, ours: Occasion) -> None:
        """What an agent does with it: takes it up, agrees its severity, answers, notes, goes on."""
        standing = self._case.standing
        takes_up = not self._is_taken and "assigned_to" in step.changes
        self._is_taken |= takes_up
        if takes_up and self._life.answers:
            triage_case(self._books, self._id, TriageOrder(answers=self._life.answers), ours)
        elif "impact" in step.changes:
            set_severity(self._books, self._id, _severity_of(step), ours)
        elif takes_up and standing.severity:
            set_severity(self._books, self._id, standing.severity, ours)
        if standing.state is CaseState.waiting and step.changes.get("hold_reason") == "":
            go_on(self._books, self._id, ours)
        is_passed_on = "assignment_group" in step.changes and self._hands.pass_on(ours.now)
        if step.comment == REPLY:
            say(self._books, self._id, self._update(), US, ours)
        elif step.comment == NOTE and not is_passed_on:
            say(self._books, self._id, words.WORK_NOTE, US, ours, is_public=False)
        elif takes_up:
            acknowledge(self._books, self._id, ours)
        if takes_up:
            self._hands.say_skills(ours.now)
            work_by_the_guide(self._books, self._id, self._life, ours, self._setting.moment)
            tell_call_in(self._books, self._id, self._life, ours)

    # the single steps --------------------------------------------------------------------------

    def _open(self) -> Case:
        story = self._life.story
        at = _instant(story.opened)
        order = CaseOrder(
            channel=Channel[story.channel.lower()],
            subject=self._chance.one_of(self._matter.subjects),
            text=self._chance.one_of(self._matter.asks),
            account=self._account,
            contact=self._contact,
            severity=_SEVERITIES[story.severity],
            despite=words.PHONE_AGAIN if story.channel == "Phone" else None,
        )
        promise = self._setting.promise(self._account, at)
        occasion = self._by(at, self._contact or words.NOBODY)
        return open_case(self._books, order, promise, occasion)

    def _wait(self, step: Step, ours: Occasion) -> None:
        """Who asks nothing all the same writes something, because nobody may wait without."""
        reason = _REASONS[step.changes["hold_reason"]]
        terms = self._books.cases.terms(self._case.terms) if self._case.terms else None
        known = terms.rules_of(self._case.tier).pauses if terms else {}
        if known and reason not in known:
            say(self._books, self._id, words.VENDOR_NOTE, US, ours, is_public=False)
            return
        asks = self._matter.question if step.comment == REPLY else words.STALLING
        needs = refuse_unknown_reason(self._books, self._case, reason)
        wait(self._books, self._id, reason, asks if needs else None, ours)

    def _review(self, ours: Occasion) -> None:
        story = self._life.story
        begun = begin_post_mortem(self._books, self._id, ours)
        review = review_of(story, _instant(story.opened))
        agents = self._setting.people.agents
        tell_review(self._books, begun, review, agents, ours, self._setting.moment)

    def _update(self) -> str:
        if self._case.heard_at is None:
            return words.FIRST
        if self._life.says_nothing:
            return words.EMPTY_UPDATE
        self._updates += 1
        text = self._chance.one_of((self._matter.answer, *words.UPDATES))
        return words.NUMBERED.format(text, self._updates)

    def _reply(self) -> str:
        if self._case.standing.was_asked:
            return self._chance.one_of(words.ANSWERS)
        return words.ASKED_AGAIN

    # who and when ------------------------------------------------------------------------------

    @property
    def _case(self) -> Case:
        return self._books.cases.get(self._id)

    def _by(self, at: datetime, who: str) -> Occasion:
        self._books.routing.now = at
        return self._setting.moment(at, who)

    def _raised_by(self) -> str | None:
        """One of those who may open cases then."""
        if self._account is None:
            return None
        at = to_micros(_instant(self._life.story.opened))
        there = [each.id for each in self._setting.contacts.get(self._account, ())
                 if each.roles_at(at)]  # fmt: skip
        return self._chance.one_of(sorted(there)) if there else None


def _severity_of(step: Step) -> str:
    grade = _GRADE[_CELLS[step.changes["impact"]]][_CELLS[step.changes["urgency"]]]
    return _SEVERITIES[grade]


def _instant(seconds: int) -> datetime:
    return from_micros(seconds * SECOND_US)
