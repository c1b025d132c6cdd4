"""How milestone clocks behave: what starts, pauses, retargets and reopens them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from tierline.catalog.statement import DurationField, Key, MilestoneKind, Percent, Statement, Text
from tierline.kernel.durations import Duration


class ClockStart(StrEnum):
    """What starts the clocks of a case."""

    opened = "opened"
    severity_set = "severity_set"
    """When we set the severity at triage; a log without that fact falls back to `opened`."""


class RetargetRule(StrEnum):
    """What happens to a running clock when severity or tier changes its target."""

    from_original_start = "from_original_start"
    from_change = "from_change"
    from_original_start_with_floor = "from_original_start_with_floor"


class CalendarChangeRule(StrEnum):
    """What happens to a running clock when the hours that it counts on change."""

    bank_elapsed = "bank_elapsed"
    recompute_from_start = "recompute_from_start"


class ReopenRule(StrEnum):
    """What a reopened case does to its resolution clock."""

    resume = "resume"
    new_cycle = "new_cycle"
    final = "final"


class Reopen(Statement):
    """The clock of a reopened case: `resume` within a time after resolution, else a new cycle."""

    rule: ReopenRule = ReopenRule.resume
    within: DurationField = Duration(days=5)
    """Elapsed time after the resolution in which `resume` holds; later it is a new cycle."""


class Pause(Statement):
    """A reason for which clocks may stand still, and which of them."""

    name: Text
    stops: tuple[MilestoneKind, ...] = (MilestoneKind.restore, MilestoneKind.resolution)
    needs_question: bool = False
    """A pause without a question sent to the customer is not counted, where the log says so."""


class ClockRules(Statement):
    """The rules of one catalog version (a tier may state its own)."""

    starts: ClockStart = ClockStart.opened
    pauses: dict[Key, Pause] = Field(default_factory=dict)
    """By reason, e.g. `waiting_on_customer`. A reason that is not listed stops no clock."""
    retarget: RetargetRule = RetargetRule.from_original_start
    retarget_floor: DurationField = Duration(seconds=3600)
    """Least open time left after a change, under `from_original_start_with_floor`."""
    calendar_change: CalendarChangeRule = CalendarChangeRule.bank_elapsed
    reopen: Reopen = Reopen()

    def pause_reasons(self, kind: MilestoneKind) -> frozenset[str]:
        """The pause reasons that stop the clock of `kind`."""
        return frozenset(reason for reason, pause in self.pauses.items() if kind in pause.stops)


class Absence(StrEnum):
    """Why a row has no target."""

    best_effort = "best_effort"
    not_promised = "not_promised"
    not_applicable = "not_applicable"
    not_known = "not_known"
    """The copy that was read does not show it; nothing may be concluded."""


class Target(Statement):
    """One row of the promise: this milestone, at this severity, within this long on these hours."""

    severity: Key
    """A severity of the catalog, or `any`."""
    milestone: MilestoneKind
    within: DurationField | None
    """`null` states in writing that there is no target."""
    hours: Key | None = None
    """Business hours that count; the tier's default where absent."""
    headline: Key | None = None
    commitment: bool = False
    """A target is measured; a commitment carries a remedy as well."""
    remedy: Key | None = None
    attainment_percent: Percent | None = None
    """Where the promise is a share of cases a month and not each case."""
    warn_at_percent: tuple[Percent, ...] = ()
    """Warnings at these shares of the target; the catalog's default where empty."""
    answered_by: Key | None = None
    """The key of the expertise term that answers."""
    needs: Text | None = None
    """What the customer must do to get this speed (`phone call after the e-mail`)."""
    absence: Absence | None = None
    """Why `within` is null."""
    negotiable: bool = False
    """Holds unless both sides agree otherwise on a case."""
    delivers: Text | None = None
    """What the answer must contain to count."""
    label: Text | None = None
    """The words of the price page for this target, e.g. `next business day`."""
    inferred: bool = False
    """Concluded from the neighbouring cells of a table, not read."""
    beta: bool = False
    note: Text | None = None
