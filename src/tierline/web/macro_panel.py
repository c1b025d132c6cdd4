"""The answer on the page of a case: what was seen, what is new, and a macro that is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.access.permission import Permission
from tierline.actions.macros import seen_macro
from tierline.bootstrap.macros import places_of
from tierline.cases.macro import filled
from tierline.kernel.errors import NotFound
from tierline.web.article_links import article_links
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from tierline.cases.case import Case
    from tierline.cases.macro import Macro
    from tierline.store.records import Reads
    from tierline.web.shell import Visit


def macro_panel(visit: Visit, reads: Reads, case: Case, sent: str = "") -> dict[str, Any] | None:
    """The macros to choose from, and the one that `?macro=` names or that was `sent`, filled in;
    None for who does not work on cases."""
    if not is_staff(visit) or not visit.caller.may(Permission.work_cases):
        return None
    asked = sent or visit.asked("macro")
    known = reads.macros.seen_by(visit.caller.id)
    found: dict[str, Any] = {"choices": [(each.id, each.macro.name) for each in known], "id": ""}
    if not asked:
        return found
    try:
        kept = seen_macro(reads, asked, visit.caller.id)
    except NotFound:
        return found
    text = filled(kept.macro.text, places_of(reads, case, visit.caller.id, visit.now))
    return found | {
        "id": kept.id,
        "name": kept.macro.name,
        "text": text,
        "linked": article_links(reads, [text])(text),
        "changes": changes_of(kept.macro),
    }


def changes_of(macro: Macro) -> list[str]:
    """What a macro does besides saying something, in words."""
    found = []
    if macro.topic:
        found.append(f"says that it is about {macro.topic.replace('_', ' ')}")
    if macro.severity:
        found.append(f"sets the severity to {macro.severity}")
    if macro.does == "note":
        found.append("writes it among us")
    if macro.does == "wait":
        found.append(f"waits for the answer ({macro.reason.replace('_', ' ')})")
    if macro.does == "resolve":
        found.append("resolves the case")
    return found
