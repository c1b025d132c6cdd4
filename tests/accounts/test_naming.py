from __future__ import annotations

import pytest

from tierline.accounts.naming import is_named, without_names

ADA = ("Ada Lovelace-Quux", "ada@lattice.example", "+44 20 7946 0018")


@pytest.mark.parametrize(
    "text",
    [
        "ADA LOVELACE-QUUX",
        "Lovelace-Quux, Ada",
        "care of Ada Lovelace-Quux, London",
        "mailto:Ada@Lattice.Example",
        "020 7946 0018",
        "(020) 79460018 ext. 3",
    ],
)
def test_a_person_is_found_however_it_is_written(text: str) -> None:
    assert is_named(text, ADA)


@pytest.mark.parametrize("text", ["Ada", "Quux Ltd", "lattice.example", "7946", "", "London"])
def test_a_part_of_a_name_is_nobody(text: str) -> None:
    assert not is_named(text, ADA)


def test_a_document_is_cleared_of_a_person_and_of_nobody_else() -> None:
    told = {"who": ["Ada Lovelace-Quux", "Grace"], "weight": 7, "at": {"phone": "+442079460018"}}
    assert without_names(told, ADA) == {
        "who": ["[erased]", "Grace"],
        "weight": 7,
        "at": {"phone": "[erased]"},
    }
    assert without_names(told, ("",)) == told
