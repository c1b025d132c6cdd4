"""Places: where a caller may go from every page, and which of them a page belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.languages.language import message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tierline.access.caller import Caller

IN_THE_ROW = 5
"""So many places stand in the bar where it is wide; the rest of them behind "More"."""
_STAFF = {
    "": [
        ("Cases", "/cases", Permission.read_cases),
        ("Accounts", "/accounts", Permission.read_accounts),
        ("Incidents", "/incidents", Permission.work_incidents),
        ("Articles", "/articles", Permission.read_articles),
        ("Catalogs", "/catalogs", Permission.read_catalog),
    ],
    "Work": [
        ("Care", "/care", Permission.read_contracts),
        ("Advice", "/advice", Permission.read_contracts),
        ("Post-mortems", "/post-mortems", Permission.work_cases),
        ("Problems", "/problems", Permission.work_incidents),
        ("Disputes", "/disputes", Permission.read_cases),
        ("Playbooks", "/playbooks", Permission.work_cases),
        ("Macros", "/macros", Permission.work_cases),
    ],
    "What comes in": [
        ("Channels", "/cases/channels", Permission.work_cases),
        ("Mails", "/mails", Permission.work_cases),
        ("Blocked senders", "/blocked-senders", Permission.work_cases),
        ("Masked secrets", "/masks", Permission.work_cases),
    ],
    "How we do": [
        ("Adherence", "/adherence", Permission.manage_desk),
        ("Promises kept", "/adherence/promises", Permission.manage_desk),
        ("Uptime", "/status/promises", Permission.manage_desk),
        ("Public figures", "/performance", Permission.manage_desk),
        ("Served alike", "/adherence/consistency", Permission.manage_desk),
        ("Credible targets", "/adherence/credible", Permission.read_staffing),
        ("Effect of care", "/care/effect", Permission.manage_desk),
        ("Customer effort", "/adherence/effort", Permission.manage_desk),
        ("Triage", "/triage", Permission.read_audit),
        ("Use of articles", "/knowledge", Permission.write_articles),
        ("Use of playbooks", "/playbooks/use", Permission.manage_desk),
        ("Beyond the plan", "/playbooks/exceptions", Permission.manage_desk),
        ("Side letters", "/side-letters", Permission.manage_desk),
    ],
    "Who": [
        ("Agents", "/agents", Permission.work_cases),
        ("Escalations", "/escalations", Permission.work_cases),
        ("Subject leads", "/subject-leads", Permission.work_cases),
    ],
    "Accounts": [
        ("Reviews", "/criticality-reviews", Permission.read_accounts),
        ("Doubles", "/identities", Permission.resolve_identities),
        ("Activation", "/usage/activation", Permission.read_usage),
        ("Usage quality", "/usage/quality", Permission.read_usage),
    ],
    "Installation": [
        ("Enforcement", "/enforcement", Permission.read_audit),
        ("Imports", "/imports", Permission.import_records),
        ("Letters", "/letters", Permission.manage_users),
        ("Webhooks", "/webhooks", Permission.manage_webhooks),
    ],
}
_OF_AN_ACCOUNT = (
    "plan",
    "attainment",
    "contracts",
    "contacts",
    "consents",
    "criticality",
    "health-reports",
)
_BELONGS = {
    **dict.fromkeys(_OF_AN_ACCOUNT, "/accounts"),
    **dict.fromkeys(("incidents", "care", "advice", "disputes"), "/cases"),
    "components": "/incidents",
    "precedents": "/disputes",
}
"""By the first word of a page that is no place: the place that leads to it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation. `group` is the heading under which it stands, "" without one."""

    name: str
    path: str
    is_here: bool
    group: str


def places_of(caller: Caller, path: str) -> tuple[Place, ...]:
    """Where a caller may go: the vendor's people see all accounts, a customer's their own."""
    listed = _STAFF if caller.accounts is None else {"": _of_a_customer(caller)}
    held = [
        (name, place, group)
        for group, places in listed.items()
        for name, place, permission in places
        if caller.may(permission)
    ]
    here = _place_of(path, [place for _, place, _ in held])
    return tuple(Place(name, place, place == here, group) for name, place, group in held)


def row_of(places: Sequence[Place]) -> tuple[Place, ...]:
    """The places that stand in the bar: the first ones without a heading."""
    return tuple(each for each in places[:IN_THE_ROW] if not each.group)


def groups_of(places: Sequence[Place]) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """Places by their headings, in order."""
    return tuple((group, tuple(found)) for group, found in groupby(places, lambda each: each.group))


def _of_a_customer(caller: Caller) -> list[tuple[str, str, Permission]]:
    return [
        (message("Your plan"), "/plan", Permission.read_contracts),
        (message("Cases"), "/cases", Permission.read_cases),
        (message("Status"), "/status", Permission.read_cases),
        (
            message("Accounts") if caller.granted else message("Your account"),
            "/accounts",
            Permission.read_accounts,
        ),
        (message("Contacts"), "/contacts", Permission.read_people),
        (message("Consent"), "/consents", Permission.read_consents),
        (message("Catalogs"), "/catalogs", Permission.read_catalog),
    ]


def _place_of(path: str, places: Sequence[str]) -> str:
    """The place that a page belongs to, the nearest one; none where no place leads to it."""
    under = [each for each in places if path == each or path.startswith(f"{each}/")]
    leads = _BELONGS.get(path.split("/")[1], "")
    return max(under, key=len) if under else leads if leads in places else ""
