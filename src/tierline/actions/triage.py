"""What can be done about severity: find it by the table, as a case is raised and at triage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from tierline.accounts.criticality import Assessment, Profile, profile_at
from tierline.actions.case_notices import tell_holder
from tierline.actions.case_opening import CaseOrder, open_case
from tierline.actions.cases import CaseBooks, set_severity
from tierline.actions.first_answer import ConfirmBooks, confirm
from tierline.cases.event import EventKind
from tierline.cases.standing import ENDED, refuse_out_of_turn, standing_of
from tierline.cases.triage import CaseTriage, TriageResult, checked_answers, triaged
from tierline.catalog.triage_default import triage_for
from tierline.kernel.errors import Conflict, Fault, Invalid, LimitReached, NotFound
from tierline.kernel.instants import to_micros
from tierline.routing.notice import LIFTED

if TYPE_CHECKING:
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.triage_statement import Triage
    from tierline.milestones.terms import Terms

TRIAGE_LIMIT_TIMES = 100


class PublishedCatalogs(Protocol):
    """The published catalogs."""

    def get(self, catalog: str, version: str | None = None) -> Catalog: ...
    def newest(self) -> tuple[Catalog, ...]: ...


class Assessments(Protocol):
    """What is known of how much depends on us."""

    def of_account(self, account: str) -> Sequence[Assessment]: ...


class KnownTriage(Protocol):
    """How severities were found."""

    def of_case(self, case: str) -> tuple[CaseTriage, ...]: ...


UPTIME = "uptime_impact"
"""The question whose answer says that service is down."""


CRITICAL = {"business_impact": "stopped", "urgency": "now", UPTIME: "down"}
"""What somebody answers who calls a matter critical."""


class TriageBook(KnownTriage, Protocol):
    """The same, to write."""

    def add(self, triage: CaseTriage) -> None: ...


class TableBooks(Protocol):
    """What finding a severity reads."""

    @property
    def catalogs(self) -> PublishedCatalogs: ...
    @property
    def criticality(self) -> Assessments: ...


class TriageBooks(TableBooks, CaseBooks, Protocol):
    """What the actions of this module need."""

    @property
    def triage(self) -> TriageBook: ...


class RaisingBooks(TriageBooks, ConfirmBooks, Protocol):
    """What raising a case needs besides."""


@dataclass(frozen=True, slots=True)
class HeldTable:
    """The table that a case is triaged by: that of the version that it is held to."""

    triage: Triage
    severities: tuple[str, ...]
    catalog: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageOrder:
    """What somebody answers; `severity` where they set another than the table's, with a reason."""

    answers: Mapping[str, str] = field(default_factory=dict)
    severity: str | None = None
    reason: str | None = None


def held_table(books: TableBooks, catalog: str = "", version: str = "") -> HeldTable:
    """The table of a catalog version; of the newest catalog where nothing was promised. Raises
    Conflict where no catalog says what severities there are."""
    if catalog:
        stated = books.catalogs.get(catalog, version)
    else:
        published = [each for each in books.catalogs.newest() if each.severities]
        if not published:
            message = "No catalog with severities is published, so that nothing can be triaged."
            raise Conflict(message, code="no_severities")
        stated = max(published, key=lambda each: (each.version, each.catalog))
    severities = tuple(stated.severities)
    if not severities:
        raise Conflict("The catalog of this case has no severities.", code="no_severities")
    triage = triage_for(stated.triage, severities)
    return HeldTable(triage, severities, stated.catalog, stated.version.isoformat())


def table_of_terms(books: TableBooks, terms: Terms | None) -> HeldTable:
    """The table of a case that is held to these terms."""
    return held_table(books, terms.catalog, terms.version) if terms else held_table(books)


def profile_of(books: TableBooks, account: str | None, occasion: Occasion) -> Profile | None:
    """What is known of an account today; None where nobody knows who asks."""
    if account is None:
        return None
    return profile_at(
        books.criticality.of_account(account),
        account,
        on=occasion.now.date(),
        known_at=to_micros(occasion.now),
    )


def expected(
    books: TableBooks,
    answers: Mapping[str, str],
    account: str | None,
    promise: CasePromise,
    occasion: Occasion,
) -> tuple[HeldTable, TriageResult]:
    """What the table says of a case that is not raised yet. Raises Invalid and Conflict."""
    stated = promise.statement or {"catalog": "", "version": ""}
    held = held_table(books, stated["catalog"], stated["version"])
    profile = profile_of(books, account, occasion)
    return held, triaged(held.triage, checked_answers(answers), profile)


def open_answered_case(
    books: RaisingBooks,
    order: CaseOrder,
    answers: Mapping[str, str],
    promise: CasePromise,
    occasion: Occasion,
) -> Case:
    """The case at the severity that the answers give, until we agree on it; without answers it is
    raised as stated. Whoever raised it is told what they may expect. Raises what `open_case` does,
    and Invalid for answers that there are not."""
    if not answers:
        return confirm(books, open_case(books, order, promise, occasion), promise, occasion)
    held, result = expected(books, answers, order.account, promise, occasion)
    is_down = answers.get(UPTIME) == "down"
    answered = replace(order, severity=result.severity, is_down=is_down)
    case = open_case(books, answered, promise, occasion)
    _keep(books, case, TriageOrder(answers=answers), (held, result), occasion, is_customers=True)
    return confirm(books, case, promise, occasion)


