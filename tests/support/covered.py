"""The small world, in which Pine has people of its own: Ana, and Bo in her place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moved_clock import Hands
from served import Served
from visitor import Visit

from tierline.access.caller import operator
from tierline.access.role import Role
from tierline.api.application import application
from tierline.web.routes import ROUTES

MONDAY = datetime(2025, 6, 2, 6, tzinfo=UTC)
OFFICE = {"time_zone": "Europe/Berlin", "week": {"mon-fri": "09:00-17:00"}}
DAY = timedelta(days=1)
PASSWORD = "four boring words here"  # noqa: S105 - of people who do not exist


@dataclass
class Covered:
    """Both are at work at the office's hours, which are the cover hours as well."""

    served: Served
    hands: Hands
    ana: str
    bo: str

    @property
    def need(self) -> dict[str, Any]:
        return {"engineers": [self.ana], "deputies": [self.bo], "cover": OFFICE}

    def keep(self, **stated: Any) -> dict[str, Any]:
        path = f"/v1/accounts/{self.served.pine}/routing-need"
        answer = self.served.operator.put(path, json=stated)
        assert answer.status_code == 200, answer.text
        kept: dict[str, Any] = answer.json()
        return kept

    def away(self, user: str, until: datetime | None) -> None:
        body = {"hours": OFFICE, "absent_until": until and until.isoformat()}
        self.served.operator.put(f"/v1/agents/{user}", json=body).raise_for_status()

    def gaps(self, **asked: int) -> list[tuple[str, str | None, str | None]]:
        found = self.served.operator.get("/v1/cover-gaps", params=asked).json()["items"]
        assert {each["account"] for each in found} <= {self.served.pine}
        return [(each["kind"], each["start"], each["end"]) for each in found]

    def visit(self, role: Role, account: str | None = None) -> Visit:
        """A browser in which somebody new is signed in."""
        joined(self.served, "Ada Byron", role, account, f"{role.value}@people.example")
        visit = Visit(application(self.served.opened, ROUTES))
        visit.open("/sign-in")
        visit.send("/sign-in", email=f"{role.value}@people.example", password=PASSWORD)
        return visit


def cover_small_world(served: Served, hands: Hands) -> Covered:
    """On a Monday morning both are at work this week, and nothing is lacking."""
    ana, bo = (
        joined(served, name, Role.agent, None, f"{name[:2].lower()}@house.example")
        for name in ("Ana Ruiz", "Bo Diddley")
    )
    made = Covered(served, hands, ana, bo)
    for user in (ana, bo):
        made.away(user, None)
    made.keep(**made.need)
    return made


def joined(served: Served, name: str, role: Role, account: str | None, email: str) -> str:
    """A new user's id."""
    access = served.opened.access
    invited, _ = access.invite(email, frozenset({role}), account, operator())
    return access.accept(invited.secret, name, None, PASSWORD).id
