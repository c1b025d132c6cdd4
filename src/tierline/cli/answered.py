"""Answers to the questions of triage, as a command line states them."""

from __future__ import annotations

from collections.abc import Sequence

from tierline.kernel.errors import Invalid


def pairs(answers: Sequence[str]) -> dict[str, str]:
    """`business_impact=stopped` by question. Raises Invalid."""
    found = {}
    for each in answers:
        name, equals, value = each.partition("=")
        if not equals:
            raise Invalid(f"'{each}' is no answer. Write it as business_impact=stopped.")
        found[name] = value
    return found
