"""What can be done about a dispute on severity: raise it, decide it, tell that it is overdue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from tierline.actions.case_clocks import LANE
from tierline.actions.case_notices import take_back, tell_role
from tierline.actions.cases import set_severity
from tierline.actions.due_work import DueWork
from tierline.actions.escalations import WORTH_TELLING_FOR
from tierline.actions.triage import TriageBook, TriageBooks, table_of_terms
from tierline.calendars.calendar import calendar_for
from tierline.cases.dispute import Dispute, Ruling
from tierline.cases.standing import CaseState, standing_of
from tierline.catalog.hours import business_day_seconds
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Conflict, Fault, Invalid
from tierline.kernel.ids import DISPUTE
from tierline.kernel.sentences import sentence
from tierline.languages.language import message
from tierline.routing.notice import DISPUTE_WAITS, DISPUTED

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.calendars.calendar import Calendar
    from tierline.cases.case import Case
    from tierline.catalog.catalog import Catalog
    from tierline.kernel.durations import Duration
    from tierline.milestones.terms import Terms

KIND = "dispute clock"
WARNING = "dispute warning"
WARNED_AT = Fraction(3, 4)
"""When so much of its time is over, who decides a dispute is reminded."""


class DisputeBook(TriageBook, Protocol):
    """The disputes that there are."""

    def disputes_of(self, case: str) -> tuple[Dispute, ...]: ...
    def dispute(self, dispute: str) -> Dispute: ...
    def raise_dispute(self, dispute: Dispute) -> None: ...
    def rule_on(self, dispute: str, ruling: Ruling) -> None: ...
    def mark_overdue(self, dispute: str, at: datetime) -> None: ...


class DisputeBooks(TriageBooks, Protocol):
    """What the actions of this module need."""

    @property
    def triage(self) -> DisputeBook: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOrder:
    """Why somebody disputes a severity, and which one they want (None: they leave it to us)."""

    words: str
    is_customers: bool
    wanted: str | None = None


def raise_dispute(
    books: DisputeBooks, case_id: str, order: DisputeOrder, occasion: Occasion
) -> Dispute:
    """The dispute, with the instant by which it is decided. Raises NotFound, Conflict where one is
    open already or the case is closed, and Invalid."""
    case = books.cases.get(case_id)
    standing = standing_of(case.events)
    if standing.state is CaseState.closed:
        raise Conflict(message("The case is closed. Open a new one."), code="case_ended")
    if any(each.ruling is None for each in books.triage.disputes_of(case_id)):
        raise Conflict(
            message("Its severity is disputed already, and not decided."), code="dispute_open"
        )
    terms = books.cases.terms(case.terms) if case.terms else None
    held = table_of_terms(books, terms)
    _refuse_unwanted(order.wanted, standing.severity, held.severities)
    catalog = books.catalogs.get(held.catalog, held.version)
    known = books.triage.of_case(case_id)
    dispute = Dispute(
        id=occasion.new_id(DISPUTE),
        case=case.id,
        account=case.account,
        raised_at=occasion.now,
        raised_by=occasion.by,
        is_customers=order.is_customers,
        words=order.words,
        severity=standing.severity,
        wanted=order.wanted or "",
        rule=known[-1].result.rule if known else "",
        decided_by=held.triage.disputes.decided_by,
        due_at=decided_until(
            terms, catalog, case, held.triage.disputes.decide_within, occasion.now
        ),
    )
    books.triage.raise_dispute(dispute)
    warn_at = decided_until(
        terms, catalog, case, held.triage.disputes.decide_within, occasion.now, share=WARNED_AT
    )
    _watch(books, dispute, warn_at, occasion)
    _tell(books, "SeverityDisputed", dispute, case, occasion)
    _call(books, dispute, case, DISPUTED, occasion)
    return dispute


def decide_dispute(
    books: DisputeBooks, dispute_id: str, severity: str, reason: str, occasion: Occasion
) -> Dispute:
    """The dispute as decided: the case has this severity from now on, and the reason is a
    precedent. Raises NotFound, Conflict, and Invalid for a severity that there is not."""
    dispute = books.triage.dispute(dispute_id)
    if dispute.ruling is not None:
        raise Conflict("The dispute is decided already.", code="dispute_decided")
    case = books.cases.get(dispute.case)
    held = table_of_terms(books, books.cases.terms(case.terms) if case.terms else None)
    _refuse_unknown(severity, held.severities, "severity")
    standing = standing_of(case.events)
    if standing.severity != severity:
        case = set_severity(books, case.id, severity, occasion)
    ruling = Ruling(at=occasion.now, by=occasion.by, severity=severity, reason=reason)
    decided = replace(dispute, ruling=ruling)
    books.triage.rule_on(dispute.id, ruling)
    books.due_work.remove([_row_of(dispute.id), _warning_row_of(dispute.id)])
    take_back(books, case.id, [_about(what, dispute) for what in (DISPUTED, DISPUTE_WAITS)])
    _tell(books, "SeverityDisputeDecided", decided, case, occasion)
    return decided


def tell_overdue(books: DisputeBooks, dispute_id: str, occasion: Occasion) -> None:
    """What a worker does when the time of a dispute is up: tell it once, with the instant at which
    it became true. One that was decided meanwhile is let be."""
    dispute = books.triage.dispute(dispute_id)
    if dispute.ruling is not None or dispute.overdue_at is not None:
        return
    at = dispute.due_at + timedelta(microseconds=1)
    books.triage.mark_overdue(dispute.id, at)
    case = books.cases.get(dispute.case)
    _tell(books, "SeverityDisputeOverdue", dispute, case, occasion, at=at)


def warn_of(books: DisputeBooks, dispute_id: str, occasion: Occasion) -> None:
    """What a worker does when most of the time of a dispute is over: write once more to who decides
    it. One that was decided meanwhile is let be, and one whose time was up long ago."""
    dispute = books.triage.dispute(dispute_id)
    if dispute.ruling is None and occasion.now - dispute.due_at <= WORTH_TELLING_FOR:
        _call(books, dispute, books.cases.get(dispute.case), DISPUTE_WAITS, occasion)


def _call(books: DisputeBooks, dispute: Dispute, case: Case, what: str, occasion: Occasion) -> None:
    tell_role(
        books, case, dispute.severity, dispute.decided_by, occasion.now,
        about=_about(what, dispute), what=what, words=f"{dispute.due_at:%Y-%m-%d %H:%M} UTC",
    )  # fmt: skip


def _about(what: str, dispute: Dispute) -> str:
    return f"{what}.{dispute.id}"


def decided_until(
    terms: Terms | None,
    catalog: Catalog,
    case: Case,
    within: Duration,
    now: datetime,
    *,
    share: Fraction = Fraction(1),
) -> datetime:
    """When so much open time, or a share of it, is over, on the hours that the case is promised:
    those of its first target at its severity, else of any of its tier. Every hour counts where
    there are none."""
    severity = standing_of(case.events).severity if terms else ""
    own = own_hours(terms, catalog, (case.tier, severity), case.time_zone)
    if own is None:
        return now + timedelta(seconds=int(within.elapsed_seconds() * share))
    return own.calendar.add(now, int(own.seconds_of(within) * share))


@dataclass(frozen=True, slots=True)
class OwnHours:
    """The hours that a case is promised; `day_seconds` is None where they never close."""

    calendar: Calendar
    day_seconds: int | None

    def seconds_of(self, within: Duration) -> int:
        """A length as open time of these hours."""
        if self.day_seconds is None:
            return within.elapsed_seconds()
        return within.open_seconds(self.day_seconds)


def own_hours(
    terms: Terms | None, catalog: Catalog, of: tuple[str, str], time_zone: str
) -> OwnHours | None:
    """The hours of a case `of` a tier and a severity; None where every hour counts."""
    key = _hours_of(terms, *of) if terms else None
    if terms is None or key is None:
        return None
    stated = catalog.business_hours.get(key)
    calendar = calendar_for(terms.in_zone(time_zone).hours[key])
    return OwnHours(calendar, business_day_seconds(stated) if stated else None)


def _hours_of(terms: Terms, tier: str, severity: str) -> str | None:
    for kind in MilestoneKind:
        target = terms.target(tier, severity, kind)
        if target is not None:
            return target.hours
    others = (each.hours for key, each in terms.targets.items() if key[0] == tier)
    return next(others, None)


def _row_of(dispute: str) -> str:
    return f"clock of {dispute}"


def _warning_row_of(dispute: str) -> str:
    return f"warning of {dispute}"


def _watch(books: DisputeBooks, dispute: Dispute, warn_at: datetime, occasion: Occasion) -> None:
    """Have somebody look when most of its time is over, and in the microsecond after it is up."""
    warning = DueWork(
        id=_warning_row_of(dispute.id),
        kind=WARNING,
        lane=LANE,
        body={"dispute": dispute.id},
        run_at=warn_at,
    )
    row = DueWork(
        id=_row_of(dispute.id),
        kind=KIND,
        lane=LANE,
        body={"dispute": dispute.id},
        run_at=dispute.due_at + timedelta(microseconds=1),
    )
    books.due_work.add([warning, row], now=occasion.now)


def _tell(
    books: DisputeBooks,
    kind: str,
    dispute: Dispute,
    case: Case,
    occasion: Occasion,
    *,
    at: datetime | None = None,
) -> None:
    """Without the words: those stand in the dispute alone, where they can be erased."""
    body = {"dispute": dispute.id, "case": case.id, "number": case.number,
            "severity": dispute.severity}  # fmt: skip
    if dispute.ruling is not None:
        body["decided"] = dispute.ruling.severity
    books.append([occasion.fact(kind, case.account or case.id, body, at=at or occasion.now)])


def _refuse_unwanted(wanted: str | None, current: str, known: tuple[str, ...]) -> None:
    if wanted is None:
        return
    _refuse_unknown(wanted, known, "wanted")
    if wanted == current:
        fault = Fault(
            "same_severity",
            sentence("The case is at %(severity)s already.", severity=current),
            "wanted",
            message("Ask for another one, or leave it out."),
        )
        raise Invalid(message("The dispute cannot be raised as stated."), [fault])


def _refuse_unknown(severity: str, known: tuple[str, ...], path: str) -> None:
    if severity not in known:
        words = sentence("'%(severity)s' is not a severity of this promise.", severity=severity)
        instead = sentence("Write one of: %(known)s.", known=", ".join(known))
        fault = Fault("unknown_severity", words, path, instead)
        raise Invalid(message("There is no such severity."), [fault])
