"""A replay counts the cases that owe an accelerated response, as the live fold finds them."""

from __future__ import annotations

from dataclasses import replace

from drawn_cases import START, histories
from drawn_cases import terms as drawn_terms
from hypothesis import given, settings
from small_world import FIRST, RESOLUTION, terms, week

from tierline.actions.replay import Draft, replay
from tierline.cases.history import CaseHistory
from tierline.cases.log import CaseLog
from tierline.milestones.columns import judge
from tierline.milestones.fold import milestones_of
from tierline.milestones.table import Verdict
from tierline.milestones.terms import Acceleration, Terms
from tierline.scorecards.accelerated import accelerated_cases
from tierline.web.replay_words import draft_words

MONTH = Acceleration(("S1",), 30)


def owing(promised: Terms, *kinds: str) -> Terms:
    targets = {
        key: replace(target, acceleration=MONTH) if key[2] in kinds else target
        for key, target in promised.targets.items()
    }
    return replace(promised, targets=targets)


def test_a_draft_says_how_many_cases_owe_one_however_much_each_missed() -> None:
    drafts = [
        Draft("none", terms()),
        Draft("one", owing(terms(), FIRST)),
        Draft("all", owing(terms(), FIRST, RESOLUTION)),
    ]
    none, one, both = replay(week(), terms(), drafts).drafts
    assert [each.accelerated for each in (none, one, both)] == [0, 1, 2]
    assert draft_words(none) == "Nothing flips: every milestone has the same outcome."
    assert draft_words(one).endswith(" 1 case owes an accelerated response.")
    assert draft_words(both).endswith(" 2 cases owe an accelerated response.")


@settings(max_examples=60, deadline=None)
@given(histories(), drawn_terms())
def test_the_columns_count_what_the_fold_finds(cases: list[CaseHistory], promised: Terms) -> None:
    as_of = max([START, *(case.events[-1].at for case in cases)])
    some = owing(promised, FIRST)
    missed = [
        case
        for case in cases
        if any(
            each.kind == FIRST and each.verdict is Verdict.missed
            for each in milestones_of(case, some, as_of)
        )
    ]
    assert accelerated_cases(judge(CaseLog.of(cases, as_of), some), some) == len(missed)
