"""The picture of the second factor's address is what a reader reads."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import segno

from tierline.access.second_factor import enrolment_address
from tierline.web.qr_codes import qr_code

KEY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def dark_modules(svg: ElementTree.Element) -> set[tuple[int, int]]:
    """Column and row of every black module of a picture, its border counted."""
    dark = [path for path in svg if path.get("stroke") == "#000"]
    (drawn,) = dark
    x, y = 0.0, 0.0
    found = set()
    for command, first, second in re.findall(
        r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", drawn.get("d", "")
    ):
        if command == "h":
            found |= {(int(x) + step, int(y)) for step in range(int(first))}
            x += float(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    return found


@pytest.mark.parametrize("email", ["ada@vendor.example", f"{'x' * 64}@{'y' * 180}.example"])
def test_the_picture_shows_the_modules_of_the_address(email: str) -> None:
    address = enrolment_address(KEY, email)
    svg = ElementTree.fromstring(str(qr_code(address)))  # noqa: S314 - our own picture
    made = segno.make(address, micro=False, error="m", boost_error=False)
    expected = {
        (column + 4, row + 4)
        for row, line in enumerate(made.matrix)
        for column, is_dark in enumerate(line)
        if is_dark
    }
    assert dark_modules(svg) == expected
    side = made.symbol_size(border=4)[0]
    assert svg.get("viewBox") == f"0 0 {side} {side}"


def test_the_picture_is_black_on_white_and_says_nothing_by_itself() -> None:
    svg = str(qr_code(enrolment_address(KEY, "ada@vendor.example")))
    assert 'fill="#fff"' in svg
    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg
