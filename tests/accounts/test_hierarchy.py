from __future__ import annotations

import pytest

from tierline.accounts.hierarchy import Inheritable, Link, source_of, way_up

CONTRACT, CONTACTS = Inheritable.contract, Inheritable.contacts

# group <- division <- plant. Who has a contract, what each takes from above, whose counts for it.
TABLE = [
    ("its own", {"plant"}, {}, "plant"),
    ("its own before its parent's", {"plant", "division"}, {"plant"}, "plant"),
    ("its parent's, as it says so", {"division"}, {"plant"}, "division"),
    ("not its parent's, as it does not say so", {"division"}, {}, None),
    ("its grandparent's, as both say so", {"group"}, {"plant", "division"}, "group"),
    ("not its grandparent's, as its parent does not", {"group"}, {"plant"}, None),
    ("not its grandparent's, as it does not itself", {"group"}, {"division"}, None),
    ("the nearest", {"group", "division"}, {"plant", "division"}, "division"),
    ("nobody has one", set(), {"plant", "division"}, None),
    ("a sibling's never counts", {"other"}, {"plant", "division"}, None),
]


def links(taking: set[str], what: Inheritable = CONTRACT) -> dict[str, Link]:
    parents = {"plant": "division", "division": "group", "group": None, "other": "group"}
    return {
        account: Link(account, parent, frozenset({what} if account in taking else ()))
        for account, parent in parents.items()
    }


@pytest.mark.parametrize(("having", "taking", "expected"), [row[1:] for row in TABLE],
                         ids=[row[0] for row in TABLE])  # fmt: skip
def test_whose_contract_counts(having: set[str], taking: set[str], expected: str | None) -> None:
    assert source_of(CONTRACT, "plant", links(set(taking)), having) == expected


def test_taking_one_thing_takes_no_other() -> None:
    assert source_of(CONTRACT, "plant", links({"plant"}, CONTACTS), {"division"}) is None


def test_a_circle_ends() -> None:
    round_about = {
        "a": Link("a", "b", frozenset({CONTACTS})),
        "b": Link("b", "a", frozenset({CONTACTS})),
    }
    assert list(way_up(CONTACTS, "a", round_about)) == ["a", "b"]
