"""The signed link by which a customer says how they found a case: nothing of it is kept."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from tierline.bootstrap import signing_key
from tierline.kernel.errors import Invalid, NotFound
from tierline.kernel.signing import is_signed_by
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.cases.case import Case
    from tierline.store.records import Reads, Records

PATH = "/feedback"
_PREFIX = "ed25519:"


def feedback_path(case: str) -> str:
    """The path of the page on which a case is rated. It is the same each time."""
    raw = base64.b64decode(signing_key().sign(_message(case)).removeprefix(_PREFIX))
    return f"{PATH}/{case}.{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"


def case_of_feedback(reads: Reads | Records, word: str) -> Case:
    """The case that a link is about. Raises NotFound for one that was not made here."""
    case, _, signature = word.partition(".")
    missing = NotFound(message("This link is not one of ours, or it was cut."))
    try:
        raw = base64.b64decode(signature + "=" * (-len(signature) % 4), b"-_", validate=True)
        text = _PREFIX + base64.b64encode(raw).decode()
        is_ours = is_signed_by(signing_key().public_text(), text, _message(case))
    except (binascii.Error, ValueError, Invalid):
        raise missing from None
    if not is_ours:
        raise missing
    return reads.cases.get(case)


def _message(case: str) -> bytes:
    return f"feedback of {case}".encode()
