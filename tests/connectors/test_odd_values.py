"""Whatever stands at whatever place of a source: an import, or faults; never a trace."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest

from tierline.catalog.document import Document, read_document
from tierline.connectors.facts import leaves
from tierline.connectors.pricing2yaml import import_pricing
from tierline.connectors.support_plan import import_support_plan
from tierline.kernel.errors import Invalid

ODD = [None, True, -3, Decimal("Infinity"), 10**30, "", "4bh", "a" * 3_000, [], {}, [[1]], {"a": 1}]


def replaced(value, path, odd):
    """A copy in which another value stands at a path."""
    changed = copy.deepcopy(value)
    holder = changed
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = copy.deepcopy(odd)
    return changed


def branches(value):
    """Every path of a document, of scalars and of what holds them, once."""
    paths = {}
    for path, _ in leaves(value):
        for length in range(1, len(path) + 1):
            paths[path[:length]] = None
    return list(paths)


@pytest.mark.parametrize(
    ("name", "import_"),
    [
        *(
            (f"data/vendor-support-plans/{vendor}.yaml", import_support_plan)
            for vendor in ("aws", "github", "mongodb", "temporal", "atlassian", "snecs-msp")
        ),
        (
            "data/saas-pricing-isa/defective-pricings/add-ons/addon-need-multiple-plans/bad.yml",
            import_pricing,
        ),
    ],
)
def test_an_odd_value_anywhere_is_imported_or_refused_with_a_line(shared, name, import_):
    document = read_document(shared(name))
    for place, path in enumerate(branches(document.value)):
        odd = ODD[place % len(ODD)]
        changed = replaced(document.value, path, odd)
        faults = faults_of(import_, Document("odd.yaml", changed, document.lines))
        assert all(fault.line for fault in faults), path


def faults_of(import_, document):
    try:
        import_(document)
    except Invalid as error:
        return error.faults or [pytest.fail(f"no fault named: {error}")]
    return ()
