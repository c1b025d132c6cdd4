"""What somebody says with the first line of a mail, beside what they tell us."""

from __future__ import annotations

import re

CRITICAL = re.compile(r"[\s>*_]*(?:critical|kritisch)[*_]*\s*(?:[:!.,;\u2013-].*)?", re.IGNORECASE)


def says_critical(text: str) -> bool:
    """Whether the first line that says anything is the word by which a matter is called critical:
    alone, or with its reason behind a colon or the like. In a sentence it is a word like others."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return CRITICAL.fullmatch(first) is not None
