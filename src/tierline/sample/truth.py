"""What is planted, with the exact value that must be found: the file `truth.yaml`.

The program that looks for it reads this file only after it has looked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tierline.kernel.errors import Invalid, NotFound
from tierline.kernel.instants import format_instant
from tierline.sample.story import COMPLETE_UNTIL

FILE_NAME = "truth.yaml"
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A fact: the finder that must show it, about whom, and what it must say."""

    plant: str
    finder: str
    subject: str
    values: Values


@dataclass(frozen=True, slots=True)
class Decoy:
    """Who looks odd and is not; no finder may name them, but for what is planted on them."""

    subject: str
    because: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a product query says: which one, about whom, and what. `is_listed` where it is a row of
    a list that every company has: one more in it is no false alarm."""

    finder: str
    subject: str
    values: Values
    is_listed: bool = False


@dataclass(slots=True)
class Truth:
    """All that is planted in one company."""

    seed: int
    size: str
    is_control: bool
    planted: list[Planted] = field(default_factory=list)
    decoys: list[Decoy] = field(default_factory=list)


def write_truth(truth: Truth, folder: Path) -> Path:
    """Write `truth.yaml`; the same bytes for the same truth."""
    path = folder / FILE_NAME
    path.write_text(truth_text(truth), encoding="utf-8")
    return path


def truth_text(truth: Truth) -> str:
    """The truth as YAML."""
    document = {
        "company": "Halyard Systems",
        "seed": truth.seed,
        "size": truth.size,
        "control": truth.is_control,
        "as_of": format_instant(COMPLETE_UNTIL),
        "planted": [
            {
                "plant": each.plant,
                "finder": each.finder,
                "subject": each.subject,
                "values": each.values,
            }
            for each in sorted(truth.planted, key=lambda it: (it.plant, it.finder, it.subject))
        ],
        "decoys": [
            {"subject": each.subject, "because": each.because}
            for each in sorted(truth.decoys, key=lambda it: it.subject)
        ],
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def read_truth(folder: Path) -> Truth:
    """The truth of a data folder. Raises NotFound where it holds no sample, Invalid where the file
    is not one of ours."""
    path = folder / FILE_NAME
    if not path.exists():
        raise NotFound(
            f"{folder} holds no sample company: there is no {FILE_NAME}. Make one with "
            "'tierline sample create'."
        )
    try:
        document: Any = yaml.safe_load(path.read_text("utf-8"))
        return Truth(
            seed=int(document["seed"]),
            size=str(document["size"]),
            is_control=bool(document["control"]),
            planted=[Planted(**each) for each in document["planted"]],
            decoys=[Decoy(**each) for each in document["decoys"]],
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{path} is not a truth file of ours: {error}.") from None
