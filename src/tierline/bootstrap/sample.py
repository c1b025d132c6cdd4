"""The sample company: made in a data folder, and found out by the product's own queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tierline.bootstrap.application import FILE_NAME, open_application
from tierline.bootstrap.sample_findings import Findings, findings
from tierline.bootstrap.subjects import KnownSubjects
from tierline.kernel.errors import Conflict
from tierline.queries.accounts import number_of_accounts
from tierline.sample.company import Company, company
from tierline.sample.shape import shape_of
from tierline.sample.telling import Teller
from tierline.sample.telling_use import define_meters, tell_use
from tierline.sample.truth import read_truth, write_truth
from tierline.sample.verdict import Line, Mark, Verdict, verdict_of
from tierline.store.contracts import KnownTerms
from tierline.store.engine import open_to_read
from tierline.store.records import Reads, Records
from tierline.store.seals import seal_facts

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.sample.delivery import Batch

__all__ = ["Line", "Mark", "SampleMade", "Verdict", "create_sample", "put_sample", "verify_sample"]
Progress = Callable[[str, int, int], None]
_BATCHES_AT_ONCE, _BATCHES = 30, 370


@dataclass(frozen=True, slots=True)
class SampleMade:
    """What stands in the data folder now."""

    accounts: int
    active: int
    planted: int
    truth: Path | None


def create_sample(
    data: Path, size: str, seed: int, *, is_control: bool, progress: Progress
) -> SampleMade:
    """Make the company in an empty data folder. Raises NotFound for a size that there is not, and
    Conflict where the folder holds a database already."""
    shape_of(size)
    if (data / FILE_NAME).exists():
        raise Conflict(
            f"{data} holds a database already. Name a folder that is empty, or none yet.",
            code="folder_taken",
        )
    with open_application(data=data) as application:
        return put_sample(application, size, seed, is_control=is_control, progress=progress)


def put_sample(
    application: Application, size: str, seed: int, *, is_control: bool, progress: Progress
) -> SampleMade:
    """Make the company in an open installation that has no account yet; a Conflict in any other.
    The truth is written into its folder, where it has one."""
    if application.read(lambda reads: number_of_accounts(reads.snapshot)):
        raise Conflict(
            "There are accounts already. The sample company needs an empty installation.",
            code="not_empty",
        )
    made = company(seed, size, is_control=is_control)
    _tell(application, made, progress)
    truth = None if application.folder is None else write_truth(made.truth, application.folder)
    active = sum(each.left_on is None for each in made.customers)
    return SampleMade(len(made.customers), active, len(made.truth.planted), truth)


def verify_sample(data: Path) -> Verdict:
    """Look for everything with the product's queries, and only then read what is planted. A server
    may own the folder meanwhile. Raises NotFound where there is no sample company."""
    if not (data / FILE_NAME).exists():
        read_truth(data)
    return judged(data, look(data))


def look(data: Path) -> Findings:
    """What the product's queries say of a data folder; what is planted there is not read."""
    with open_to_read(str(data / FILE_NAME)) as readers:
        return readers.read(lambda snapshot: findings(Reads(snapshot, KnownTerms())))


def judged(data: Path, found: Findings) -> Verdict:
    """What was said, against what is planted in the folder."""
    return verdict_of(read_truth(data), found.said, found.not_asked)


def _tell(application: Application, made: Company, progress: Progress) -> None:
    """Accounts in one unit of work, use in one for each month; then the journal is sealed."""
    teller = Teller(made.cast.seed)
    application.change(lambda records: teller.tell(records, made.happenings, progress))
    application.change(lambda records: define_meters(records, teller.occasion))
    months = batched(made.use(), _BATCHES_AT_ONCE)
    for done, batches in enumerate(months, start=1):
        application.change(partial(_tell_use, application, teller, batches))
        progress("usage", min(done * _BATCHES_AT_ONCE, _BATCHES), _BATCHES)
    seal_facts(application.store)


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
