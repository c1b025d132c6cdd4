"""Green outside, red inside; and what is no news."""

from __future__ import annotations

from tierline.cases.news import has_news, words_that_tell
from tierline.scorecards.experience import Scores, Share, TierExperience, opposing


def tier(name: str, met: int, scores: tuple[int, ...], reopened: int, empty: int) -> TierExperience:
    return TierExperience(
        tier=name,
        met=Share(met, 100),
        scores=Scores(scores),
        reopened=Share(reopened, 100),
        empty=Share(empty, 100),
    )


CONTENT, SOUR = (0, 2, 4, 20, 30), (5, 15, 15, 10, 5)


def test_a_tier_that_keeps_its_promises_and_is_found_worse_is_named_with_what_is_worse() -> None:
    rows = (tier("gold", 97, SOUR, 25, 5), tier("silver", 95, CONTENT, 5, 5))
    assert opposing(rows) == {"gold": ("satisfaction", "reopened")}


def test_one_thing_alone_is_not_enough() -> None:
    rows = (tier("gold", 97, SOUR, 5, 5), tier("silver", 95, CONTENT, 5, 5))
    assert opposing(rows) == {}


def test_who_misses_promises_is_no_surprise() -> None:
    rows = (tier("gold", 70, SOUR, 25, 40), tier("silver", 95, CONTENT, 5, 5))
    assert opposing(rows) == {}


def test_seven_ratings_and_seven_cases_say_nothing() -> None:
    few = TierExperience(
        tier="gold", met=Share(97, 100), scores=Scores((7, 0, 0, 0, 0)), reopened=Share(7, 7),
        empty=Share(0, 100),
    )  # fmt: skip
    assert opposing((few, tier("silver", 95, CONTENT, 5, 5))) == {}


def test_the_interval_of_a_mean_stays_on_the_scale() -> None:
    scores = Scores((0, 0, 0, 1, 9))
    assert scores.mean == 4.9
    interval = scores.interval
    assert interval
    assert 4.5 < interval.low < 4.9
    assert interval.high == 5.0
    assert Scores((0, 0, 0, 0, 1)).interval is None


def test_what_was_said_before_is_no_news() -> None:
    said = words_that_tell("We are still looking into this. Line 3 stands.")
    assert not has_news("Still looking into this: line 3.", said)
    assert has_news("Still looking into line 4.", said)
    assert has_news("Still looking?", said)
    assert has_news("The cable was changed.", said)
