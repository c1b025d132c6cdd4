"""The problem that a case is one of, or those that it may be one of, for what may help with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.cases.case import first_words
from tierline.cases.problem import ProblemState
from tierline.queries.case_problems import likely_problems
from tierline.web.badges import Badge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.cases.case import Case, CaseMessage
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

STATES = {
    ProblemState.open: Badge("warn", "!", "Nobody knows why yet"),
    ProblemState.known: Badge("info", "●", "Known"),
    ProblemState.resolved: Badge("ok", "✓", "Resolved"),
}


def problem_panel(
    visit: Visit, reads: Reads, case: Case, messages: Sequence[CaseMessage]
) -> dict[str, Any] | None:
    """None for who may not say which problem it is."""
    if not visit.caller.may(Permission.work_incidents):
        return None
    linked = reads.problems.of_case(case.id)
    likely = [] if linked else likely_problems(reads.snapshot, first_words(case, messages))
    return {
        "linked": linked,
        "badge": linked and STATES[linked.state],
        "likely": [(each, STATES[each.problem.state]) for each in likely],
    }
