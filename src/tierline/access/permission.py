"""Everything that a caller can be permitted to do: a closed list."""

from __future__ import annotations

from enum import StrEnum, auto


class Permission(StrEnum):
    """One thing that a caller may do. The word is also the scope of a token."""

    read_accounts = auto()
    write_accounts = auto()
    read_contracts = auto()
    sign_contracts = auto()
    set_payment_state = auto()
    override_entitlements = auto()
    check_entitlements = auto()
    reserve = auto()
    send_usage = auto()
    read_usage = auto()
    correct_usage = auto()
    read_cases = auto()
    open_cases = auto()
    """And say something in them, as who raised them."""
    work_cases = auto()
    """Answer, triage, wait and resolve."""
    work_incidents = auto()
    """Declare incidents, write drafts of updates, and link cases."""
    publish_incidents = auto()
    """Send updates out, and say which components there are."""
    read_articles = auto()
    """And search: what is found is what else they may read."""
    write_articles = auto()
    manage_desk = auto()
    """Say who works on cases, with what skills, and publish the routing plan."""
    read_staffing = auto()
    """Ask what people it takes to keep a promise, and what they cost."""
    receive_mails = auto()
    """Hand over mails that reached the desk."""
    decide_disputes = auto()
    """Have the last word on a severity."""
    publish_post_mortems = auto()
    """Send the customer's version out."""
    read_people = auto()
    write_people = auto()
    erase_people = auto()
    resolve_identities = auto()
    read_consents = auto()
    write_consents = auto()
    read_catalog = auto()
    publish_catalog = auto()
    import_records = auto()
    export_records = auto()
    manage_users = auto()
    manage_tokens = auto()
    manage_webhooks = auto()
    read_audit = auto()
    operate = auto()


ALL = frozenset(Permission)
WITHIN_AN_ACCOUNT = frozenset(
    {
        Permission.read_accounts,
        Permission.read_contracts,
        Permission.check_entitlements,
        Permission.reserve,
        Permission.send_usage,
        Permission.read_usage,
        Permission.read_cases,
        Permission.open_cases,
        Permission.read_articles,
        Permission.read_people,
        Permission.write_people,
        Permission.read_consents,
        Permission.write_consents,
        Permission.read_catalog,
        Permission.export_records,
    }
)
"""All that a caller can hold who is bound to accounts: nothing that reaches beyond one of them."""
