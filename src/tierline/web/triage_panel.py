"""What the page of a case says of its severity: how it was found, and what is said against it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.actions.triage import held_table
from tierline.cases.standing import ENDED, CaseState
from tierline.cases.triage import RECOVERY, Origin
from tierline.catalog.triage_questions import questions_of
from tierline.kernel.errors import Conflict
from tierline.languages.language import message
from tierline.queries.triage import list_precedents
from tierline.web.whose import is_staff, may_with

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tierline.cases.dispute import Dispute
    from tierline.cases.triage import CaseTriage
    from tierline.catalog.triage_questions import AskedQuestion
    from tierline.catalog.triage_statement import Triage
    from tierline.languages.language import Language
    from tierline.milestones.terms import Terms
    from tierline.queries.cases import WholeCase
    from tierline.store.records import Reads
    from tierline.web.shell import Visit

_CRITICALITY = {
    "critical": message("Critical"),
    "high": message("High"),
    "moderate": message("Moderate"),
    "low": message("Low"),
}
NOT_ANSWERED = message("Not answered")
_PRECEDENTS_SHOWN = 3
_COLUMNS = {
    "criticality": message("Criticality of the account"),
    RECOVERY: message("Must work again within"),
}
LEVELS = (
    message("generalist"),
    message("specialist"),
    message("named engineer"),
    message("pod"),
)
"""What a level is called, where a table names one that is ours."""
_ORIGINS = {
    Origin.answered: message("answered"),
    Origin.profile: message("from the account's profile"),
    Origin.assumed: message("nobody knows"),
}


def triage_panel(visit: Visit, reads: Reads, whole: WholeCase) -> dict[str, Any]:
    """How the severity of a case was found, what was decided alike, and disputes. A customer reads
    reasons and rulings, and nothing of other accounts or of why we overruled the table."""
    case, standing, staff = whole.case, whole.standing, is_staff(visit)
    known, disputes = reads.triage.of_case(case.id), reads.triage.disputes_of(case.id)
    last = known[-1] if known else None
    may_work = staff and may_with(visit, Permission.work_cases, case.account or "")
    table, severities = _table_of(reads, whole)
    open_ = next((each for each in disputes if each.ruling is None), None)
    is_open = standing.state not in ENDED
    may_say = visit.caller.may(Permission.open_cases) and standing.state is not CaseState.closed
    rule = last.result.rule if last and staff else ""
    precedents = (
        list_precedents(reads.snapshot, rule=rule, limit=_PRECEDENTS_SHOWN).items if rule else ()
    )
    return {
        "last": last,
        "times": len(known),
        "inputs": _inputs(last, table, visit.language) if last else [],
        "fields": asked_fields(questions_of(table), last.answers if last else {}),
        "severities": _named(severities, whole.terms),
        "may_triage": may_work and is_open and bool(severities),
        "may_dispute": may_say and open_ is None and bool(severities),
        "may_decide": staff and visit.caller.may(Permission.decide_disputes),
        "open": open_,
        "is_overdue": open_ is not None and open_.due_at < visit.now,
        "decided": [each for each in disputes if each.ruling is not None],
        "precedents": [row for row in precedents if row.dispute.case != case.id],
        "rule": rule,
    }


def asked_fields(
    questions: Iterable[AskedQuestion], answers: dict[str, str] | Any
) -> list[dict[str, Any]]:
    """The questions as fields of a form, with what was answered."""
    return [
        {
            "name": each.key.value,
            "ask": each.ask,
            "options": [("", NOT_ANSWERED), *each.answers.items()],
            "value": answers.get(each.key.value, ""),
        }
        for each in questions
    ]


def _table_of(reads: Reads, whole: WholeCase) -> tuple[Triage | None, tuple[str, ...]]:
    terms = whole.terms
    try:
        held = held_table(reads, terms.catalog, terms.version) if terms else held_table(reads)
    except Conflict:
        return None, ()
    return held.triage, held.severities


def _named(severities: Iterable[str], terms: Terms | None) -> list[tuple[str, str]]:
    """`S1: Critical`, as they are chosen."""
    names = terms.names if terms else {}
    return [(each, f"{each}: {names[each]}" if each in names else each) for each in severities]


def _inputs(
    last: CaseTriage, table: Triage | None, language: Language
) -> list[tuple[str, str, str]]:
    """Column, what was taken for it, and from where."""
    found = []
    asked = {each.key.value: each for each in questions_of(table)}
    for name in (*asked, *_COLUMNS):
        taken = last.result.inputs.get(name)
        if taken is None:
            continue
        if name in asked:
            words = asked[name].answers.get(taken.value, taken.value)
            found.append((asked[name].name, words, _ORIGINS[taken.origin]))
        else:
            words = _stated(name, taken.value, language)
            found.append((_COLUMNS[name], words, _ORIGINS[taken.origin]))
    return found


def _stated(column: str, value: str, language: Language) -> str:
    if column != RECOVERY:
        return _CRITICALITY.get(value, value.capitalize())
    return language.phrase_of("%(number)s minute", "%(number)s minutes", Decimal(value))


def severity_in_words(dispute: Dispute, language: Language) -> str:
    """What a dispute is about: `S2, they ask for S1`."""
    if not dispute.wanted:
        return dispute.severity
    return language.phrase(
        "%(severity)s, asked for %(wanted)s", severity=dispute.severity, wanted=dispute.wanted
    )
