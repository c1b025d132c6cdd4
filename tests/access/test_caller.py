from __future__ import annotations

import pytest

from tierline.access.caller import Caller, operator, token_caller, user_caller
from tierline.access.permission import WITHIN_AN_ACCOUNT, Permission
from tierline.access.role import CUSTOMER_ROLES, PERMISSIONS_OF, Role
from tierline.kernel.errors import Forbidden, NotFound

OWN, OTHER, GRANTED = "account_own", "account_other", "account_granted"
STAFF = sorted(set(Role) - CUSTOMER_ROLES)

# One row a role: what it may do, by initials of the permissions in the order of the list below.
ORDER = list(Permission)
TABLE = """
                        customer partner agent lead manager finance product admin
read_accounts           x        x       x     x    x       x       x       x
write_accounts          -        -       -     -    x       -       -       x
read_contracts          x        x       x     x    x       x       x       x
sign_contracts          -        -       -     -    x       -       -       x
set_payment_state       -        -       -     -    -       x       -       x
override_entitlements   -        -       -     -    x       -       -       x
check_entitlements      x        x       x     x    x       x       x       x
reserve                 -        -       x     x    x       -       x       x
send_usage              -        -       -     -    -       -       x       x
read_usage              x        x       x     x    x       x       x       x
correct_usage           -        -       -     x    -       x       x       x
read_cases             x        x       x     x    x       x       x       x
open_cases             x        x       x     x    x       -       -       x
work_cases             -        -       x     x    x       -       -       x
work_incidents         -        -       x     x    x       -       -       x
publish_incidents      -        -       -     x    -       -       -       x
read_articles          x        x       x     x    x       x       x       x
write_articles         -        -       x     x    x       -       x       x
receive_mails           -        -       -     -    -       -       -       x
decide_disputes        -        -       -     x    -       -       -       x
manage_desk            -        -       -     x    -       -       -       x
read_staffing          -        -       -     x    -       x       x       x
publish_post_mortems   -        -       -     x    -       -       -       x
read_people             x        -       x     x    x       -       -       x
write_people            x        -       x     x    x       -       -       x
erase_people            -        -       -     -    -       -       -       x
resolve_identities      -        -       -     x    x       -       -       x
read_consents           x        -       x     x    x       -       -       x
write_consents          x        -       x     x    x       -       -       x
read_catalog            x        x       x     x    x       x       x       x
publish_catalog         -        -       -     -    -       -       x       x
import_records          -        -       -     -    x       -       -       x
export_records          x        -       -     -    x       x       -       x
manage_users            -        -       -     -    -       -       -       x
manage_tokens           -        -       -     -    -       -       -       x
manage_webhooks         -        -       -     -    -       -       x       x
read_audit              -        -       -     x    -       x       -       x
operate                 -        -       -     -    -       -       -       x
"""
ROLES = list(Role)
ROWS = {line.split()[0]: line.split()[1:] for line in TABLE.strip().splitlines()[1:]}
CASES = [
    (role, Permission(name), marks[place] == "x")
    for name, marks in ROWS.items()
    for place, role in enumerate(
        [
            Role.customer_contact,
            Role.partner,
            Role.agent,
            Role.lead,
            Role.account_manager,
            Role.finance,
            Role.product,
            Role.admin,
        ]
    )
]


def of_role(role: Role) -> Caller:
    return user_caller("user_1", (role,), OWN if role in CUSTOMER_ROLES else None, (GRANTED,))


def answer(caller: Caller, permission: Permission, account: str | None) -> str:
    try:
        caller.require(permission, account)
    except NotFound:
        return "not found"
    except Forbidden:
        return "forbidden"
    return "yes"


def test_the_table_names_every_permission_and_every_role() -> None:
    assert set(ROWS) == {str(each) for each in Permission}
    assert {role for role, _, _ in CASES} == set(Role) == set(PERMISSIONS_OF)


@pytest.mark.parametrize(("role", "permission", "may"), CASES)
def test_role_by_permission_by_ownership(role: Role, permission: Permission, may: bool) -> None:
    caller = of_role(role)
    is_customer = role in CUSTOMER_ROLES
    sees_granted = role is Role.partner
    assert caller.may(permission) is may
    assert answer(caller, permission, None) == ("yes" if may else "forbidden")
    assert answer(caller, permission, OWN) == ("yes" if may else "forbidden")
    beyond = "not found" if is_customer else "yes"
    assert answer(caller, permission, OTHER) == (beyond if may else "forbidden")
    granted = "yes" if sees_granted else beyond
    assert answer(caller, permission, GRANTED) == (granted if may else "forbidden")


@pytest.mark.parametrize("role", ROLES)
def test_a_token_bound_to_an_account_holds_nothing_that_reaches_beyond_it(role: Role) -> None:
    caller = token_caller("token_1", role, OWN, None)
    assert caller.permissions == PERMISSIONS_OF[role] & WITHIN_AN_ACCOUNT
    assert caller.visible_accounts == {OWN}
    assert caller.sees(OWN)
    assert not caller.sees(OTHER)


def test_scopes_narrow_a_role_and_never_widen_it() -> None:
    scopes = {Permission.send_usage, Permission.operate}
    caller = token_caller("token_1", Role.product, None, scopes)
    assert caller.permissions == {Permission.send_usage}


def test_a_contact_who_is_a_partner_too_has_only_the_partners_rights_at_the_granted_account() -> (
    None
):
    caller = user_caller("user_1", (Role.customer_contact, Role.partner), OWN, (GRANTED,))
    assert answer(caller, Permission.read_people, OWN) == "yes"
    assert answer(caller, Permission.read_people, GRANTED) == "forbidden"
    assert answer(caller, Permission.read_contracts, GRANTED) == "yes"
    assert caller.visible_accounts == {OWN, GRANTED}


def test_a_customers_user_who_lost_the_account_sees_nothing() -> None:
    caller = user_caller("user_1", (Role.customer_contact,), None)
    assert caller.visible_accounts == frozenset()
    assert answer(caller, Permission.read_accounts, OWN) == "not found"


@pytest.mark.parametrize("role", STAFF)
def test_nobody_gives_away_what_they_do_not_hold(role: Role) -> None:
    caller = of_role(role)
    caller.require_to_give(PERMISSIONS_OF[role], None)
    if role is not Role.admin:
        with pytest.raises(Forbidden, match="you do not hold"):
            caller.require_to_give(PERMISSIONS_OF[Role.admin], None)


def test_a_bound_caller_gives_rights_at_its_own_account_only() -> None:
    caller = token_caller("token_1", Role.admin, OWN, None)
    caller.require_to_give({Permission.read_usage}, OWN)
    for account in (None, OTHER):
        with pytest.raises(NotFound):
            caller.require_to_give({Permission.read_usage}, account)


def test_the_operator_may_do_everything() -> None:
    assert all(operator().may(permission) for permission in Permission)
    assert operator().visible_accounts is None
