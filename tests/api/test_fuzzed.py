"""Schemathesis over the API document: no fault of ours, and no answer that it does not name."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from fuzzed import ROLES, Asker, fuzz, known_values, walk
from served import Served, serve_small_world

FEWEST_REACHED = {"admin": 60, "customer_contact": 12}
"""Operations that even this short run drives to a 2xx; the long one is benchmarks/api_fuzz.py."""


def test_every_answer_to_an_admin_is_in_the_document(served: Served) -> None:
    asker = Asker(served, "admin", known_values(served))
    fuzz([asker], (3, 1))
    look_at(asker)


def test_every_answer_to_the_other_roles_is_in_the_document(tmp_path: Path) -> None:
    with ExitStack() as open_worlds:
        askers = []
        for role in ROLES:
            if role != "admin":
                served = open_worlds.enter_context(serve_small_world(tmp_path / role))
                askers.append(Asker(served, role, known_values(served)))
        fuzz(askers, (1, 0))
    for asker in askers:
        look_at(asker)


def look_at(asker: Asker) -> None:
    """That nothing was wrong, and that enough was reached."""
    wrong = asker.outcome.wrong
    assert not wrong, "\n".join(f"{asker.role}: {at}: {told}" for at, told in wrong.items())
    assert len(asker.outcome.reached) >= FEWEST_REACHED.get(asker.role, 0)


def test_what_was_made_can_be_read_and_changed_by_the_links(served: Served) -> None:
    outcome = walk(served, "admin", walks=8, steps=5)
    assert not outcome.wrong, "\n".join(f"{at}: {told}" for at, told in outcome.wrong.items())
    assert outcome.reached
