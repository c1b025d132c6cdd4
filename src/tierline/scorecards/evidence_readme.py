"""What is said to whoever opens an evidence bundle, in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline import __version__
from tierline.calendars.local_time import zone_named
from tierline.languages.language import message

if TYPE_CHECKING:
    from tierline.languages.language import Language
    from tierline.scorecards.account_attainment import AccountAttainment

_PARAGRAPHS = (
    message(
        "How our promises to %(account)s were kept, with everything that the figures follow from."
    ),
    message(
        "Cases that were raised from %(since)s to before %(until)s, as they were known on "
        "%(as_of)s."
    ),
    message(
        "figures.json: the figures that you were shown, by month and promise; under them "
        "every milestone that they count, and whatever is in no share, with the reason."
    ),
    message(
        "cases.jsonl: a line for each case with its facts, the promise that it is held to, "
        "and each milestone with every step of its time."
    ),
    message("terms.jsonl: the promises, with targets, rules, working hours and holidays."),
    message(
        "manifest.json: what stands in this bundle, with a digest of each file and our signature."
    ),
    message(
        "To work all of it out again you need no access to us. Install Tierline (Python's "
        "package 'tierline', version %(version)s or newer) and run:"
    ),
    "    tierline bundle verify FILE.zip --public-key KEY",
    message(
        "KEY is the key that we publish beside our plans. Without it you learn that nothing "
        "was changed since it was signed, but not who signed it."
    ),
    message("It prints each figure that does not come out, and ends with 0 where all of them do."),
    message(
        "What was written in cases is not in this bundle, and nobody's name: no clock reads them."
    ),
)


def evidence_readme(found: AccountAttainment, language: Language) -> str:
    """The words of README.txt."""
    zone = zone_named(found.account.time_zone)
    values = {
        "account": found.account.name,
        "version": __version__,
        "since": language.moment(found.during.since.astimezone(zone)),
        "until": language.moment(found.during.until.astimezone(zone)),
        "as_of": language.moment(found.during.as_of.astimezone(zone)),
    }
    return "\n\n".join(language.phrase(text, **values) for text in _PARAGRAPHS) + "\n"
