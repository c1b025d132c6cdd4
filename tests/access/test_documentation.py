"""The table of docs/access.md is the table of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tierline.access.permission import Permission
from tierline.access.role import PERMISSIONS_OF, Role

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
ROWS = {
    row[0]: [cell.strip() for cell in row[1].split("|")]
    for row in re.findall(r"^\| `(\w+)` \|(.*)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
}
COLUMNS = [
    Role.customer_contact,
    Role.partner,
    Role.agent,
    Role.lead,
    Role.account_manager,
    Role.finance,
    Role.product,
    Role.admin,
]


@pytest.mark.parametrize("permission", Permission)
def test_the_page_says_who_may_do_what(permission: Permission) -> None:
    stated = {role for role, cell in zip(COLUMNS, ROWS[permission], strict=True) if cell}
    assert stated == {role for role in Role if permission in PERMISSIONS_OF[role]}


def test_the_page_names_no_other_permission() -> None:
    assert set(ROWS) == set(Permission)
