"""Secrets in files that are text: seen and told of, as a file stays as it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from tierline.cases.mask import Mask, secrets_of
from tierline.languages.language import Language

if TYPE_CHECKING:
    from tierline.cases.mail import MailFile
    from tierline.cases.mask_kind import MaskKind

PART = "file"
LOOKED_AT_BYTES = 256 * 1024
"""So much of a file is looked at, from its beginning."""
MAIL_LIMIT_BYTES = 4 * LOOKED_AT_BYTES
"""So much of all files of a mail."""
MOST_PLACES = 20
"""So many places of a file are written down."""
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def with_secrets(files: Iterable[MailFile]) -> tuple[MailFile, ...]:
    """The files of a mail, each with the secrets that were seen in it."""
    left, found = MAIL_LIMIT_BYTES, []
    for file in files:
        head = (file.content or b"")[: min(LOOKED_AT_BYTES, left)]
        left -= len(head)
        found.append(replace(file, secrets=secrets_in(head)))
    return tuple(found)


def secrets_in(head: bytes) -> tuple[Mask, ...]:
    """What stands in the beginning of a file, at which of its characters; nothing is looked for in
    what is no text, whatever it is called."""
    text = _text_of(head)
    return tuple(
        Mask(kind, PART, start) for kind, start, _ in islice(secrets_of(text), MOST_PLACES)
    )


def told_of_files(names: Iterable[str], kinds: Iterable[MaskKind], language: Language) -> str:
    """What somebody is told who sent files with secrets in them."""
    named = list(dict.fromkeys(language.phrase(kind.words) for kind in kinds))
    return language.phrase(
        "What you sent (%(files)s) holds what looks like a secret (%(kinds)s). We keep files as "
        "they came, and have marked it for the people who work on your case. If it is real, please "
        "replace it where it is used, and send us the file without it next time.",
        files=language.joined(list(names)),
        kinds=language.joined(named),
    )


def _text_of(head: bytes) -> str:
    """Bytes as text; empty for those that are none. What we look for is ASCII, so that any reading
    of the rest will do."""
    wide = _WIDE.get(head[:2])
    if wide is not None:
        return head.decode(wide, "replace")
    if b"\0" in head:
        return ""
    return head.decode("utf-8", "replace")
