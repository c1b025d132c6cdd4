"""A post-mortem begins with what the record knows, and says that nobody has written it yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tierline.cases.case_facts import CaseFacts, Reach, ReachedFact
from tierline.cases.post_mortem import DRAFT, Part, PostMortemVersion, lacks
from tierline.cases.post_mortem_draft import (
    DRAFT_LIMIT_CHARACTERS,
    DraftCase,
    Mode,
    Told,
    drafted,
)
from tierline.cases.timeline import TimelineEntry

START = datetime(2025, 3, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHATS = (
    "opened",
    "public_reply",
    "private_note",
    "customer_message",
    "incident_update",
    "resolved",
)


def case(number: int = 12, why: str = "The job ran as nobody.", *whats: str) -> DraftCase:
    timeline = tuple(
        TimelineEntry(at=START + HOUR * place, what=what)
        for place, what in enumerate(whats or WHATS)
    )
    reached = ReachedFact(
        what=Reach.resolved, at=START + 5 * HOUR, elapsed_seconds=18_000, open_seconds=None
    )
    facts = CaseFacts(
        case=f"case_{number}", number=number, severity="S1", tier="priority", opened_at=START,
        as_of=START + 5 * HOUR, timeline=timeline, clocks=(), reached=(reached,),
    )  # fmt: skip
    return DraftCase(subject="No picture", zone="Europe/Berlin", facts=facts, why=why)


def test_one_case_is_told_by_its_timeline_on_its_own_clock_without_notes() -> None:
    update = Told(START + 4 * HOUR, "A gateway is down.\nWe replace it.")
    made = drafted([case()], [update], Mode(topic="gateway", is_suggested=False, confidence=None))
    first, _, *lines = made.texts[Part.what_happened].splitlines()
    assert first.startswith("Draft from the record: ")
    assert lines == [
        "Case 12: No picture",
        "3 Mar 2025, 09:00 CET: The case was raised",
        "3 Mar 2025, 10:00 CET: We wrote",
        "3 Mar 2025, 12:00 CET: The customer wrote",
        "3 Mar 2025, 14:00 CET: Resolved",
        "What we published:",
        "3 Mar 2025, 13:00 CET: A gateway is down. We replace it.",
    ]
    assert made.texts[Part.root_cause].endswith("\n\nThe job ran as nobody.")
    assert made.failure_mode == "gateway"
    assert set(made.texts) == {Part.what_happened, Part.root_cause}


def test_what_is_suggested_says_by_what() -> None:
    for confidence, words in ((0.82, "82% of the votes"), (None, "by the words of the case")):
        made = drafted(
            [case()], [], Mode(topic="Edge box", is_suggested=True, confidence=confidence)
        )
        assert made.failure_mode == "edge-box"
        assert words in made.texts[Part.what_happened]


def test_several_cases_are_a_line_each_and_a_reason_stands_once() -> None:
    made = drafted([case(1), case(2), case(3, why="")], [], None)
    lines = made.texts[Part.what_happened].replace("\u202f", " ").splitlines()[2:]
    assert lines[0] == "Case 1, No picture: raised 3 Mar 2025, 08:00 UTC, resolved after 5 h"
    assert len(lines) == 3
    assert made.texts[Part.root_cause].count("The job ran as nobody.") == 1
    assert (made.failure_mode, drafted([case(why=" ")], [], None).texts.get(Part.root_cause)) == (
        "",
        None,
    )


def test_a_draft_is_not_written_and_one_that_is_long_loses_its_middle() -> None:
    made = drafted([case(1, "x", *["public_reply"] * 400)], [], None)
    text = made.texts[Part.what_happened]
    assert len(text) < DRAFT_LIMIT_CHARACTERS + 400
    assert "(left out: " in text
    version = PostMortemVersion(number=1, at=START, by="user_1", texts=made.texts)
    assert {"what_happened", "root_cause"} <= set(lacks(version))
    written = {part: text.replace(DRAFT, "Record") for part, text in made.texts.items()}
    version = PostMortemVersion(number=2, at=START, by="user_1", texts=written)
    assert {"what_happened", "root_cause"}.isdisjoint(lacks(version))


def test_whoever_had_the_case_is_told_without_the_word_of_the_record() -> None:
    entry = TimelineEntry(at=START, what="assigned", value="routed")
    held = case()
    given = replace(held, facts=replace(held.facts, timeline=(entry,)))
    words = drafted([given], [], None).texts[Part.what_happened]
    assert "It was given to one of us" in words
    assert "routed" not in words
