"""Ids: what kind of thing it is, and when it was made (`case_01ka0v6ge0e00abvem4gyepfzx`).

The kind's prefix, and a UUIDv7 (RFC 9562) in Crockford's base 32: 26 characters of lower case
without i, l, o and u. Ids of one kind order as text like the microseconds in which they were made,
hold nothing that a shell or a URL would change, and are never reused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NewType, TypeVar

from tierline.kernel.errors import Invalid
from tierline.kernel.instants import from_micros, to_micros

AccountId = NewType("AccountId", str)
ActionId = NewType("ActionId", str)
AdviceId = NewType("AdviceId", str)
ArticleId = NewType("ArticleId", str)
AssessmentId = NewType("AssessmentId", str)
AttachmentId = NewType("AttachmentId", str)
BlockId = NewType("BlockId", str)
CalendarId = NewType("CalendarId", str)
CaseId = NewType("CaseId", str)
ComponentId = NewType("ComponentId", str)
ConsentId = NewType("ConsentId", str)
ContactId = NewType("ContactId", str)
ContractId = NewType("ContractId", str)
DisputeId = NewType("DisputeId", str)
DeflectionId = NewType("DeflectionId", str)
FactId = NewType("FactId", str)
HealthReportId = NewType("HealthReportId", str)
HoldId = NewType("HoldId", str)
ImportId = NewType("ImportId", str)
IncidentId = NewType("IncidentId", str)
InvitationId = NewType("InvitationId", str)
LetterId = NewType("LetterId", str)
MacroId = NewType("MacroId", str)
MailId = NewType("MailId", str)
MaskId = NewType("MaskId", str)
MergeId = NewType("MergeId", str)
MessageId = NewType("MessageId", str)
PasskeyId = NewType("PasskeyId", str)
PostMortemId = NewType("PostMortemId", str)
ProblemId = NewType("ProblemId", str)
ReservationId = NewType("ReservationId", str)
SessionId = NewType("SessionId", str)
TimeEntryId = NewType("TimeEntryId", str)
TokenId = NewType("TokenId", str)
UpdateId = NewType("UpdateId", str)
UserId = NewType("UserId", str)
ViewId = NewType("ViewId", str)
WebhookId = NewType("WebhookId", str)

IdT = TypeVar("IdT", bound=str)
Randomness = Callable[[int], int]
"""That many random bits as an integer: `secrets.randbits`, or `random.Random(7).getrandbits`."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[IdT]):
    """A kind of thing with ids of its own; `typed` is its type in code."""

    prefix: str
    typed: Callable[[str], IdT]


ACCOUNT = Kind("account", AccountId)
ACTION = Kind("action", ActionId)
ADVICE = Kind("advice", AdviceId)
ARTICLE = Kind("article", ArticleId)
ASSESSMENT = Kind("assessment", AssessmentId)
ATTACHMENT = Kind("attachment", AttachmentId)
BLOCK = Kind("block", BlockId)
CALENDAR = Kind("calendar", CalendarId)
CASE = Kind("case", CaseId)
COMPONENT = Kind("component", ComponentId)
CONSENT = Kind("consent", ConsentId)
CONTACT = Kind("contact", ContactId)
CONTRACT = Kind("contract", ContractId)
DISPUTE = Kind("dispute", DisputeId)
DEFLECTION = Kind("deflection", DeflectionId)
FACT = Kind("fact", FactId)
HEALTH_REPORT = Kind("health_report", HealthReportId)
HOLD = Kind("hold", HoldId)
IMPORT = Kind("import", ImportId)
INCIDENT = Kind("incident", IncidentId)
INVITATION = Kind("invitation", InvitationId)
LETTER = Kind("letter", LetterId)
MACRO = Kind("macro", MacroId)
MAIL = Kind("mail", MailId)
MASK = Kind("mask", MaskId)
MERGE = Kind("merge", MergeId)
MESSAGE = Kind("message", MessageId)
PASSKEY = Kind("passkey", PasskeyId)
POST_MORTEM = Kind("post_mortem", PostMortemId)
PROBLEM = Kind("problem", ProblemId)
RESERVATION = Kind("reservation", ReservationId)
SESSION = Kind("session", SessionId)
TIME_ENTRY = Kind("time_entry", TimeEntryId)
TOKEN = Kind("token", TokenId)
UPDATE = Kind("update", UpdateId)
USER = Kind("user", UserId)
VIEW = Kind("view", ViewId)
WEBHOOK = Kind("webhook", WebhookId)

