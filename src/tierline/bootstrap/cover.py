"""The people of accounts beside what each account is promised: who they are, and when none of them
would be there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.actions.escalations import away_among
from tierline.actions.routing import WORST
from tierline.actions.routing_plans import DAYS_AHEAD
from tierline.bootstrap.cases import promise_for
from tierline.kernel.instants import to_micros
from tierline.routing.chain import USUAL, chains_of
from tierline.routing.cover import CaseKind, gaps_of, on_duty, people_of
from tierline.routing.need import CaseNeed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from tierline.actions.case_promise import CasePromise
    from tierline.bootstrap.application import Application
    from tierline.routing.chain import Chain
    from tierline.routing.cover import Gap, Person, Stretch
    from tierline.routing.need import AccountNeed
    from tierline.routing.plan import Plan
    from tierline.store.records import Reads, Records

DUTY_DAYS = 7
"""So far ahead it is told when each of an account's people is there."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One of an account's people, whether they are there now, and when they are."""

    person: Person
    is_there: bool
    stretches: tuple[Stretch, ...]


def duty_of(
    application: Application,
    reads: Reads,
    account: str,
    now: datetime,
    during: Stretch | None = None,
) -> tuple[OnDuty, ...]:
    """The people of an account, the closest first, each with when they are there in a stretch of
    time; where none is stated in the seven days to come."""
    need = reads.routing.need_of(account)
    if need is None or not need.has_people:
        return ()
    case = _kinds(application, reads, [need], now)[account][0].need
    start, end = during or (now, now + timedelta(days=DUTY_DAYS))
    return tuple(
        OnDuty(each, each.agent.is_at_work(now), on_duty(each.agent, start, end))
        for each in people_of(need, case, reads.routing.agents())
    )


def gaps_ahead(
    application: Application, reads: Reads | Records, now: datetime, days: int = DAYS_AHEAD
) -> list[Gap]:
    """What every account that has people of its own lacks of them in the days to come: what is
    lacking for good first, then by when it begins."""
    people, (_, plan) = reads.routing.agents(), reads.routing.plan()
    needs = reads.routing.needs_with_people()
    kinds = _kinds(application, reads, needs, now)
    found = [
        gap
        for need in needs
        for gap in gaps_of(
            need,
            kinds[need.account],
            people,
            plan,
            is_away=away_among(people),
            start=now,
            end=now + timedelta(days=days),
        )
    ]
    return sorted(found, key=lambda gap: (gap.start is not None, gap.start or now, gap.account))


def _kinds(
    application: Application, reads: Reads | Records, needs: Sequence[AccountNeed], now: datetime
) -> dict[str, tuple[CaseKind, ...]]:
    """The cases that each account may raise now, by its contract: one for each severity, the worst
    first."""
    promises = {each.account: promise_for(application, reads, each.account, now) for each in needs}
    held = sorted({each.contract for each in promises.values() if each.tier})
    contracts = {each.id: each for each in reads.contracts.of_ids(held)} if held else {}
    chains: dict[tuple[str, str], Mapping[tuple[str, str], Chain]] = {}

    def chains_under(promise: CasePromise) -> Mapping[tuple[str, str], Chain]:
        if not promise.tier:
            return {}
        signed = contracts[promise.contract].plan_at(to_micros(now))
        version = signed.catalog, signed.version.isoformat()
        if version not in chains:
            chains[version] = chains_of(reads.catalogs.get(*version))
        return chains[version]

    plan = reads.routing.plan()[1]
    return {
        need.account: tuple(_kinds_of(need, promise, plan, chains_under(promise), now))
        for need in needs
        for promise in (promises[need.account],)
    }


def _kinds_of(
    need: AccountNeed,
    promise: CasePromise,
    plan: Plan,
    chains: Mapping[tuple[str, str], Chain],
    now: datetime,
) -> Iterator[CaseKind]:
    for rank, severity in enumerate(promise.severities or (WORST,)):
        case = CaseNeed(
            case="",
            tier=promise.tier,
            severity=severity,
            severity_rank=rank,
            tier_rank=0,
            opened_at=now,
            is_worst=rank == 0,
            account=need,
        )
        levels = plan.levels(promise.tier, severity)
        yield CaseKind(case, levels, chains.get((promise.tier, severity), USUAL))
