"""Hours of a support plan: `24x7`, `9x5`, `business`, `Mon-Fri 9-5` as business hours.

A row's hours say which hours count; the unit of its duration decides only where the row names no
hours: elapsed time then runs always, business time on the vendor's business hours. What a vendor
calls business hours without saying which is 09:00-17:00 on weekdays, marked `assumed`.
"""

from __future__ import annotations

import re
from typing import Any

BUSINESS = "business"
ALWAYS = "always"
WEEKDAYS = "weekdays"
_MON_FRI = "mon-fri"
_NO_ZONE = "not stated"
_ZONE_FACTS = ("follows_customer", "zone_label", "regions", "chosen_in", "holidays_follow_customer")
_ROUND_THE_CLOCK = re.compile(r"24\s*[x/]\s*7")
_ALL_WEEKDAY = re.compile(r"24\s*[x/]\s*5")
_HOURS_BY_DAYS = re.compile(r"(\d{1,2})\s*[x/]\s*([57])")
_SPAN = re.compile(r"(\d{1,2})(?::(\d\d))?\s*-\s*(\d{1,2})(?::(\d\d))?(?!\s*days)")
_NAMES_CUSTOMER = re.compile(r"customer|local|regional")


class HoursBook:
    """The business hours of one catalog, made as the plan's phrases ask for them."""

    def __init__(self, statements: dict[str, Any]) -> None:
        self.statements = statements
        self.business = BUSINESS
        """The hours that `business` means just now: a tier's coverage may narrow it."""

    def key(self, phrase: str | None, *, is_business: bool = False) -> str | None:
        """The key of the hours that a phrase names, or None where it names none that we know."""
        if phrase is None:
            return self._of_business() if is_business else self._always()
        said = phrase.strip().lower()
        if _ROUND_THE_CLOCK.match(said):
            return self._always()
        if _ALL_WEEKDAY.match(said):
            return self._all_weekday()
        if said in ("business", "business hours", "customer business hours"):
            return self._of_business()
        match = _HOURS_BY_DAYS.match(said)
        if match:
            return self._by_days(int(match[1]), int(match[2]), said)
        return self._spelled_out(said)

    def _always(self) -> str:
        return self._make(ALWAYS, {"always_open": True})

    def _all_weekday(self) -> str:
        """`24x5`: the round-the-clock week that the plan states, else Monday to Friday in UTC."""
        if WEEKDAYS in self.statements:
            return WEEKDAYS
        return self._make(WEEKDAYS, {"week": {_MON_FRI: "00:00-24:00"}, "zone_label": _NO_ZONE})

    def _of_business(self) -> str:
        if self.business != BUSINESS or BUSINESS in self.statements:
            return self.business
        return self._make(
            BUSINESS,
            {"follows_customer": True, "week": {_MON_FRI: "09:00-17:00"}, "assumed": True},
        )

    def _by_days(self, hours: int, days: int, said: str) -> str:
        """`9x5`: nine hours on five days. When they begin is assumed."""
        closes = min(9 + hours, 24)
        span = f"{closes - hours:02}:00-{closes:02}:00"
        stated: dict[str, Any] = {"week": {_MON_FRI if days == 5 else "mon-sun": span}}
        stated |= {"follows_customer": "one time zone" not in said, "assumed": True}
        return self._make(f"hours_{hours}x{days}", stated)

    def _spelled_out(self, said: str) -> str | None:
        """`Mon-Fri 9-5`, `9-5, 7 days`, `09:00-18:00 local`, `Mon-Fri`.

        Where the vendor says in which zone its business hours are, these are in the same.
        """
        span = _SPAN.search(said)
        every_day = "7 days" in said
        if not span and _MON_FRI not in said:
            return None
        stated: dict[str, Any] = {"week": {_MON_FRI: _window(span) if span else "09:00-17:00"}}
        if every_day:
            stated = {"week": {"mon-sun": stated["week"][_MON_FRI]}}
        if not span or (_MON_FRI not in said and not every_day):
            stated["assumed"] = True
        known = self.statements.get(BUSINESS, {})
        if known.get("week") == stated["week"]:
            if "assumed" not in stated:
                known.pop("assumed", None)
            return BUSINESS
        stated |= {field: known[field] for field in _ZONE_FACTS if field in known}
        if _NAMES_CUSTOMER.search(said):
            stated["follows_customer"] = True
        elif not any(field in stated for field in _ZONE_FACTS):
            stated["zone_label"] = _NO_ZONE
        return self._make("every_day" if every_day else "weekday_hours", stated)

    def _make(self, name: str, stated: dict[str, Any]) -> str:
        """The key of these hours; the same hours are written once, others get another key."""
        for key, known in self.statements.items():
            if _same(known, stated):
                return key
        key, count = name, 1
        while key in self.statements:
            count += 1
            key = f"{name}_{count}"
        self.statements[key] = stated
        return key


def _same(known: dict[str, Any], stated: dict[str, Any]) -> bool:
    facts = ("week", "always_open", "follows_customer", "assumed")
    return all(known.get(fact) == stated.get(fact) for fact in facts)


def _window(span: re.Match[str]) -> str:
    """`9-5` is nine to five in the afternoon; hours from 13 on and minutes are as written."""
    opens, closes = int(span[1]), int(span[3])
    if closes <= opens and closes <= 12:
        closes += 12
    return f"{opens:02}:{span[2] or '00'}-{closes:02}:{span[4] or '00'}"
