"""How the way in of a case stands to its plan: who is helped and who is refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from tierline.actions.contacts import KnownAccounts
from tierline.actions.occasion import Journal
from tierline.cases.channel import OUT_OF_PLAN, Channel, ChannelAccess, access_of
from tierline.kernel.errors import Conflict
from tierline.status.incident import IncidentKind
from tierline.status.scope import Reader

if TYPE_CHECKING:
    from tierline.actions.case_opening import CaseOrder
    from tierline.actions.case_promise import CasePromise
    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case
    from tierline.status.incident import Incident

NOT_INCLUDED = "channel_not_included"
"""Why somebody is refused who comes by a channel that their plan does not include."""
REFUSALS = "case_channels"
"""What facts of refusals are about: who was refused has no case."""


class UsesOfChannels(Protocol):
    """The cases that there are."""

    def out_of_plan_before(self, contract: str, channel: Channel) -> tuple[datetime, ...]: ...


class OpenIncidents(Protocol):
    """The incidents that there are."""

    def open_at(self, instant: datetime) -> Iterable[Incident]: ...


class UseBooks(Protocol):
    """What looking at earlier uses needs."""

    @property
    def cases(self) -> UsesOfChannels: ...


class AccessBooks(UseBooks, Protocol):
    """What finding out how a case stands to its plan needs."""

    @property
    def accounts(self) -> KnownAccounts: ...
    @property
    def incidents(self) -> OpenIncidents: ...


def access_for(
    books: AccessBooks,
    order: CaseOrder,
    severity: str,
    promise: CasePromise,
    occasion: Occasion,
) -> ChannelAccess:
    """How the channel stands to the plan. Out of plan one is helped once; then it is a Conflict
    that says the right way, unless somebody says why. An outage is not refused, and a mail is not:
    it has come already, and nobody can tell how bad it is before it was read."""
    access, before = access_under(books, promise, order.channel, severity)
    if access in OUT_OF_PLAN and _has_outage(books, order, occasion):
        return ChannelAccess.safety
    is_asked = order.channel is not Channel.email and order.despite is None
    if access is ChannelAccess.exception and is_asked:
        raise Conflict(_refusal(order, promise, before[0]), code=NOT_INCLUDED)
    return access


def access_under(
    books: UseBooks, promise: CasePromise, channel: Channel, severity: str
) -> tuple[ChannelAccess, tuple[datetime, ...]]:
    """How a channel stands to a plan, and when one that is not included was used before."""
    worst = next(iter(promise.severities), "")
    of_plan = partial(access_of, promise.channels, channel, severity, worst=worst)
    first = of_plan(times_before=0)
    if first is not ChannelAccess.helped_once:
        return first, ()
    before = books.cases.out_of_plan_before(promise.contract, channel)
    return of_plan(times_before=len(before)), before


def tell_access(books: Journal, case: Case, occasion: Occasion) -> None:
    """Say that somebody came by a channel that their plan does not include, so that it counts."""
    if case.access in OUT_OF_PLAN:
        body = {"case": case.id, "number": case.number, "channel": case.channel.value}
        body |= {"tier": case.tier, "access": case.access.value}
        books.append([occasion.fact("CaseOutOfPlan", case.account or case.id, body)])


def tell_refused(
    books: Journal, order: CaseOrder, promise: CasePromise, occasion: Occasion
) -> None:
    """Write down that somebody was refused: there is no case that would count it."""
    body = {"account": order.account, "channel": order.channel.value, "tier": promise.tier}
    books.append([occasion.fact("ContactRefused", REFUSALS, body)])


def _has_outage(books: AccessBooks, order: CaseOrder, occasion: Occasion) -> bool:
    """Whether service is down for who asks: by what they answer, or by an incident that is open and
    concerns them."""
    if order.is_down or order.account is None:
        return order.is_down
    reader = Reader(order.account, books.accounts.get(order.account).region)
    return any(
        each.kind is IncidentKind.disruption and each.scope.includes(reader)
        for each in books.incidents.open_at(occasion.now)
    )


def _refusal(order: CaseOrder, promise: CasePromise, helped: datetime) -> str:
    how = order.channel.value.replace("_", " ")
    instead = promise.channels.instead.get(order.channel, "").strip()
    if instead and not instead.endswith((".", "!", "?")):
        instead += "."
    is_out = f"The plan does not include this channel ({how}), and it was helped once"
    never = f"The worst severity ({promise.severities[0]}) and an outage are never refused"
    said = (
        f"{is_out}, on {helped.date().isoformat()}.",
        instead,
        f"{never}; for anything else say why it is helped all the same.",
    )
    return " ".join(filter(None, said))