def call_critical(books: TriageBooks, case: Case, occasion: Occasion) -> Case | None:
    """The case at the severity of the table for a matter that whoever wrote calls critical; None
    where that is no worse, where we have agreed on a severity already, or nothing is promised. It
    is written down as their answers, and counted (`CaseCalledCritical`); one of us has still to
    agree it."""
    terms = books.cases.terms(case.terms) if case.terms else None
    standing = case.standing
    if terms is None or standing.is_triaged or standing.state in ENDED:
        return None
    try:
        held = table_of_terms(books, terms)
    except NotFound:  # terms from elsewhere: no published version has a table for them
        return None
    result = triaged(
        held.triage, checked_answers(CRITICAL), profile_of(books, case.account, occasion)
    )
    ranks = {severity: rank for rank, severity in enumerate(terms.severities)}
    if ranks.get(result.severity, len(ranks)) >= ranks.get(standing.severity, len(ranks)):
        return None
    body = {"case": case.id, "number": case.number, "was": standing.severity}
    body |= {"severity": result.severity}
    books.append([occasion.fact("CaseCalledCritical", case.account or case.id, body)])
    lifted = set_severity(books, case.id, result.severity, occasion, is_agreed=False)
    tell_holder(books, lifted, LIFTED, occasion)
    order = TriageOrder(answers=CRITICAL)
    _keep(books, lifted, order, (held, result), occasion, is_customers=True)
    return lifted


def triage_case(books: TriageBooks, case_id: str, order: TriageOrder, occasion: Occasion) -> Case:
    """The case at the severity that the table gives for these answers, or at another one with the
    reason why. Asked again it is a change. Raises NotFound, Conflict and Invalid."""
    case = books.cases.get(case_id)
    held = table_of_terms(books, books.cases.terms(case.terms) if case.terms else None)
    profile = profile_of(books, case.account, occasion)
    result = triaged(held.triage, checked_answers(order.answers), profile)
    _refuse_bare_override(order, result, held.severities)
    agreed, standing = order.severity or result.severity, standing_of(case.events)
    if standing.is_triaged and standing.severity == agreed:
        refuse_out_of_turn(standing, EventKind.severity_changed)
    else:
        case = set_severity(books, case_id, agreed, occasion)
    _keep(books, case, order, (held, result), occasion)
    return case


def agree_severity(
    books: TriageBooks, case_id: str, severity: str, reason: str | None, occasion: Occasion
) -> Case:
    """The case at a severity that somebody names. Where the table gave another one for what was
    answered, it is an override, and needs its reason. Raises NotFound, Conflict and Invalid."""
    known = books.triage.of_case(case_id)
    if not known or known[-1].result.severity == severity:
        return set_severity(books, case_id, severity, occasion)
    order = TriageOrder(answers=known[-1].answers, severity=severity, reason=reason)
    return triage_case(books, case_id, order, occasion)


def _keep(
    books: TriageBooks,
    case: Case,
    order: TriageOrder,
    found: tuple[HeldTable, TriageResult],
    occasion: Occasion,
    *,
    is_customers: bool = False,
) -> None:
    held, result = found
    known = books.triage.of_case(case.id)
    if len(known) >= TRIAGE_LIMIT_TIMES:
        message = f"A case is triaged at most {TRIAGE_LIMIT_TIMES} times."
        raise LimitReached(message, code="triaged_too_often")
    agreed = order.severity or result.severity
    is_override = agreed != result.severity
    triage = CaseTriage(
        case=case.id,
        place=len(known),
        at=occasion.now,
        by=occasion.by,
        is_customers=is_customers,
        answers=dict(order.answers),
        result=result,
        catalog=held.catalog,
        version=held.version,
        agreed=agreed,
        override_reason=order.reason if is_override else None,
    )
    books.triage.add(triage)
    body = {
        "case": case.id,
        "number": case.number,
        "severity": result.severity,
        "agreed": agreed,
        "row": result.row,
        "table": result.digest,
    }
    books.append([occasion.fact("SeverityFound", case.account or case.id, body)])


def _refuse_bare_override(order: TriageOrder, result: TriageResult, known: Sequence[str]) -> None:
    """Raise Invalid where another severity than the table's is set without a reason, or is none."""
    if order.severity is None or order.severity == result.severity:
        return
    faults = []
    if order.severity not in known:
        message = f"'{order.severity}' is not a severity of this promise."
        instead = f"Write one of: {', '.join(known)}."
        faults.append(Fault("unknown_severity", message, "severity", instead))
    if not order.reason:
        faults.append(
            Fault(
                "no_reason",
                f"The table says {result.severity}: {result.reason}",
                "reason",
                "Write why this case is another severity; it is counted.",
            )
        )
    if faults:
        raise Invalid("The severity cannot be set by hand as stated.", faults)
