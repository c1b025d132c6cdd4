"""QR codes as pictures in a page: black on white in every theme, because readers want it so."""

from __future__ import annotations

import segno
from markupsafe import Markup

_QUIET_MODULES = 4
"""The white border that the standard asks for."""


def qr_code(text: str) -> Markup:
    """The picture of a text, without words of its own: put them beside it."""
    made = segno.make(text, micro=False, error="m", boost_error=False)
    picture = made.svg_inline(
        omitsize=True, border=_QUIET_MODULES, dark="#000", light="#fff", svgclass="qr",
        lineclass=None,
    )  # fmt: skip
    hidden = picture.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    return Markup(hidden)  # noqa: S704 - made of modules: no text of anybody's stands in it
