"""What is typed of incidents and components, as orders; and whom they concern, in words."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING

from tierline.actions import incidents as actions
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.instants import parse_instant
from tierline.status.component import Condition
from tierline.status.incident import IncidentKind, Phase, Window
from tierline.status.scope import Scope
from tierline.web.forms import needed_text, needed_title

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from tierline.actions.occasion import Occasion
    from tierline.store.records import Records
    from tierline.web.shell import Visit


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent."""

    values: dict[str, str] = with_default(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def change_so(visit: Visit, work: Callable[[Records, Occasion], object]) -> None:
    """One of our people does it now."""
    occasion = visit.application.occasion(visit.caller.id)
    visit.application.change(lambda records: work(records, occasion))


def incident_order(visit: Visit, typed: Mapping[str, str]) -> actions.IncidentOrder:
    """What is declared. Raises Invalid."""
    kinds = set(IncidentKind)
    kind = IncidentKind(typed["kind"]) if typed["kind"] in kinds else IncidentKind.disruption
    start, end = (_instant(typed, name) for name in ("start", "end"))
    if (start is None) is not (end is None):
        missing = "start" if start is None else "end"
        fault = Fault("missing", "A window has a start and an end.", missing)
        raise Invalid("The incident cannot be declared.", [fault])
    window = None if start is None or end is None else Window(start, end)
    return actions.IncidentOrder(
        kind=kind, title=needed_title(typed), scope=scope_of(visit, typed), window=window
    )


def update_order(typed: Mapping[str, str]) -> actions.UpdateOrder:
    """What is told of an incident. Raises Invalid."""
    phase, conditions = typed.get("phase", ""), set(Condition)
    effects = {
        name.removeprefix("effect."): Condition(value)
        for name, value in typed.items()
        if name.startswith("effect.") and value in conditions
    }
    return actions.UpdateOrder(
        text=needed_text(typed),
        phase=Phase(phase) if phase in set(Phase) else None,
        effects=effects,
        since=_instant(typed, "since"),
    )


def scope_of(visit: Visit, typed: Mapping[str, str]) -> Scope:
    """Accounts and regions as they are typed: one or several, with commas between them."""
    accounts = frozenset(visit.application.account_of(each) for each in _listed(typed["accounts"]))
    return Scope(not typed["is_private"], accounts, frozenset(_listed(typed["regions"])))


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def whom_in_words(scope: Scope, accounts: Sequence[str]) -> str:
    """Whom a scope concerns, in words."""
    named = [*sorted(accounts), *(f"region {each}" for each in sorted(scope.regions))]
    whom = ", ".join(named) if named else "Every account"
    return whom if scope.is_public else f"{whom}; not on the public page"


def _instant(typed: Mapping[str, str], name: str) -> datetime | None:
    """An instant of a field that a browser fills in: a wall time, which is meant in UTC."""
    text = typed.get(name, "")
    if not text:
        return None
    seconds = text if text.count(":") > 1 else f"{text}:00"
    try:
        return parse_instant(f"{seconds}Z")
    except Invalid:
        fault = Fault("no_instant", "Write it as 2026-10-01T22:00, in UTC.", name)
        raise Invalid("The form cannot be kept.", [fault]) from None
