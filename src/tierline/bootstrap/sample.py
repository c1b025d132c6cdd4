"""The sample company: made in a data folder, and found out by the product's own queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tierline.bootstrap.application import FILE_NAME, open_application
from tierline.bootstrap.sample_findings import findings
from tierline.bootstrap.subjects import KnownSubjects
from tierline.kernel.errors import Conflict
from tierline.sample.company import Company, company
from tierline.sample.telling import Teller
from tierline.sample.telling_use import define_meters, tell_use
from tierline.sample.truth import read_truth, write_truth
from tierline.sample.verdict import Line, Mark, Verdict, verdict_of

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.sample.delivery import Batch
    from tierline.store.records import Records

__all__ = ["Line", "Mark", "SampleMade", "Verdict", "create_sample", "verify_sample"]
Progress = Callable[[str, int, int], None]
_BATCHES_AT_ONCE, _BATCHES = 30, 370


@dataclass(frozen=True, slots=True)
class SampleMade:
    """What stands in the data folder now."""

    accounts: int
    active: int
    planted: int
    truth: Path


def create_sample(
    data: Path, size: str, seed: int, *, is_control: bool, progress: Progress
) -> SampleMade:
    """Make the company in an empty data folder. Raises NotFound for a size that there is not, and
    Conflict where the folder holds a database already."""
    made = company(seed, size, is_control=is_control)
    if (data / FILE_NAME).exists():
        raise Conflict(
            f"{data} holds a database already. Name a folder that is empty, or none yet.",
            code="folder_taken",
        )
    with open_application(data=data) as application:
        _tell(application, made, progress)
    truth = write_truth(made.truth, data)
    active = sum(each.left_on is None for each in made.customers)
    return SampleMade(len(made.customers), active, len(made.truth.planted), truth)


def verify_sample(data: Path) -> Verdict:
    """Look for everything with the product's queries, and only then read what is planted."""
    if not (data / FILE_NAME).exists():
        read_truth(data)
    with open_application(data=data) as application:
        found = findings(application)
    return verdict_of(read_truth(data), found)


def _tell(application: Application, made: Company, progress: Progress) -> None:
    """Accounts in one unit of work, use in one for each month."""
    teller = Teller(made.cast.seed)
    application.change(lambda records: teller.tell(records, made.happenings, progress))
    application.change(lambda records: define_meters(records, teller.occasion))
    months = batched(made.use(), _BATCHES_AT_ONCE)
    for done, batches in enumerate(months, start=1):
        application.change(partial(_tell_use, application, teller, batches))
        progress("usage", min(done * _BATCHES_AT_ONCE, _BATCHES), _BATCHES)


def _tell_use(
    application: Application, teller: Teller, batches: list[Batch], records: Records
) -> None:
    tell_use(
        records,
        batches,
        accounts=teller.accounts,
        subjects=KnownSubjects(application),
        moment=teller.occasion,
        randomness=teller.randomness,
    )


def batched(batches: Iterator[Batch], size: int) -> Iterator[list[Batch]]:
    """Lists of so many, the last one shorter."""
    while taken := list(islice(batches, size)):
        yield taken
