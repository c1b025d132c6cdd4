"""Why a case that something is due in is at risk: the first reason, in words."""

from __future__ import annotations

from datetime import datetime

from tierline.cases.standing import CaseState
from tierline.routing.agent import Agent


def top_reason(
    *,
    due_at: datetime,
    state: CaseState,
    holder: Agent | None,
    is_held: bool,
    now: datetime,
    history: str = "",
) -> str:
    """What most stands in the way of being in time. It needs no history, so it is there from the
    first case on; what history says (in words) comes where nothing nearer does."""
    if due_at < now:
        return "A target is missed already"
    if not is_held:
        return "Nobody has it"
    if holder is not None and holder.is_absent(now):
        return "Whoever has it is away"
    if holder is not None and not holder.is_at_work(now):
        return "Whoever has it is not at work now"
    if state is CaseState.new:
        return "Nobody has answered yet"
    if state is CaseState.waiting:
        return "It waits for somebody, and a clock goes on"
    return history[:1].upper() + history[1:] or "The next step is due"
