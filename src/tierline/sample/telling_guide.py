"""Telling how known matters are worked: the playbooks and scripts, and the macros of everybody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tierline.actions.macros import KeepingBooks, keep_macro
from tierline.actions.playbooks import GuidesToPublish, publish_guide
from tierline.cases.macro import Macro
from tierline.catalog.document import read_document

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion

GUIDE = Path(__file__).parent / "halyard-playbooks.yaml"
MACROS = (
    Macro(
        name="We have it",
        text="Hello {{contact.first_name}}, I have case {{case.number}} and look at it now. "
        "You hear from me again by {{due}}.\n\n{{agent.first_name}}",
    ),
    Macro(
        name="Ask for the log of the box",
        text="Can you send the log of the box (System, Download log), from ten minutes before it "
        "stopped? Without it we would look in the dark.",
        does="wait",
        reason="waiting_on_customer",
        topic="edge_box",
    ),
    Macro(
        name="Certificate was renewed",
        text="The certificate of the box was renewed, and the box is connected again.",
        does="resolve",
        topic="certificate",
        why="Renewing from here is quicker than a visit, and the date of the next one is watched.",
    ),
    Macro(
        name="What the next one needs",
        text="Seen so far:\nTried so far:\nThe next step:",
        does="note",
    ),
)


class GuideBooks(GuidesToPublish, KeepingBooks, Protocol):
    """What the telling of the guide needs."""


def tell_guide(books: GuideBooks, occasion: Occasion) -> None:
    """Publish the guide and keep the macros, which are everybody's."""
    publish_guide(books, read_document(GUIDE), occasion)
    for macro in MACROS:
        keep_macro(books, macro, None, occasion)
