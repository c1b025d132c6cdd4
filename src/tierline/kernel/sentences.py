"""A sentence with values that can still be said in another language."""

from __future__ import annotations

from collections.abc import Mapping


class Sentence(str):
    """The English sentence; `message` is it without its values, which are `values` by name."""

    __slots__ = ("message", "values")
    message: str
    values: Mapping[str, object]


def sentence(message: str, /, **values: object) -> Sentence:
    """`sentence("There is no case '%(case)s'.", case=id)`: a message and what stands in it."""
    made = Sentence(message % values)
    made.message, made.values = message, values
    return made
