"""Values with parameters (Content-Type, Content-Disposition), with RFC 2231 and what is seen in the
wild."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from tierline.connectors.incoming_mail.charsets import decoded
from tierline.connectors.incoming_mail.headers import words_decoded

_STRUCTURED_CHARACTERS = 4_000
_PARAMETER = re.compile(
    r';\s*([^\s=;"*]{1,60})((?:\*\d{1,3})?)(\*?)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL
)
_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,80}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Structured:
    """`value` in lower case, parameters by name in lower case, decoded."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)


def structured(header: str) -> Structured:
    """What a header value with parameters says. Nothing is refused; what cannot be read is not
    there."""
    text = header[:_STRUCTURED_CHARACTERS]
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(text):
        number = int(match[2][1:]) if match[2] else -1
        sections.setdefault(match[1].lower(), []).append((number, bool(match[3]), match[4]))
    value = text.partition(";")[0].strip().lower()
    return Structured(value, {name: _joined(found) for name, found in sections.items()})


def media_type_of(stated: str, default: str) -> str:
    """The media type, or the default where what is stated is none."""
    return stated if _TYPE.fullmatch(stated) else default


def _joined(sections: list[tuple[int, bool, str]]) -> str:
    """The value of one parameter. Where both forms are given, the extended one is meant; its
    sections are joined as bytes, because a character may be cut in two between them."""
    extended = [each for each in sections if each[1] or each[0] >= 0]
    if not extended:
        return words_decoded(_unquoted(sections[0][2]))
    content, charset = b"", ""
    for place, (_, is_encoded, raw) in enumerate(sorted(extended, key=lambda each: each[0])):
        text = _unquoted(raw)
        if is_encoded and place == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        encoded = text.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(encoded) if is_encoded else encoded
    return decoded(content, charset)[0]


def _unquoted(raw: str) -> str:
    text = raw.strip()
    return _ESCAPED.sub(r"\1", text.strip('"')) if text.startswith('"') else text
