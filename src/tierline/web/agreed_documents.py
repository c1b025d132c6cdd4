"""Documents in which it is written down what was agreed, as pages offer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tierline.accounts.contract import AgreedDocument

_PAGES = ("https://", "http://")


def opens_as_page(document: AgreedDocument | None) -> bool:
    """Whether a browser opens it as a page: nothing else is offered as a link."""
    return document is not None and document.link.startswith(_PAGES)
