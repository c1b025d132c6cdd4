"""Where the files of the sample lie in this installation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """Everything that a first replay needs."""

    log: Path = _HERE / "incidents-2025.csv.gz"
    mapping: Path = _HERE / "mapping.yaml"
    catalog: Path = _HERE / "halyard-2025-07-01.yaml"
    draft: Path = _HERE / "halyard-2026-01-01-draft.yaml"
