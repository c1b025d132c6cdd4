"""What fell due of all that is promised, by promise."""

from __future__ import annotations

from tierline.scorecards.promises_kept import (
    Area,
    Came,
    Deed,
    Score,
    columns_of,
    kept_by_promise,
    score_of,
    scores_by,
)


def deed(came: Came, *, promise: str = "acme/gold/check", account: str = "ash") -> Deed:
    return Deed(account=account, tier="gold", area=Area.deliverable, promise=promise,
                what="Health check", came=came)  # fmt: skip


def test_what_is_kept_by_far_is_kept_once_and_over_once() -> None:
    (row,) = kept_by_promise(columns_of([deed(Came.kept), deed(Came.beyond), deed(Came.missed)]))
    assert row.score == Score(kept=2, missed=1, over=1)
    assert (row.score.due, row.score.share) == (3, 2 / 3)


def test_what_is_given_beside_the_plan_makes_up_for_no_miss() -> None:
    rows = kept_by_promise(columns_of([deed(Came.missed), deed(Came.beside, promise="")]))
    assert [(row.promise, row.score) for row in rows] == [
        ("", Score(over=1)),
        ("acme/gold/check", Score(missed=1)),
    ]
    assert score_of(rows).share == 0


def test_what_is_open_is_in_no_share() -> None:
    (row,) = kept_by_promise(columns_of([deed(Came.open)]))
    assert (row.score, row.score.share) == (Score(open=1), None)


def test_accounts_add_up_to_the_whole() -> None:
    deeds = [deed(came, account=name) for name in ("ash", "elm") for came in Came]
    rows = kept_by_promise(columns_of(deeds))
    by_account = scores_by(rows, lambda row: row.account)
    assert list(by_account) == ["ash", "elm"]
    assert score_of(rows).kept == sum(score.kept for score in by_account.values()) == 4
