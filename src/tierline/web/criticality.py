"""Criticality: what depends on us at an account, with evidence; recording a review, and which
profiles are due for one."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as with_default
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.accounts.criticality import LEVELS, Part, is_stale
from tierline.actions.criticality import Finding, record_findings
from tierline.kernel.errors import Fault, Forbidden, Invalid, TierlineError
from tierline.queries import criticality as queries
from tierline.queries.actors import NamedUser, users_named
from tierline.web.badges import Badge
from tierline.web.forms import field, refuse_longer, sent_with, told, typed_in
from tierline.web.shell import Visit, shown_to
from tierline.web.visits import go
from tierline.web.whose import account_asked, account_of_path, actor_in_words, is_staff

if TYPE_CHECKING:
    from starlette.responses import Response

    from tierline.accounts.account import Account
    from tierline.accounts.criticality import Assessment, Due, Profile
    from tierline.store.records import Reads
    from tierline.web.visits import Form

PATH, REVIEWS = "/criticality", "/criticality-reviews"
_VALUE_LIMIT_CHARACTERS = 200
FIRST_DAY = date(1970, 1, 2)
_FRESH, _OLD = Badge("ok", "✓", "Fresh"), Badge("warn", "!", "Older than 12 months")
_MISSING = Badge("breach", "×", "Missing")
_LEVELS = [("", "Not reviewed now"), *((level, level.capitalize()) for level in LEVELS)]
_WORDS = {
    Part.mission_criticality: ("Mission criticality", "How much of their own work stops with us."),
    Part.uptime_impact: ("Uptime impact", "What an hour of outage costs them: 12000 USD."),
    Part.recovery_time: ("Recovery time", "Minutes until they must work again: 240."),
    Part.recovery_point: ("Recovery point", "Minutes of data that they may lose: 15."),
    Part.regulatory_exposure: (
        "Regulatory exposure", "Rules that bind them where we are involved: GxP, DORA; or none."
    ),
    Part.data_sensitivity: ("Data sensitivity", "What of theirs we hold."),
    Part.switching_cost: ("Switching cost", "How hard it is for them to leave."),
}  # fmt: skip
_OF_LEVEL = frozenset({Part.mission_criticality, Part.data_sensitivity, Part.switching_cost})


@dataclass(frozen=True, slots=True)
class _Typed:
    """A form as it was sent: a value for each part that was reviewed."""

    values: dict[str, str] = with_default(default_factory=dict)
    evidence: str = ""
    reviewed_on: str = ""
    faults: tuple[Fault, ...] = ()


@shown_to(Permission.read_accounts)
def criticality_page(visit: Visit) -> Response:
    """The profile of `?account=`, part by part, and the form of a review."""
    _require_staff(visit)
    return _shown(visit, account_asked(visit), _Typed())


@sent_with(Permission.write_accounts)
def record(visit: Visit, form: Form) -> Response:
    """What was found in one review: every part that has a value."""
    _require_staff(visit)
    account = account_of_path(visit, Permission.write_accounts)
    typed = _Typed(
        typed_in(form, *Part),
        form.get("evidence", "").strip(),
        form.get("reviewed_on", "").strip(),
    )
    named = [part for part in Part if typed.values[part.value]]
    try:
        refuse_longer(typed.values, **dict.fromkeys(Part, _VALUE_LIMIT_CHARACTERS))
        findings = _findings(typed, named, field(form, "evidence"))
        occasion = visit.application.occasion(visit.caller.id)
        visit.application.change(
            lambda records: record_findings(records, account, findings, occasion)
        )
    except TierlineError as error:
        faults = _placed(told(error, ""), named)
        return _shown(
            visit, account, _Typed(typed.values, typed.evidence, typed.reviewed_on, faults)
        )
    return go(f"{PATH}?{urlencode({'account': account, 'recorded': len(findings)})}")


@shown_to(Permission.read_accounts)
def reviews_page(visit: Visit) -> Response:
    """Accounts by name of which a part is missing or older than twelve months."""
    _require_staff(visit)
    after, today = visit.asked("after", 2_000), visit.now.date()
    page = visit.application.read(
        lambda reads: queries.reviews_due(reads.snapshot, on=today, after=after or None)
    )
    return visit.page(
        "pages/criticality_reviews.html",
        is_first=not after,
        next=page.next,
        may_record=visit.caller.may(Permission.write_accounts),
        rows=[
            {
                "review": each,
                "missing": _names([due for due in each.due if due.is_missing]),
                "old": _names([due for due in each.due if not due.is_missing]),
                "oldest": min((d.last_on for d in each.due if d.last_on), default=None),
                "is_empty": sum(due.is_missing for due in each.due) == len(Part),
            }
            for each in page.items
        ],
    )


def _require_staff(visit: Visit) -> None:
    if not is_staff(visit):
        raise Forbidden("What depends on us at an account is judged by the vendor's people.")


def _findings(typed: _Typed, named: list[Part], evidence: str) -> list[Finding]:
    if not named:
        raise Invalid(
            "Nothing was found.",
            [Fault("nothing", "No part has a value.", Part.mission_criticality.value,
                   "Fill in at least one part.")],
        )  # fmt: skip
    reviewed_on = _day(typed.reviewed_on)
    return [Finding(part, typed.values[part.value], evidence, reviewed_on) for part in named]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.min
    if day is not None and day < FIRST_DAY:
        fault = Fault("bad_day", "This is no day.", "reviewed_on", "Write it as 2026-01-31.")
        raise Invalid("The review cannot be kept.", [fault])
    return day


def _placed(faults: tuple[Fault, ...], named: list[Part]) -> tuple[Fault, ...]:
    """A fault of `findings[2].value` at the field of its part; the same said of each part, once."""
    found: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        path = fault.path
        if path.startswith("findings["):
            number, _, name = path.removeprefix("findings[").partition("].")
            path = named[int(number)].value if name in ("value", "part") else name
        found.setdefault((path, fault.code), Fault(fault.code, fault.message, path,
                                                   fault.write_instead))  # fmt: skip
    return tuple(found.values())


def _shown(visit: Visit, account: str, typed: _Typed) -> Response:
    visit.caller.require(Permission.read_accounts, account)
    today = visit.now.date()

    def work(reads: Reads) -> tuple[Account, Profile, dict[str, NamedUser]]:
        known = reads.accounts.get(account)
        profile = queries.profile_of(reads.snapshot, account, on=today)
        reviewers = {each.reviewer for each in profile.parts.values()}
        return known, profile, users_named(reads.snapshot, reviewers)

    known, profile, users = visit.application.read(work)
    return visit.page(
        "pages/criticality.html",
        status=422 if typed.faults else 200,
        account=known,
        recorded=visit.asked("recorded", 4),
        today=today,
        due=len(profile.due(today)),
        may_record=visit.caller.may(Permission.write_accounts),
        typed=typed,
        levels=_LEVELS,
        rows=[
            {
                "key": part.value,
                "name": _WORDS[part][0],
                "hint": _WORDS[part][1],
                "is_level": part in _OF_LEVEL,
                "badge": _badge(profile.parts.get(part), today),
                **_known(visit, profile.parts.get(part), users),
            }
            for part in Part
        ],
    )


def _badge(known: Assessment | None, today: date) -> Badge:
    if known is None:
        return _MISSING
    return _OLD if is_stale(known.reviewed_on, today) else _FRESH


def _known(visit: Visit, known: Assessment | None, users: dict[str, NamedUser]) -> dict[str, Any]:
    return {
        "known": known,
        "by": None if known is None else actor_in_words(visit, known.reviewer, users),
    }


def _names(due: list[Due]) -> str:
    if len(due) == len(Part):
        return "Every part"
    return ", ".join(_WORDS[each.part][0].lower() for each in due).capitalize()


ROUTES = [
    Route(REVIEWS, reviews_page, methods=["GET"]),
    Route(PATH, criticality_page, methods=["GET"]),
    Route(f"{PATH}/{{account}}", record, methods=["POST"]),
]
