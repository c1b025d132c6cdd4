"""What a health report says in sentences, and on paper, in the language of who reads it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tierline.languages.locales import language_named
from tierline.scorecards.health_report import HealthReport
from tierline.web.documents import health_report_pdf
from tierline.web.health_report_words import advice, in_short
from tierline.web.reading import read_in


def report(**changes: Any) -> HealthReport:
    """A month of an account in which one promise of three was missed."""
    stated: dict[str, Any] = {
        "title": "Health report of Ash",
        "company": "Acme",
        "account": "account_ash",
        "account_name": "Ash",
        "contract": "contract_ash",
        "promise_id": "acme/priority/health_report",
        "tier_name": "Priority",
        "catalog": "acme",
        "version": "2025-02-01",
        "digest": "sha256:0",
        "start": "2025-09-01T00:00:00Z",
        "end": "2025-10-01T00:00:00Z",
        "first_on": "2025-09-01",
        "last_on": "2025-09-30",
        "time_zone": "UTC",
        "as_of": "2025-10-01T00:45:00Z",
        "cases_opened": 2,
        "cases_resolved": 1,
        "met": 2,
        "missed": 1,
        "percent": "66.7%",
        "promises": (),
        "misses": (
            {
                "case": "case_1",
                "number": 7,
                "milestone": "acknowledge",
                "name": "Acknowledgement",
                "severity": "S1",
                "allowed_seconds": 900,
                "used_seconds": 2820,
                "missed_at": "2025-09-14T02:25:00Z",
            },
        ),
        "misses_more": 0,
        "commitments": (),
        "open_cases": (
            {
                "case": "case_2",
                "number": 9,
                "severity": "S3",
                "state": "waiting",
                "next_due_at": None,
            },
        ),
        "incidents": (),
        "post_mortems": (),
        "care": ({"due_on": "2025-09-30", "what": "Health check", "state": "missed"},),
        "balances": (_balance("Hours", "0 hours", "ok"), _balance("Boxes", "5", "breach")),
        "limits": (),
        "next": (
            {"on": "2025-10-31", "what": "Health check"},
            {"on": "2025-11-30", "what": "Architecture review"},
            {"on": "2025-11-01", "what": "Next health report"},
        ),
    }
    return HealthReport.model_validate(stated | changes)


def _balance(name: str, used: str, state: str) -> dict[str, str]:
    return {"feature": name.lower(), "name": name, "used": used, "included": "5", "left": "0",
            "state": state}  # fmt: skip


def plain(texts: tuple[str, ...]) -> list[str]:
    return [text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{THIN SPACE}", " ")
            for text in texts]  # fmt: skip


def test_it_begins_with_what_the_period_came_to() -> None:
    assert plain(in_short(report())) == [
        "2 of 3 promises were kept, 1 missed.",
        "Cases raised: 2, resolved: 1, open when this was drawn up: 1.",
        "Furthest beyond what was promised: case 7, 47 min instead of 15 min (acknowledgement).",
    ]
    quiet = report(met=0, missed=0, percent=None, misses=())
    assert in_short(quiet)[0] == "No promise came to its end in this period."


def test_each_advice_comes_from_a_figure_and_where_there_is_none_nothing_is_advised() -> None:
    assert list(advice(report())) == [
        "See whether an answer of yours is what is waited for: case 9.",
        "Health check of 30 September 2025 was not held: agree with us on a day for it.",
        "Included and not used: Hours. Tell us where it would help.",
        "Used up: Boxes. Look at what uses it.",
        "Architecture review is due by 30 November 2025: send us what it should look at.",
    ]
    assert advice(report(open_cases=(), care=(), balances=(), next=())) == ()


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en", ("In short", "66.7%", "What we advise", "Next health report", "15 min")),
        ("de", ("Kurz gefasst", "66,7", "Was wir raten", "Nächster Zustandsbericht", "15 Min.")),
    ],
)
def test_the_paper_is_in_the_language_of_who_reads_it(tag: str, said: tuple[str, ...]) -> None:
    language = language_named(tag)
    assert language is not None
    reader = PdfReader(BytesIO(health_report_pdf(report(), language)))
    root = reader.trailer["/Root"]
    assert isinstance(root, DictionaryObject)
    assert root["/Lang"] == tag
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    missing = [word for word in said if "".join(word.split()) not in text]
    assert missing == []
    with read_in(language):
        assert all("".join(each.split()) in text for each in in_short(report()))