KINDS: dict[str, Kind[str]] = {
    kind.prefix: Kind(kind.prefix, str)
    for kind in (
        ACCOUNT,
        ACTION,
        ADVICE,
        ARTICLE,
        ASSESSMENT,
        ATTACHMENT,
        BLOCK,
        CALENDAR,
        CASE,
        COMPONENT,
        CONSENT,
        CONTACT,
        CONTRACT,
        DISPUTE,
        DEFLECTION,
        FACT,
        HEALTH_REPORT,
        HOLD,
        INCIDENT,
        INVITATION,
        LETTER,
        MACRO,
        MAIL,
        MASK,
        MERGE,
        MESSAGE,
        PASSKEY,
        POST_MORTEM,
        RESERVATION,
        SESSION,
        TIME_ENTRY,
        TOKEN,
        UPDATE,
        USER,
        VIEW,
        WEBHOOK,
    )
}
"""Every kind that there is, by prefix: the one list of them."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: value for value, letter in enumerate(_ALPHABET)} | {"i": 1, "l": 1, "o": 0}
_LENGTH = 26
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(5 * (_LENGTH - 2), -1, -10)
"""Letters are written two at a time, ten bits."""
_MILLISECOND_US = 1_000
_VERSION, _VARIANT = 7, 0b10
_RANDOM_BITS = 62
_SHOWN = 60  # letters of a wrong id that its message repeats


def new_id(kind: Kind[IdT], now: datetime, randomness: Randomness) -> IdT:
    """A new id, made at `now`. Two of the same microsecond differ in 62 random bits."""
    micros = to_micros(now)
    if micros < 0:
        raise Invalid(f"An id cannot be made before 1970, and {now} is.", code="bad_id_time")
    milliseconds, rest_us = divmod(micros, _MILLISECOND_US)
    fraction = (rest_us << 12) // _MILLISECOND_US
    number = (milliseconds << 80) | (_VERSION << 76) | (fraction << 64)
    number |= (_VARIANT << 62) | randomness(_RANDOM_BITS)
    return kind.typed(f"{kind.prefix}_{_encoded(number)}")


def parse_id(kind: Kind[IdT], text: str) -> IdT:
    """The id as we write it, of one that was typed or pasted.

    Blanks around it, capitals, and the letters that people mistake (o for 0, i and l for 1) are
    forgiven; an id of another kind, and one that nobody can have made, are not.
    """
    prefix, _, body = text.strip().lower().rpartition("_")
    if prefix != kind.prefix:
        raise Invalid(_another_kind(kind.prefix, prefix, text), code="bad_id")
    if not _is_uuid7(_decoded(body)):
        raise Invalid(
            f"'{text[:_SHOWN]}' is no id of kind {kind.prefix}: after `{kind.prefix}_` stand "
            f"{_LENGTH} letters and digits. Copy it again from where it came.",
            code="bad_id",
        )
    return kind.typed(f"{prefix}_{_encoded(_decoded(body))}")


def made_at(identifier: str) -> datetime:
    """The instant, to the microsecond, at which an id was made."""
    number = _decoded(identifier.rpartition("_")[2])
    fraction = (number >> 64) & 0xFFF
    return from_micros((number >> 80) * _MILLISECOND_US + -(-fraction * _MILLISECOND_US >> 12))


def _encoded(number: int) -> str:
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in _SHIFTS])


def _decoded(body: str) -> int:
    """The number of 26 letters; -1 where they are no number of 128 bits."""
    if len(body) != _LENGTH or any(letter not in _VALUE for letter in body):
        return -1
    number = 0
    for letter in body:
        number = (number << 5) | _VALUE[letter]
    return number if number < 1 << 128 else -1


def _is_uuid7(number: int) -> bool:
    return number >= 0 and (number >> 76) & 0xF == _VERSION and (number >> 62) & 0b11 == _VARIANT


def _another_kind(wanted: str, found: str, text: str) -> str:
    if found in KINDS:
        return (
            f"'{text[:_SHOWN]}' is an id of kind {found}, and one of kind {wanted} is needed here."
        )
    return f"'{text[:_SHOWN]}' is not an id. An id of kind {wanted} looks like {_example(wanted)}."


def _example(prefix: str) -> str:
    return f"{prefix}_01ka0v6ge0e00abvem4gyepfzx"
