"""The life of one invented case: what happens to it, when, and how the helpdesk writes it down."""

from __future__ import annotations

from dataclasses import dataclass, field

from tierline.kernel.instants import SECOND_US, from_micros, to_micros
from tierline.sample.case_story import CELLS, CaseStory
from tierline.sample.chance import Chance
from tierline.sample.story import (
    COMPLETE_UNTIL,
    HOUR,
    QUIET_PAUSER,
    RELEASES,
    SPECIALISTS,
)

REPLY, NOTE = "Reply to customer", "Work note"
MESSAGE, AUTOMATIC, REVIEW = "Customer message", "Auto-reply", "Post-incident review"
_CALLER, _SYSTEM = "caller", "system"
_AUTO_CLOSE = 5 * 24 * HOUR
_MOST_UPDATES = 40


@dataclass(frozen=True, order=True)
class Step:
    """Something that the helpdesk wrote down: seconds since 1970, a turn among equals, and the
    fields that changed with it. `comment` belongs to this step alone."""

    at: int
    turn: int
    changes: dict[str, str] = field(compare=False)
    comment: str = field(default="", compare=False)
    by: str = field(default="", compare=False)


@dataclass
class CaseLife:
    """The steps of a case in the order of time, and what the old tool said in the end."""

    story: CaseStory
    steps: list[Step]
    resolved: int = 0
    closed: int = 0
    made_sla: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    """What is answered at triage, where the table finds its severity."""
    score: int = 0
    """How its customer finds it, from 1 to 5; 0 where nobody says."""
    says_nothing: bool = False
    """Whether what is written to the customer after the first answer has no news."""


def lived(story: CaseStory) -> CaseLife:
    """Let the case run its course, up to the end of the log."""
    course = _Course(story)
    course.run()
    life = CaseLife(story, sorted(s for s in course.steps if s.at <= _end_of_log()))
    life.resolved = course.resolved if course.resolved <= _end_of_log() else 0
    life.closed = course.closed if course.closed <= _end_of_log() else 0
    life.made_sla = course.made_sla() if life.closed else ""
    life.score = _score(story) if life.closed else 0
    return life


def _score(story: CaseStory) -> int:
    """One of four customers answers."""
    chance = Chance(story.seed, "rating", story.number)
    return chance.weighted(((5, 50), (4, 35), (3, 10), (2, 5))) if chance.happens(250) else 0


def _end_of_log() -> int:
    return to_micros(COMPLETE_UNTIL) // SECOND_US


