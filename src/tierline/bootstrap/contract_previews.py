"""What a change of a contract would mean, before it is made: what is promised otherwise, and which
open cases would be due sooner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tierline.accounts.contract import Override, Uplift
from tierline.actions.contracts import PlanOrder, with_override, with_plan, with_uplift
from tierline.actions.open_promises import BetteredCase, bettered_cases
from tierline.entitlements.ruleset import with_contracts
from tierline.kernel.instants import from_micros
from tierline.queries.service_schedules import schedules_compared

if TYPE_CHECKING:
    from tierline.accounts.contract import Contract
    from tierline.accounts.service_schedule_document import ScheduleDifference
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.store.catalogs import CatalogReads
    from tierline.store.records import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPreview:
    """What would hold `at` an instant in place of what does."""

    contract: Contract
    at: datetime
    difference: ScheduleDifference
    cases: tuple[BetteredCase, ...]


@dataclass(frozen=True, slots=True)
class _Promised:
    """The contracts as they would be, and the catalogs as they are."""

    reads: Reads
    after: Contract

    @property
    def contracts(self) -> _Promised:
        """These contracts."""
        return self

    @property
    def catalogs(self) -> CatalogReads:
        """The published catalogs."""
        return self.reads.catalogs

    def get(self, contract: str) -> Contract:
        """The contract as it would be."""
        is_it = contract == self.after.id
        return self.after if is_it else self.reads.contracts.get(contract)


def preview_of(
    application: Application,
    reads: Reads,
    contract: str,
    change: PlanOrder | Uplift | Override,
    occasion: Occasion,
) -> ContractPreview:
    """What a change of a contract would mean. Raises as the change itself."""
    if isinstance(change, Uplift):
        return _preview(application, reads, with_uplift(reads, contract, change), change.start)
    if isinstance(change, Override):
        return _preview(application, reads, with_override(reads, contract, change), change.start)
    after = with_plan(reads, contract, change, occasion)
    return _preview(application, reads, after, after.plans[-1].start)


def _preview(application: Application, reads: Reads, after: Contract, at: int) -> ContractPreview:
    """A contract that is not written, beside the one that is, from an instant on. Heirs of the
    account are not looked at."""
    before, instant = reads.contracts.get(after.id), from_micros(at)
    return ContractPreview(
        contract=after,
        at=instant,
        difference=schedules_compared(
            reads, (before, after), now=application.now(), at=(instant, instant)
        ),
        cases=tuple(_cases(application, reads, after, at)),
    )


def _cases(application: Application, reads: Reads, after: Contract, at: int) -> list[BetteredCase]:
    held = [
        after if each.id == after.id else each for each in reads.contracts.of_account(after.account)
    ]
    rules = with_contracts(application.rulebook.ruleset, {after.account: held})
    first = rules.accounts.get(after.account)
    span = None if first is None else first.at(at)
    if span is None:
        return []
    return bettered_cases(reads.cases, _Promised(reads, after), after.account, span, at)
