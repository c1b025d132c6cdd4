"""Keeping macros, and applying one to a case as one change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tierline.actions.cases import US, resolve, say, wait
from tierline.actions.occasion import Journal
from tierline.actions.playbooks import GuideBooks, set_topic
from tierline.actions.triage import TriageBooks, agree_severity
from tierline.cases.macro import KeptMacro, Macro, filled, refuse_odd_macro, refuse_open_places
from tierline.cases.unseen import refuse_unseen
from tierline.kernel.errors import NotFound
from tierline.kernel.ids import MACRO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tierline.actions.occasion import Occasion
    from tierline.cases.case import Case


class KnownMacros(Protocol):
    """The macros that there are."""

    def get(self, macro: str) -> KeptMacro: ...
    def seen_by(self, user: str) -> tuple[KeptMacro, ...]: ...


class Macros(KnownMacros, Protocol):
    """The records of macros."""

    def keep(self, kept: KeptMacro, *, by: str, occasion: Occasion) -> None: ...
    def remove(self, macro: str) -> None: ...


class MacroReads(Protocol):
    """What reading needs."""

    @property
    def macros(self) -> KnownMacros: ...


class KeepingBooks(Journal, Protocol):
    """What keeping needs."""

    @property
    def macros(self) -> Macros: ...


class MacroBooks(TriageBooks, GuideBooks, Protocol):
    """What applying needs."""

    @property
    def macros(self) -> Macros: ...


@dataclass(frozen=True, slots=True)
class MacroRun:
    """A macro on a case: its text as somebody edited it (None: as it is filled in), and how much of
    the case they had seen."""

    macro: str
    text: str | None = None
    seen: int | None = None


def keep_macro(
    books: KeepingBooks, macro: Macro, owner: str | None, occasion: Occasion, of: str | None = None
) -> KeptMacro:
    """A new macro, or `of` an id another wording of it. Raises Invalid with every fault, and
    NotFound."""
    refuse_odd_macro(macro)
    if of is not None:
        owner = books.macros.get(of).owner
    kept = KeptMacro(id=of or occasion.new_id(MACRO), owner=owner, macro=macro)
    books.macros.keep(kept, by=occasion.by, occasion=occasion)
    return kept


def seen_macro(books: MacroReads, macro: str, user: str) -> KeptMacro:
    """The macro, where it is everybody's or theirs. Raises NotFound."""
    found = books.macros.get(macro)
    if found.owner not in (None, user):
        raise NotFound(f"There is no macro '{macro}'.")
    return found


def apply_macro(
    books: MacroBooks,
    case_id: str,
    run: MacroRun,
    known: Mapping[str, str],
    occasion: Occasion,
) -> Case:
    """The case with all that a macro says and does, or nothing of it. `known` is what its places
    are filled in with. Raises NotFound, Conflict and Invalid."""
    macro = seen_macro(books, run.macro, occasion.by).macro
    case = books.cases.get(case_id)
    if run.seen is not None:
        refuse_unseen(case, run.seen)
    text = filled(macro.text, known) if run.text is None else run.text
    refuse_open_places(text)
    if macro.topic:
        set_topic(books, case_id, macro.topic, occasion)
    if macro.severity and macro.severity != case.standing.severity:
        agree_severity(books, case_id, macro.severity, f"By the macro {macro.name}.", occasion)
    match macro.does:
        case "wait":
            return wait(books, case_id, macro.reason, text, occasion)
        case "resolve":
            return resolve(books, case_id, text, macro.why or None, occasion)
        case does:
            return say(books, case_id, text, US, occasion, is_public=does == "answer")