class _Course:
    """The steps of a case as they are made."""

    def __init__(self, story: CaseStory) -> None:
        self.story = story
        self.tier = story.tier
        self.severity = story.severity
        self.chance = Chance(story.seed, "life", story.number)
        self.steps: list[Step] = []
        self.holds: list[tuple[int, int]] = []
        self.resolved = self.closed = 0
        self._outside = 0
        """Open seconds between a resolution and the reopening after it."""

    def run(self) -> None:
        story = self.story
        self._write(story.opened + self.chance.below(60), {"incident_state": "New"}, by=_CALLER)
        if story.channel in ("Portal", "Email") and self.chance.happens(350):
            self._write(story.opened + 60 + self.chance.below(20), {}, AUTOMATIC, by=_SYSTEM)
        answered = self._acknowledge()
        end = self._work(answered)
        self._resolve(end)
        if self.chance.happens(90 if self.tier.name == "Priority" else 55):
            self._reopen()
        self._review()

    def made_sla(self) -> str:
        """The old tool's verdict: every wait counts as a pause, whether somebody asked or not."""
        if self.severity > 1:
            return ""
        used = self._used(self.story.opened, self.resolved) - self._outside
        used -= sum(self._used(start, end) for start, end in self.holds)
        return "true" if used <= self.tier.resolution[self.severity] else "false"

    # the course ------------------------------------------------------------------------------

    def _acknowledge(self) -> int:
        """Somebody takes the case; the answer may come with it. Returns when it is answered."""
        target = self.tier.acknowledge[self.severity]
        share = self.chance.share_used(self._misses(self.tier.acknowledge_misses, 380))
        is_personal = self.story.has_plants and self.story.account.name == "Casterline Motors"
        if is_personal:
            share = self.chance.between(20, 70)
        at = self._after(self.story.opened, max(60, target * share // 1000))
        taken = {"incident_state": "In Progress", "assigned_to": f"agent-{self.story.agent:02}"}
        if self.chance.happens(450) or is_personal:
            self._write(at, taken, REPLY)
            return at
        self._write(at, taken)
        answered = self._after(at, target * self.chance.between(100, 900) // 1000 + 60)
        self._write(answered, {}, REPLY)
        return answered

    def _work(self, answered: int) -> int:
        """Updates, questions, waits and changes up to the moment of resolution."""
        needed = self._effort()
        end = self._after(self.story.opened, needed)
        if end <= answered + 300:
            end = answered + 300 + self.chance.below(1500)
            needed = self._used(self.story.opened, end)
        end = self._waits(answered, needed, end)
        if self.severity == 0:
            self._updates(end)
            restored = self._restored(answered, end)
            self._write(restored, {"incident_state": "Service Restored"}, REPLY)
        self._conversation(answered, end)
        self._second_thoughts(answered, end)
        return end

    def _effort(self) -> int:
        """Open seconds to resolution, waits left out."""
        misses = self._misses(self.tier.resolution_misses, 420)
        share = self.chance.share_used(misses if self.severity < 2 else 80)
        if self._pauses_quietly():
            share = self.chance.between(955, 995)
        return max(600, self.tier.resolution[self.severity] * share // 1000)

    def _waits(self, answered: int, needed: int, end: int) -> int:
        """At most one wait; the resolution moves back by as much open time as it takes."""
        quiet = self._pauses_quietly()
        if not quiet and not self.chance.happens(340 if self.severity else 60):
            return end
        part = self.chance.between(900, 950) if quiet else self.chance.between(300, 750)
        start = self._after(self.story.opened, needed * part // 1000)
        if start <= answered + 60 or (self.severity == 0 and not quiet):
            return end
        on_vendor = not quiet and self.chance.happens(150)
        lasts = self.chance.between(6, 30) if quiet else self.chance.between(2, 60)
        until = start + lasts * HOUR + self.chance.below(HOUR)
        reason = "Awaiting Vendor" if on_vendor else "Awaiting Caller"
        asks = not quiet and not on_vendor and not self.chance.happens(30)
        held = {"incident_state": "On Hold", "hold_reason": reason}
        self._write(start, held, REPLY if asks else NOTE if on_vendor else "")
        going_on = {"incident_state": "In Progress", "hold_reason": ""}
        if on_vendor or quiet:
            self._write(until, going_on, NOTE)
        else:
            self._write(until, going_on, MESSAGE, by=_CALLER)
            self._write(self._after(until, self._reply_time()), {}, REPLY)
        self.holds.append((start, until))
        return self._after(until, max(300, needed * (1000 - part) // 1000))

    def _updates(self, end: int) -> None:
        """Word to the customer at the promised pace, while a severity-1 case is open."""
        at = self.story.opened
        for _ in range(_MOST_UPDATES):
            late = self.chance.happens(35)
            share = self.chance.between(1150, 1700) if late else self.chance.between(550, 950)
            at = self._after(at, self.tier.update_every * share // 1000)
            if at >= end - 60:
                return
            self._write(at, {}, REPLY)

    def _restored(self, answered: int, end: int) -> int:
        share = self.chance.share_used(self._misses(70, 300))
        at = self._after(self.story.opened, max(300, self.tier.restore * share // 1000))
        return min(max(at, answered + 60), end - 60)

    def _conversation(self, answered: int, end: int) -> None:
        if self.chance.happens(400):
            at = self._between(answered, end)
            group = {"assignment_group": SPECIALISTS} if self.chance.happens(250) else {}
            self._write(at, group, NOTE)
        if self.chance.happens(260):
            at = self._between(answered, end)
            self._write(at, {}, MESSAGE, by=_CALLER)
            self._write(min(self._after(at, self._reply_time()), end - 1), {}, REPLY)

    def _second_thoughts(self, answered: int, end: int) -> None:
        """Severity is raised or lowered once it is better understood."""
        if not self.chance.happens(30) or self._pauses_quietly():
            return
        up = self.severity > 0 and (self.severity == 3 or self.chance.happens(600))
        if self.severity == 0:
            return
        self.severity += -1 if up else 1
        impact, urgency = self.chance.one_of(CELLS[self.severity])
        self._write(self._between(answered, end), {"impact": impact, "urgency": urgency}, NOTE)

    def _resolve(self, at: int) -> None:
        self.resolved, self.closed = at, at + _AUTO_CLOSE
        resolved = {"incident_state": "Resolved", "hold_reason": ""}
        self._write(at, resolved, REPLY if self.chance.happens(700) else "")
        self._write(self.closed, {"incident_state": "Closed"}, by=_SYSTEM)

    def _reopen(self) -> None:
        at = self.resolved + self.chance.between(2 * HOUR, 4 * 24 * HOUR)
        self.steps = [step for step in self.steps if step.at != self.closed]
        again = {"incident_state": "In Progress", "reopen_count": "1"}
        self._write(at, again, MESSAGE, by=_CALLER)
        self._outside += self._used(self.resolved, at)
        usual = self.tier.resolution[self.severity]
        end = self._after(at, max(900, usual * self.chance.between(10, 250) // 1000))
        self._write(at + (end - at) // 2, {}, REPLY)
        self._resolve(end)

    def _review(self) -> None:
        if self.severity == 0 and self.tier.name == "Enterprise" and self.chance.happens(985):
            late = self.chance.happens(90)
            hours = self.chance.between(124, 260) if late else self.chance.between(24, 116)
            self._write(self.resolved + hours * HOUR, {}, REVIEW)

    # the measure of time -----------------------------------------------------------------------

    def _misses(self, usual: int, in_thin_queue: int) -> int:
        """How often, of 1,000, a step is late: more in the thin queue, after releases, at the end
        of a quarter."""
        opened = from_micros(self.story.opened * SECOND_US)
        if self.story.queue == "Security" and opened.month >= 10 and opened.weekday() in (1, 2, 3):
            return in_thin_queue
        after = [(opened.date() - release).days for release in RELEASES]
        if any(0 <= days < 10 for days in after):
            return usual * 9 // 5
        return usual * 3 // 2 if opened.month % 3 == 0 and opened.day >= 22 else usual

    def _pauses_quietly(self) -> bool:
        one_in = Chance(self.story.seed, "quiet", self.story.number).happens(380)
        if not self.story.has_plants:
            return False
        return self.story.agent == QUIET_PAUSER and self.story.severity in (0, 1) and one_in

    def _reply_time(self) -> int:
        return self.tier.acknowledge[self.severity] * self.chance.between(100, 1040) // 1000 + 300

    def _after(self, start: int, open_seconds: int) -> int:
        return self.tier.hours.add_micros(start * SECOND_US, open_seconds * SECOND_US) // SECOND_US

    def _used(self, start: int, end: int) -> int:
        return self.tier.hours.open_micros(start * SECOND_US, end * SECOND_US) // SECOND_US

    def _between(self, start: int, end: int) -> int:
        return start + 1 + (end - start - 2) * self.chance.between(50, 950) // 1000

    def _write(self, at: int, changes: dict[str, str], comment: str = "", *, by: str = "") -> None:
        self.steps.append(Step(at, len(self.steps), changes, comment, by))
