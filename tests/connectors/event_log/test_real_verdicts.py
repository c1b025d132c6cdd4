"""On a real log whose flag runs on to the closing, that is what the comparison finds out."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from tierline.actions.case_import import judge_cases
from tierline.catalog.load import load_catalog
from tierline.connectors.event_log.imported_cases import read_cases
from tierline.connectors.event_log.mapping_file import load_mapping
from tierline.milestones.terms import terms_of

EXAMPLE = Path(__file__).parents[3] / "examples/servicenow"
LINES = 3_000


def test_made_sla_is_found_to_be_judged_at_the_closing(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    whole = shared("data/uci-incident-log/incident_event_log.csv.gz")
    with gzip.open(whole, "rt", encoding="utf-8") as source:
        (tmp_path / "log.csv").write_text("".join(islice(source, LINES)), encoding="utf-8")
    mapping = (EXAMPLE / "mapping.yaml").read_text(encoding="utf-8")
    resolved = mapping.replace("Resolved: restored", "Resolved: {state: resolved, at: resolved_at}")
    resolved = resolved.replace("Closed: {state: resolved,", "Closed: {state: closed,")
    (tmp_path / "mapping.yaml").write_text(resolved, encoding="utf-8")
    file = read_cases([tmp_path / "log.csv"], load_mapping(tmp_path / "mapping.yaml"), "servicenow")
    found = judge_cases(file, terms_of(load_catalog(EXAMPLE / "catalog.yaml"))).comparison
    reasons = {reason: len(cases) for reason, cases in found.by_reason().items()}
    assert len(found.differences) > 30
    assert reasons["end"] / len(found.differences) > 0.95
