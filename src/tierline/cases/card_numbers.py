"""Numbers of payment cards in a text: length and first digits of an issuer, the check digit, and
written as cards are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SEPARATOR = "[ \u00a0\u2009\u202f.\\-\u2010\u2011\u2013]"
_BEFORE, _AFTER = r"(?<![\w+])(?<!\d[-.,])", r"(?!\w)(?![-.,]\d)"
_GROUPS = ((4, 4, 4, 4, 3), (4, 4, 4, 4), (4, 6, 5), (4, 6, 4))
_WHOLE = (19, 16, 15, 14)


def _grouped(sizes: tuple[int, ...]) -> str:
    first, *others = sizes
    return rf"\d{{{first}}}(?P<between>{_SEPARATOR})" + "(?P=between)".join(
        rf"\d{{{size}}}" for size in others
    )


_WRITTEN = (
    *(re.compile(_BEFORE + _grouped(sizes) + r"(?!\w)") for sizes in _GROUPS),
    *(re.compile(rf"{_BEFORE}\d{{{length}}}{_AFTER}", re.ASCII) for length in _WHOLE),
)
_MAY_BE = re.compile(rf"\d{{4}}{_SEPARATOR}\d{{4}}|\d{{{min(_WHOLE)}}}")
"""What stands in every text that holds one: most texts are read once, for this."""
_ISSUERS = {
    14: re.compile(r"30[0-59]|36|38|39"),
    15: re.compile(r"3[47]"),
    16: re.compile(
        r"4|5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|220[0-4]|6011|64[4-9]|65|62|35(?:2[89]|[3-8])"
        r"|50(?:18|20|38)|5893|6304|6759|676[1-3]"
    ),
    19: re.compile(r"4|6011|64[4-9]|65|62|6759|676[1-3]"),
}
"""First digits by length: Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay,
Maestro, Mir."""
_SOMETHING_ELSE = re.compile(
    r"(?:order|invoice|reference|ref|ticket|case|tracking|shipment|parcel|serial|imei|transaction|"
    r"trace|session|account|customer|article|part|item|bestell|rechnungs|auftrags|kunden|sendungs|"
    r"artikel|serien|vorgangs|commande|facture|client|pedido|factura|phone|tel|fax|mobile|iban|id)"
    r"s?[\s_-]*(?:no|nr|number|nummer|num|id|code|n°|numéro|número)?[\s:=#./№'\"()-]{0,4}$",
    re.IGNORECASE,
)
"""What a number without gaps is called just before it, where it is something else."""
_LABEL_CHARACTERS = 40
_CHECK_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|cvn|csc|security code|card code|prüfziffer|prüfnummer|kartenprüfnummer|"
    r"cryptogramme|código de seguridad)\W{0,4}(?P<code>\d{3,4})\b",
    re.IGNORECASE,
)


def card_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where card numbers stand, each as start and end; one may be found twice."""
    for written in _WRITTEN if _MAY_BE.search(text) else ():
        for match in written.finditer(text):
            digits = "".join(each for each in match[0] if each.isdigit())
            if not _is_card(digits):
                continue
            label = text[max(match.start() - _LABEL_CHARACTERS, 0) : match.start()]
            if match[0] == digits and _SOMETHING_ELSE.search(label):
                continue
            yield match.span()


def check_codes(text: str) -> Iterator[tuple[int, int]]:
    """Where the code on the back of a card stands, named as that."""
    for match in _CHECK_CODE.finditer(text):
        yield match.span("code")


def _is_card(digits: str) -> bool:
    issuers = _ISSUERS.get(len(digits))
    return issuers is not None and bool(issuers.match(digits)) and _has_check_digit(digits)


def _has_check_digit(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: every second digit from the right counts twice."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0
