"""By which ways customers came, and which people took their cases, beside what was promised of
both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from tierline.accounts.effective import resolved
from tierline.accounts.layers import features_giving, layers_of
from tierline.actions.plan_channels import CHANNEL_OF_KIND
from tierline.cases.channel import OUT_OF_PLAN, Channel, ChannelAccess
from tierline.cases.standing import ENDED
from tierline.catalog import term
from tierline.scorecards.commitments import CaseColumns, local_months
from tierline.scorecards.groups import Dimension
from tierline.scorecards.promises_kept import Area, Came, Deed
from tierline.store.account_needs import need_of_row, needs_among
from tierline.store.cases import case_table
from tierline.store.routing import case_assignment_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from tierline.accounts.contract import Contract
    from tierline.accounts.layers import Layer
    from tierline.cases.log import Labels
    from tierline.routing.need import AccountNeed
    from tierline.scorecards.desk import KeptCases
    from tierline.store.unit_of_work import Snapshot

_case, _assignment = case_table.c, case_assignment_table.c


def channel_deeds(
    cases: KeptCases, is_counted: NDArray[np.bool_], contracts: Mapping[str, Contract]
) -> Iterator[Deed]:
    """A way in that is promised was given where somebody came by it in a month of their calendar. A
    case that was helped out of plan is over. The worst severity comes by any way, whatever the plan
    says, and counts for nothing here."""
    months, layers = local_months(_columns(cases))[0], _Layers()
    seen: set[tuple[str, str, str, str]] = set()
    for place in np.flatnonzero(is_counted).tolist():
        contract = contracts.get(cases.contract.text(place))
        access = ChannelAccess(cases.access.text(place))
        if contract is None:
            continue
        channel = Channel(cases.channel.text(place))
        month = months.names[months.codes[place]]
        if access in OUT_OF_PLAN:
            yield _channel(cases, place, channel, "", Came.beside, month)
        elif access is ChannelAccess.included:
            way = Channel.portal if channel is Channel.api else channel
            promise = layers.way_at(contract, way, int(cases.opened[place]))
            key = contract.account, promise, month, way.value
            if promise and key not in seen:
                seen.add(key)
                yield _channel(cases, place, way, promise, Came.kept, month)


def expertise_deeds(
    snapshot: Snapshot,
    cases: KeptCases,
    is_counted: NDArray[np.bool_],
    contracts: Mapping[str, Contract],
) -> Iterator[Deed]:
    """A case of an account that is promised named people, and has some recorded, was in the hands
    of one of them, or it ended without."""
    layers = _Layers()
    promising = {each.account for each in contracts.values() if layers.may_name_people(each)}
    needs = _named(snapshot, promising) if promising else {}
    places = [
        place
        for place in np.flatnonzero(is_counted).tolist()
        if cases.account.text(place) in needs and cases.contract.text(place) in contracts
    ]
    if not places:
        return
    ids = {cases.ids[place] for place in places}
    hands, ended = _hands(snapshot, ids, needs), _ended(snapshot, ids, needs)
    for place in places:
        contract = contracts[cases.contract.text(place)]
        found = layers.people_at(contract, int(cases.opened[place]))
        if found is None or (
            found[0].severities and cases.severity.text(place) not in found[0].severities
        ):
            continue
        id_, account = cases.ids[place], contract.account
        named = needs[account].engineers | needs[account].deputies
        is_kept = bool(hands.get(id_, frozenset()) & named)
        yield Deed(
            account=account,
            tier=cases.tier.text(place),
            area=Area.expertise,
            promise=found[1],
            what=found[0].level.value,
            came=Came.kept if is_kept else Came.missed if id_ in ended else Came.open,
            case=place,
        )


def _channel(
    cases: KeptCases, place: int, channel: Channel, promise: str, came: Came, month: str
) -> Deed:
    return Deed(
        account=cases.account.text(place),
        tier=cases.tier.text(place),
        area=Area.channel,
        promise=promise,
        what=channel.value,
        came=came,
        on=month,
        case=place,
    )


class _Layers:
    """The layers of what is a way in, and of what promises named people, read once a contract."""

    def __init__(self) -> None:
        self._of: dict[str, tuple[tuple[Layer, ...], ...]] = {}

    def of(self, contract: Contract) -> tuple[tuple[Layer, ...], ...]:
        if contract.id not in self._of:
            keys = features_giving(contract, (term.Channel, term.Expertise))
            listed = (layers_of(contract, key) for key in sorted(keys))
            self._of[contract.id] = tuple(layers for layers in listed if layers)
        return self._of[contract.id]

    def way_at(self, contract: Contract, way: Channel, at: int) -> str:
        """The promise of a way in at an instant; of several the first that gives it."""
        for value, promise in self._at(contract, at):
            if not isinstance(value, term.Channel) or not value.included:
                continue
            if CHANNEL_OF_KIND.get(value.channel) is way:
                return promise
        return ""

    def people_at(self, contract: Contract, at: int) -> tuple[term.Expertise, str] | None:
        """What is promised of named people at an instant, and the promise."""
        for value, promise in self._at(contract, at):
            if isinstance(value, term.Expertise) and _names_people(value):
                return value, promise
        return None

    def may_name_people(self, contract: Contract) -> bool:
        """Whether named people are promised at any time."""
        return any(_names_people(each.value) for layers in self.of(contract) for each in layers)

    def _at(self, contract: Contract, at: int) -> Iterator[tuple[object, str]]:
        for layers in self.of(contract):
            found = resolved([each for each in layers if each.holds_at(at)], layers[0].key)
            if found.winner is not None:
                yield found.value, found.winner.promise_id


def _names_people(value: object) -> bool:
    return isinstance(value, term.Expertise) and value.level is term.ExpertiseLevel.named_engineer


def _named(snapshot: Snapshot, accounts: Collection[str]) -> dict[str, AccountNeed]:
    rows = snapshot.execute(needs_among(accounts)).mappings()
    needs = (need_of_row(row["id"], row) for row in rows)
    return {need.account: need for need in needs if need.engineers}


def _hands(
    snapshot: Snapshot, cases: Collection[str], accounts: Collection[str]
) -> dict[str, set[str]]:
    """Through whose hands cases went."""
    chosen = (
        sa.select(_assignment.case_id, _assignment.user_id)
        .join(case_table, _case.id == _assignment.case_id)
        .where(_case.account_id.in_(sorted(accounts)), _assignment.user_id.is_not(None))
    )
    found: dict[str, set[str]] = {}
    for row in snapshot.execute(chosen):
        if row.case_id in cases:
            found.setdefault(row.case_id, set()).add(row.user_id)
    return found


def _ended(snapshot: Snapshot, cases: Collection[str], accounts: Collection[str]) -> set[str]:
    chosen = sa.select(_case.id).where(
        _case.account_id.in_(sorted(accounts)), _case.state.in_(sorted(ENDED))
    )
    return {row.id for row in snapshot.execute(chosen) if row.id in cases}


def _columns(cases: KeptCases) -> CaseColumns:
    def of(labels: Labels) -> Dimension:
        return Dimension(labels.codes, labels.names)

    return CaseColumns(
        account=of(cases.account), zone=of(cases.zone), opened=cases.opened, as_of=cases.as_of
    )
