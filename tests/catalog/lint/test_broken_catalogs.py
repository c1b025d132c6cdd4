"""Whatever can be loaded can be linted: a rule that falls over helps nobody."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tierline.catalog.document import Document, parse_document
from tierline.catalog.lint.report import lint_catalog
from tierline.catalog.load import check_catalog

STRANGE: list[Any] = [None, [], {}, "nowhere", "any", 0, 1, "unlimited", "P1D", "PT0S", False, True]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all values inside a document."""
    found = [path] if path else []
    if isinstance(value, list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for key, part in value.items():
            found += places(part, (*path, key))
    return found


def changed(value: Any, data: Any) -> Any:
    """A copy with one to four pieces removed or replaced."""
    value = copy.deepcopy(value)
    for _ in range(data.draw(st.integers(1, 4))):
        *path, last = data.draw(st.sampled_from(places(value)))
        holder = value
        for key in path:
            holder = holder[key]
        if data.draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = data.draw(st.sampled_from(STRANGE))
    return value


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_sample_with_pieces_removed_or_replaced_is_linted(sample: str, data: Any) -> None:
    original = parse_document(sample, "sample.yaml")
    broken = Document("sample.yaml", changed(original.value, data), original.lines)
    catalog, _ = check_catalog(broken)
    if catalog is not None:
        report = lint_catalog(catalog, as_of=date(2025, 7, 1), document=original)
        assert all(finding.message and finding.instead for finding in report.findings)
