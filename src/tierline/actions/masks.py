"""Secrets that do not stay: words are written without them, with a trail of what was taken out; and
one of us takes out what no rule finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.cases.case import Case, CaseMessage
from tierline.cases.mask import RULES, CaseMask, Mask, masked, told_politely, without
from tierline.cases.mask_kind import MaskKind
from tierline.kernel.errors import Fault, Invalid
from tierline.kernel.ids import MASK

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.cases.mail import Attachment
    from tierline.languages.language import Language

LEAST_CHARACTERS = 3
"""Shorter words stand everywhere."""


class MaskBook(Protocol):
    """What was taken out of texts."""

    def add(self, masks: Iterable[CaseMask]) -> None: ...


class WrittenWords(Protocol):
    """Where words are written down."""

    def write(self, messages: Iterable[CaseMessage]) -> None: ...


class TrailBooks(Journal, Protocol):
    """What writing a trail needs."""

    @property
    def masks(self) -> MaskBook: ...


class WordBooks(TrailBooks, Protocol):
    """What writing words needs."""

    @property
    def cases(self) -> WrittenWords: ...


class WrittenCases(Protocol):
    """Cases with what was written in them, to be changed."""

    def get(self, case: str) -> Case: ...
    def messages(self, case: str) -> tuple[CaseMessage, ...]: ...
    def rewrite(self, case: str, subject: str, texts: Mapping[str, str]) -> None: ...


class WrittenMails(Protocol):
    """What mails say beside their cases."""

    def words_of_case(self, case: str) -> dict[str, str]: ...
    def take_out(self, case: str, words: str, instead: str) -> None: ...


class HandBooks(Journal, Protocol):
    """What taking words out needs."""

    @property
    def cases(self) -> WrittenCases: ...
    @property
    def mails(self) -> WrittenMails: ...
    @property
    def masks(self) -> MaskBook: ...


def write_words(
    books: WordBooks, case: Case, messages: Sequence[CaseMessage], occasion: Occasion
) -> None:
    """Write what was said, with a trail of what was taken out of it."""
    books.cases.write(messages)
    for message in messages:
        if message.masks:
            books.masks.add(
                _mask(each, occasion, case=case.id, message=message.id) for each in message.masks
            )
            _tell(books, case, [each.kind for each in message.masks], RULES, occasion)


def masks_of_mail(
    masks: Iterable[Mask], case: str | None, mail: str, occasion: Occasion
) -> list[CaseMask]:
    """The trail of what was taken out of a mail as a whole."""
    return [_mask(each, occasion, case=case, mail=mail) for each in masks]


def note_file_secrets(
    books: TrailBooks, case: Case, file: Attachment, found: Iterable[Mask], occasion: Occasion
) -> None:
    """A trail of what was seen in a file, and that somebody has to know of it."""
    seen = list(found)
    books.masks.add(
        _mask(each, occasion, case=case.id, mail=file.mail, attachment=file.id) for each in seen
    )
    body = {"case": case.id, "number": case.number, "attachment": file.id, "rules": RULES}
    body |= {"kinds": sorted({each.kind.value for each in seen})}
    books.append([occasion.fact("AttachmentSecretFound", case.account or case.id, body)])


def courtesy(message: CaseMessage, language: Language) -> str:
    """What the author of a message is told that held something secret."""
    return told_politely((each.kind for each in message.masks), language)


def mask_by_hand(
    books: HandBooks, case_id: str, words: str, reason: str, occasion: Occasion
) -> tuple[CaseMask, ...]:
    """Words taken out of everything that stands in a case, for good: its subject, what was said,
    and the mails that it came by. Raises NotFound, and Invalid where they stand nowhere."""
    case = books.cases.get(case_id)
    words = words.strip()
    if len(words) < LEAST_CHARACTERS:
        fault = Fault("too_short", "These words are too short.", "words", "State all of it.")
        raise Invalid("Nothing was taken out.", [fault])
    parts = {("subject", "", ""): case.subject}
    parts |= {("text", each.id, ""): each.text for each in books.cases.messages(case_id)}
    parts |= {("mail", "", id_): text for id_, text in books.mails.words_of_case(case_id).items()}
    found = {part: without(text, words) for part, text in parts.items() if words in text}
    if not found:
        fault = Fault("not_there", "These words stand nowhere in this case.", "words",
                      "Copy them from the case, with every sign.")  # fmt: skip
        raise Invalid("Nothing was taken out.", [fault])
    subject = found.get(("subject", "", ""), (case.subject, ()))[0]
    texts = {id_: text for (part, id_, _), (text, _) in found.items() if part == "text"}
    books.cases.rewrite(case_id, subject, texts)
    books.mails.take_out(case_id, words, without(words, words)[0])
    why = masked(reason.replace(words, ""))[0].strip()
    masks = tuple(
        CaseMask(
            id=occasion.new_id(MASK), case=case_id, message=message or None, mail=mail or None,
            kind=MaskKind.by_hand, part=part, position=place, rules=0, reason=why,
            at=occasion.now, by=occasion.by,
        )
        for (part, message, mail), (_, places) in found.items()
        for place in places
    )  # fmt: skip
    books.masks.add(masks)
    _tell(books, case, [MaskKind.by_hand], 0, occasion)
    return masks


def _mask(
    found: Mask,
    occasion: Occasion,
    *,
    case: str | None,
    message: str | None = None,
    mail: str | None = None,
    attachment: str | None = None,
) -> CaseMask:
    return CaseMask(
        id=occasion.new_id(MASK),
        case=case,
        message=message,
        mail=mail,
        kind=found.kind,
        part=found.part,
        position=found.position,
        rules=RULES,
        reason="",
        at=occasion.now,
        by=occasion.by,
        attachment=attachment,
    )


def _tell(
    books: Journal, case: Case, kinds: Iterable[MaskKind], rules: int, occasion: Occasion
) -> None:
    body = {"case": case.id, "number": case.number, "rules": rules}
    body |= {"kinds": sorted({kind.value for kind in kinds})}
    books.append([occasion.fact("CaseTextMasked", case.account or case.id, body)])
