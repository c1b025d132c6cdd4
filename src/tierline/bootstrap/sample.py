"""The sample company: made in a data folder, and found out by the product's own queries."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tierline.bootstrap.application import FILE_NAME, open_application
from tierline.bootstrap.sample_cases import follow_from_here, tell_cases
from tierline.bootstrap.sample_desk import tell_around, tell_people
from tierline.bootstrap.sample_findings import Findings, findings
from tierline.bootstrap.sample_reports import tell_reports, watch_from_here
from tierline.bootstrap.subjects import KnownSubjects
from tierline.kernel.errors import Conflict
from tierline.queries.accounts import number_of_accounts
from tierline.sample.company import Company, company
from tierline.sample.shape import Shape, shape_of
from tierline.sample.story import COMPLETE_UNTIL
from tierline.sample.telling import Teller, seeded
from tierline.sample.telling_use import define_meters, tell_use
from tierline.sample.truth import FILE_NAME as TRUTH_NAME
from tierline.sample.truth import read_truth, write_truth
from tierline.sample.verdict import Line, Mark, Verdict, verdict_of
from tierline.store.contracts import KnownTerms
from tierline.store.engine import open_to_read
from tierline.store.ownership import Ownership
from tierline.store.records import Reads, Records
from tierline.store.seals import seal_facts

if TYPE_CHECKING:
    from tierline.bootstrap.application import Application
    from tierline.sample.delivery import Batch

__all__ = ["Line", "Mark", "SampleMade", "Verdict", "create_sample", "put_sample", "verify_sample"]
Progress = Callable[[str, int, int], None]
_BATCHES_AT_ONCE, _BATCHES = 30, 370
_UNFINISHED = "sample-unfinished"


@dataclass(frozen=True, slots=True)
class SampleMade:
    """What stands in the data folder now."""

    accounts: int
    active: int
    planted: int
    truth: Path | None


def create_sample(
    data: Path, size: str | Shape, seed: int, *, is_control: bool, progress: Progress
) -> SampleMade:
    """Make the company in a data folder without a database, which has one when it is complete: what
    was interrupted leaves none. Raises NotFound for a size that there is not, Conflict where the
    folder holds a database already, and StoreInUse where another process works in it."""
    shape_of(size)
    _refuse_taken(data)
    data.mkdir(parents=True, exist_ok=True)
    with Ownership(data / FILE_NAME):
        _refuse_taken(data)
        with _aside(data) as aside:
            with open_application(data=aside) as application:
                made = put_sample(application, size, seed, is_control=is_control, progress=progress)
            truth = (aside / TRUTH_NAME).rename(data / TRUTH_NAME)
            (aside / FILE_NAME).rename(data / FILE_NAME)
    return replace(made, truth=truth)


def put_sample(
    application: Application, size: str | Shape, seed: int, *, is_control: bool, progress: Progress
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


def _refuse_taken(data: Path) -> None:
    if (data / FILE_NAME).exists():
        raise Conflict(
            f"{data} holds a database already. Name a folder that is empty, or none yet.",
            code="folder_taken",
        )


@contextmanager
def _aside(data: Path) -> Iterator[Path]:
    """A folder for what is not complete, without what an earlier process left in it."""
    aside = data / _UNFINISHED
    try:
        shutil.rmtree(aside, ignore_errors=True)
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _tell(application: Application, made: Company, progress: Progress) -> None:
    """Accounts in one unit of work, use and cases in many; then the journal is sealed."""
    teller = Teller(made.cast.seed)
    application.change(teller.tell_staff)
    application.change(lambda records: teller.tell(records, made.happenings, progress))
    tell_people(application, made, teller)
    application.change(lambda records: define_meters(records, teller.occasion))
    months = batched(made.use(), _BATCHES_AT_ONCE)
    for done, batches in enumerate(months, start=1):
        application.change(partial(_tell_use, application, teller, batches))
        progress("usage", min(done * _BATCHES_AT_ONCE, _BATCHES), _BATCHES)
    told = tell_cases(
        application,
        made,
        accounts=teller.accounts,
        agents=teller.agents,
        randomness=seeded(made.cast.seed, "cases"),
        progress=progress,
    )
    tell_around(application, made, teller, told)
    tell_reports(application, made.cast.seed, progress)
    seal_facts(application.store)
    application.change(follow_from_here)
    ended = teller.occasion(COMPLETE_UNTIL)
    application.change(lambda records: watch_from_here(records, ended))


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
