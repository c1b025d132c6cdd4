"""Roles, and the one table that says what each of them may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum, auto

from tierline.access.permission import ALL, Permission


class Role(StrEnum):
    """What a user or a token is for."""

    customer_contact = auto()
    partner = auto()
    agent = auto()
    lead = auto()
    account_manager = auto()
    finance = auto()
    product = auto()
    admin = auto()


_CATALOG_AND_ACCOUNTS = frozenset(
    {
        Permission.read_accounts,
        Permission.read_contracts,
        Permission.check_entitlements,
        Permission.read_usage,
        Permission.read_catalog,
        Permission.read_articles,
    }
)
_PEOPLE = frozenset(
    {
        Permission.read_people,
        Permission.write_people,
        Permission.read_consents,
        Permission.write_consents,
    }
)
_CASES = frozenset({Permission.read_cases, Permission.open_cases})
_AGENT = (
    _CATALOG_AND_ACCOUNTS
    | _PEOPLE
    | _CASES
    | {
        Permission.reserve,
        Permission.work_cases,
        Permission.work_incidents,
        Permission.write_articles,
    }
)
_LEAD = _AGENT | {
    Permission.decide_disputes,
    Permission.publish_incidents,
    Permission.publish_post_mortems,
    Permission.resolve_identities,
    Permission.correct_usage,
    Permission.read_audit,
    Permission.manage_desk,
    Permission.read_staffing,
}

PERMISSIONS_OF: dict[Role, frozenset[Permission]] = {
    Role.customer_contact: _CATALOG_AND_ACCOUNTS | _PEOPLE | _CASES | {Permission.export_records},
    Role.partner: _CATALOG_AND_ACCOUNTS | _CASES,
    Role.agent: _AGENT,
    Role.lead: _LEAD,
    Role.account_manager: _AGENT
    | {
        Permission.write_accounts,
        Permission.sign_contracts,
        Permission.override_entitlements,
        Permission.resolve_identities,
        Permission.import_records,
        Permission.export_records,
    },
    Role.finance: _CATALOG_AND_ACCOUNTS
    | {
        Permission.read_cases,
        Permission.read_staffing,
        Permission.set_payment_state,
        Permission.correct_usage,
        Permission.export_records,
        Permission.read_audit,
    },
    Role.product: _CATALOG_AND_ACCOUNTS
    | {
        Permission.read_cases,
        Permission.read_staffing,
        Permission.reserve,
        Permission.send_usage,
        Permission.correct_usage,
        Permission.publish_catalog,
        Permission.write_articles,
        Permission.manage_webhooks,
    },
    Role.admin: ALL,
}
CUSTOMER_ROLES = frozenset({Role.customer_contact, Role.partner})
"""Roles of people at an account; all others are the vendor's own and see every account."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """All that somebody with these roles may do."""
    return frozenset().union(*(PERMISSIONS_OF[role] for role in roles))
