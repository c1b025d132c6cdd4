"""What is at stake with a case: the tier and severity of it, how much depends on us at its account,
and whether that renews soon. It is said in the reason, and it is a preference, never a bar."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.routing.need import AccountNeed, CaseNeed

RENEWAL_NEAR = timedelta(days=90)
MUCH = frozenset({"high", "critical"})
"""Levels of mission criticality of which much depends on us."""
_DAY = timedelta(days=1)


def is_much_at_stake(need: CaseNeed, now: datetime) -> bool:
    """Whether a senior of those who may have the case goes first."""
    account = need.account
    return account is not None and (
        account.criticality in MUCH or _days_to_renewal(account, now) is not None
    )


def stakes_words(need: CaseNeed, now: datetime) -> str:
    """What is known of a case, as the end of the reason; empty where nothing is."""
    parts = [" ".join(filter(None, (need.tier, need.severity)))]
    if need.account is not None:
        if need.account.criticality:
            parts.append(f"criticality {need.account.criticality}")
        days = _days_to_renewal(need.account, now)
        if days is not None:
            parts.append(f"renewal in {days} {'day' if days == 1 else 'days'}")
    if need.topic:
        parts.append(f"topic {need.topic}")
    if need.skills:
        parts.append(f"needs {', '.join(sorted(need.skills))}")
    told = ", ".join(filter(None, parts))
    return (f" For {told}." if told else "") + faster_words(need)


def faster_words(need: CaseNeed) -> str:
    """That it goes first, and why; empty where it does not."""
    if need.owed_for is None:
        return ""
    return (
        " It goes first, and to the most senior who may have it: an accelerated response is owed "
        f"for the missed target of case {need.owed_for}."
    )


def _days_to_renewal(account: AccountNeed, now: datetime) -> int | None:
    """Whole days until the account's last contract ends, where that is near."""
    if account.renews_at is None or not now <= account.renews_at <= now + RENEWAL_NEAR:
        return None
    return (account.renews_at - now) // _DAY
