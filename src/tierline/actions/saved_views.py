"""Views of cases that somebody keeps, for themselves or for everybody of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tierline.cases.saved_view import VIEWS_LIMIT, CaseFilter, SavedView
from tierline.kernel.errors import Fault, Invalid, LimitReached, NotFound
from tierline.kernel.ids import VIEW

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.actions.occasion import Occasion


class KnownViews(Protocol):
    """The views that there are."""

    def get(self, view: str) -> SavedView: ...
    def seen_by(self, user: str) -> tuple[SavedView, ...]: ...


class Views(KnownViews, Protocol):
    """The records of views."""

    def add(self, view: SavedView, *, at: datetime) -> None: ...


class ViewReads(Protocol):
    """What reading needs."""

    @property
    def saved_views(self) -> KnownViews: ...


class ViewBooks(Protocol):
    """What keeping needs."""

    @property
    def saved_views(self) -> Views: ...


def save_view(
    books: ViewBooks, name: str, chosen: CaseFilter, owner: str | None, occasion: Occasion
) -> SavedView:
    """A new view; `owner` None: everybody's. Raises LimitReached, and Invalid for a name that they
    have already."""
    known = books.saved_views.seen_by(occasion.by)
    if any(each.name.casefold() == name.casefold() and each.owner == owner for each in known):
        fault = Fault("named_twice", f"There is a view '{name}' already.", "name", "Name it anew.")
        raise Invalid("The view cannot be saved.", [fault])
    if sum(each.owner == owner for each in known) >= VIEWS_LIMIT:
        raise LimitReached(f"At most {VIEWS_LIMIT} views are kept.")
    view = SavedView(id=occasion.new_id(VIEW), name=name, owner=owner, filter=chosen)
    books.saved_views.add(view, at=occasion.now)
    return view


def seen_view(reads: ViewReads, view: str, user: str) -> SavedView:
    """The view, where it is everybody's or theirs. Raises NotFound."""
    found = reads.saved_views.get(view)
    if found.owner not in (None, user):
        raise NotFound(f"There is no view '{view}' of cases.")
    return found


def refuse_no_user(by: str) -> None:
    """Raise Invalid where a program would keep something for itself alone."""
    if not by.startswith("user_"):
        fault = Fault("no_user", "A program has nothing of its own.", "is_shared", "Share it.")
        raise Invalid("It cannot be kept as stated.", [fault])
