"""Schemathesis over the API document: no fault of ours, and no answer that it does not name."""

from __future__ import annotations

import pytest
from fuzzed import ROLES, fuzz, known_values, walk
from served import Served

FEWEST_REACHED = {"admin": 60, "customer_contact": 12}
"""Operations that even this short run drives to a 2xx; the long one is benchmarks/api_fuzz.py."""


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_in_the_document(served: Served, role: str) -> None:
    examples = (3, 1) if role == "admin" else (1, 0)
    outcome = fuzz(served, role, known_values(served), examples)
    assert not outcome.wrong, "\n".join(f"{at}: {told}" for at, told in outcome.wrong.items())
    assert len(outcome.reached) >= FEWEST_REACHED.get(role, 0)


def test_what_was_made_can_be_read_and_changed_by_the_links(served: Served) -> None:
    outcome = walk(served, "admin", walks=8, steps=5)
    assert not outcome.wrong, "\n".join(f"{at}: {told}" for at, told in outcome.wrong.items())
    assert outcome.reached
