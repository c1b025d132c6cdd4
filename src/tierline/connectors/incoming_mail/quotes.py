"""The text that a sender wrote here and now: history and signature cut away.

Every rule looks at whole lines, in one pass, and cuts only what a mail program or a custom of mail
marks. Where in doubt the text stays: a line too many costs a second, a line too few an outage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tierline.connectors.incoming_mail.mail import Cut, MailText
from tierline.connectors.incoming_mail.quote_words import (
    CLOSING,
    DEVICE,
    DISCLAIMER,
    FIRST_WORD,
    FORWARDED,
    FROM_A_DEVICE,
    LABEL_OF,
    ORIGINAL,
    POSTSCRIPT,
    SUBJECT_MARK,
    WROTE,
)

_LINE_CHARACTERS = 300
"""So much of a line is looked at."""
_ATTRIBUTION_LINES = 3
_BLOCK_LINES = 8
_SIGNATURE_LINES = 30
_CLOSING_LINES = 10
_SIGNATURE_LINE_CHARACTERS = 120
_KEPT_QUESTION_LINES = 5
_TIME_OR_ADDRESS = re.compile(r"@|\d{1,2}[:.h]\d{2}|\b\d{4}\b|年")
_LABEL = re.compile(r"[*\s]*([^:：*]{1,20}?)\s*\*?\s*[:：]\s*\*?(.*)")
_RULE = re.compile(r"[-_=*–—]{5,}")
HISTORY = "an earlier mail"
QUOTED = "quoted lines"
SIGNATURE = "the signature"


def subject_without_marks(subject: str) -> tuple[str, bool]:
    """The subject without Re:, AW:, Fwd: and their like, and whether the outermost one says that
    the mail was forwarded."""
    at, is_forward, is_first = 0, False, True
    while match := SUBJECT_MARK.match(subject, at):
        is_forward = bool(match["forward"]) if is_first else is_forward
        at, is_first = match.end(), False
    return subject[at:].strip(), is_forward


def text_of(
    whole: str, *, is_reply: bool = True, is_forward: bool = False, is_from_html: bool = False
) -> MailText:
    """The text with what its sender wrote, and what was cut away. What is forwarded is what the
    mail is about, and stays; and what answers nothing quotes nothing, so that its lines with `>`
    stand for something else."""
    lines = whole.split("\n")
    marks, is_forward = _marked(lines, is_reply=is_reply, is_forward=is_forward)
    if not is_forward:  # what is forwarded has signatures of its own
        _mark_signature(lines, marks)
    _close_gaps(lines, marks)
    _keep_questions(lines, marks)
    own = "\n".join(line for line, mark in zip(lines, marks, strict=True) if not mark)
    return MailText(_tidy(own), whole, tuple(_cuts(marks)), is_from_html)


def _marked(lines: list[str], *, is_reply: bool, is_forward: bool) -> tuple[list[str], bool]:
    """For each line why it is cut, "" where it stays; and whether something is forwarded."""
    marks = [""] * len(lines)
    number = 0
    while number < len(lines):
        line = lines[number].strip()[:_LINE_CHARACTERS]
        if not is_forward and FORWARDED.fullmatch(line):
            is_forward = True
        if not is_forward and (ORIGINAL.fullmatch(line) or _is_block(lines, number)):
            return _marked_to_end(lines, marks, number), False
        if line.startswith(">") and is_reply and not is_forward:
            marks[number] = QUOTED
        elif not is_forward and (found := _attribution(lines, number)):
            if not found.is_before_quote:
                return _marked_to_end(lines, marks, number), False
            is_reply = True
            marks[number : number + found.lines] = [QUOTED] * found.lines
            number += found.lines - 1
        number += 1
    return marks, is_forward


def _marked_to_end(lines: list[str], marks: list[str], number: int) -> list[str]:
    """All from a line on is history, and so are a rule and empty lines above it."""
    while number and (not lines[number - 1].strip() or _RULE.fullmatch(lines[number - 1].strip())):
        number -= 1
    return [*marks[:number], *[HISTORY] * (len(lines) - number)]


@dataclass(frozen=True, slots=True)
class _Attribution:
    """`On Wed, Ada wrote:`, over so many lines."""

    lines: int
    is_before_quote: bool


def _attribution(lines: list[str], number: int) -> _Attribution | None:
    """Who wrote what follows. Where what follows is not marked as quoted, only a line with an
    address is believed: a log may also say that something wrote something."""
    joined = ""
    for count in range(1, _ATTRIBUTION_LINES + 1):
        line = lines[number + count - 1].strip() if number + count <= len(lines) else ""
        if not line or line.startswith(">") or len(line) > _LINE_CHARACTERS:
            return None
        joined = f"{joined} {line}".strip()
        if line.endswith((":", "：")):
            break
    else:
        return None
    if not (WROTE.search(joined) and _TIME_OR_ADDRESS.search(joined)):
        return None
    if count > 1 and _attribution(lines, number + 1) and not _begins_here(lines, number):
        return None
    below = _next_words(lines, number + count)
    if below.startswith(">"):
        return _Attribution(count, is_before_quote=True)
    return _Attribution(count, is_before_quote=False) if "@" in joined else None


def _begins_here(lines: list[str], number: int) -> bool:
    """Whether an attribution that a program broke begins with this line, and not with the next."""
    return bool(FIRST_WORD.match(lines[number]) and not FIRST_WORD.match(lines[number + 1]))


def _next_words(lines: list[str], number: int) -> str:
    """The next line that is not empty, of the next few."""
    return next((line.strip() for line in lines[number : number + 4] if line.strip()), "")


def _is_block(lines: list[str], number: int) -> bool:
    """Whether the headers of an earlier mail begin here: who, when, and to whom or about what."""
    if _label(lines[number]) != "from":
        return False
    found = {_label(line): line for line in _block_lines(lines, number)}
    is_dated = any(each.isdigit() for each in found.get("date", ""))
    return is_dated and not found.keys().isdisjoint({"to", "subject"})


def _block_lines(lines: list[str], number: int) -> Iterator[str]:
    for line in lines[number : number + _BLOCK_LINES]:
        if not line.strip():
            return
        yield line


def _label(line: str) -> str:
    match = _LABEL.match(line[:_LINE_CHARACTERS])
    return LABEL_OF.get(match[1].strip().lower(), "") if match and match[2].strip() else ""


def _mark_signature(lines: list[str], marks: list[str]) -> None:
    """Mark the signature of each stretch that the sender wrote: one may sign above answers that
    stand between quoted lines."""
    for begin, end in list(_runs(marks, "")):
        words = [n for n in range(begin, end) if lines[n].strip()]
        first = _signature_begin(lines, words)
        for n in words:
            if first is not None and n >= first:
                marks[n] = SIGNATURE


def _signature_begin(lines: list[str], words: list[int]) -> int | None:
    """The line with which the signature begins: `--`, the first line of a device, or a closing
    formula with nothing below that could be more than a name and an address."""
    for place in range(max(0, len(words) - _SIGNATURE_LINES), len(words)):
        line = lines[words[place]].strip()[:_LINE_CHARACTERS]
        below = words[place + 1 :]
        if line == "--" and not any(_is_code(lines[n]) for n in below):
            return words[place]
        if not below and FROM_A_DEVICE.fullmatch(line) and DEVICE.search(line):
            return words[place]
        if place and CLOSING.fullmatch(line) and _is_name_and_address(lines, below):
            return words[place]
    return None


def _is_code(line: str) -> bool:
    """Whether a line below `--` is more likely a program's than a person's."""
    return line.rstrip().endswith((";", "{", "}")) or line.lstrip().startswith("--")


def _is_name_and_address(lines: list[str], below: list[int]) -> bool:
    texts = [lines[n].strip() for n in below]
    return len(texts) <= _CLOSING_LINES and not any(
        _is_sentence(text) or text.endswith("?") or POSTSCRIPT.match(text) for text in texts
    )


def _is_sentence(text: str) -> bool:
    """Whether a line is too long for a name or an address, and no notice of confidentiality."""
    return len(text) > _SIGNATURE_LINE_CHARACTERS and not DISCLAIMER.search(text)


def _close_gaps(lines: list[str], marks: list[str]) -> None:
    """Empty lines between two that are cut for one reason are cut with them."""
    last = -1
    for n, mark in enumerate(marks):
        if mark:
            if 0 <= last < n - 1 and marks[last] == mark:
                marks[last + 1 : n] = [mark] * (n - last - 1)
            last = n
        elif lines[n].strip():
            last = -1


def _keep_questions(lines: list[str], marks: list[str]) -> None:
    """Where somebody answers between quoted lines, more than once, the lines just above each answer
    stay: an answer without its question says nothing."""
    answered = [
        (begin, end)
        for begin, end in _runs(marks, QUOTED)
        if any(not mark and line.strip() for line, mark in _following(lines, marks, end))
    ]
    if len(answered) < 2:
        return
    for begin, end in answered:
        quoted = [n for n in range(begin, end) if lines[n].lstrip().startswith(">")]
        for n in quoted[-_KEPT_QUESTION_LINES:]:
            marks[n] = ""


def _following(lines: list[str], marks: list[str], end: int) -> Iterator[tuple[str, str]]:
    """Lines and marks from `end` up to the next cut."""
    for n in range(end, len(lines)):
        if marks[n]:
            return
        yield lines[n], marks[n]


def _runs(marks: list[str], what: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for n in range(1, len(marks) + 1):
        if n == len(marks) or marks[n] != marks[begin]:
            if marks[begin] == what:
                yield begin, n
            begin = n


def _cuts(marks: list[str]) -> Iterator[Cut]:
    for what in (QUOTED, HISTORY, SIGNATURE):
        for begin, end in _runs(marks, what):
            yield Cut(what, begin + 1, end - begin)


def _tidy(text: str) -> str:
    trimmed = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", trimmed).strip("\n")
