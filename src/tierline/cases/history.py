"""One case's history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tierline.cases.event import CaseEvent, EventKind
from tierline.kernel.errors import Invalid
from tierline.kernel.instants import format_instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any


CUSTOMER_TIME_ZONE = "customer_time_zone"
"""The attribute that names the account's own time zone; hours that follow the customer read it."""


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """The facts of one case in the order in which they happened; the first is `opened`."""

    case_id: str
    tier: str
    """The tier in force when the case was opened."""
    events: tuple[CaseEvent, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What the log says beside the facts: account, region, channel, the old tool's verdict."""

    def __post_init__(self) -> None:
        if not self.events or self.events[0].kind is not EventKind.opened:
            raise Invalid(f"The history of {self.case_id} does not begin with 'opened'.")
        for before, after in zip(self.events, self.events[1:], strict=False):
            if after.at < before.at:
                raise Invalid(
                    f"The history of {self.case_id} goes back in time at "
                    f"{format_instant(after.at)} ({after.kind.name})."
                )

    @property
    def opened_at(self) -> datetime:
        """When the case was opened."""
        return self.events[0].at

    @property
    def customer_time_zone(self) -> str:
        """The account's own zone (IANA name), or an empty text where the log names none."""
        return self.attributes.get(CUSTOMER_TIME_ZONE, "")

    def to_jsonable(self) -> dict[str, Any]:
        """Facts as JSON values, for receipts."""
        zone = self.customer_time_zone
        return {
            "case": self.case_id,
            "tier": self.tier,
            **({CUSTOMER_TIME_ZONE: zone} if zone else {}),
            "events": [
                {"at": format_instant(event.at), "kind": event.kind.name}
                | ({"value": event.value} if event.value else {})
                for event in self.events
            ],
        }

    @classmethod
    def from_jsonable(cls, value: Mapping[str, Any]) -> CaseHistory:
        """The history that `to_jsonable` wrote; raises Invalid where it has another form."""
        try:
            zone = str(value.get(CUSTOMER_TIME_ZONE, ""))
            return cls(
                str(value["case"]),
                str(value["tier"]),
                tuple(
                    CaseEvent(
                        parse_instant(event["at"]),
                        EventKind[event["kind"]],
                        str(event.get("value", "")),
                    )
                    for event in value["events"]
                ),
                {CUSTOMER_TIME_ZONE: zone} if zone else {},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise Invalid(f"These are not the facts of a case: {error!r}.") from None
