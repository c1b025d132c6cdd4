"""What commands read of files that somebody names."""

from __future__ import annotations

from typing import TextIO

from tierline.kernel.errors import Invalid


def read_text(file: TextIO) -> str:
    """The whole text. Raises Invalid where it is not UTF-8."""
    try:
        return file.read()
    except UnicodeDecodeError:
        raise Invalid("The text is not UTF-8.", code="not_text") from None
