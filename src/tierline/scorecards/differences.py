"""Why an old tool judged otherwise: each case whose verdicts differ is judged again as the old tool
may have judged it, one rule changed at a time, and what then gives its verdict is the reason.

One tool has one rule for all cases: of several rules that explain a case that one counts which
explains the most of all of them, and under which the cases that agree go on agreeing. A target that
the export states is believed first. Where no rule explains a case, two together are tried; what is
left is unexplained. A reason is what would explain a difference, no proof.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from tierline.cases.history import CaseHistory
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.instants import SECOND_US
from tierline.milestones.fold import Milestone, milestones_of
from tierline.milestones.table import NEVER, Verdict
from tierline.milestones.terms import Terms
from tierline.scorecards.difference_rules import Change, Reason, changes_of

if TYPE_CHECKING:
    from datetime import datetime

_MINUTE_US = 60 * SECOND_US
_SAMPLE = 200
"""So many cases that agree are judged again under each rule."""
Rule = tuple[Reason, int]
"""A reason, and which of its forms."""


@dataclass(frozen=True, slots=True)
class OldVerdict:
    """What an old tool said of a milestone kind of a case."""

    is_met: bool
    target_us: int | None = None
    """The target it names; None where it names none."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A case that the old tool judged otherwise. Lengths are microseconds of open time."""

    case: str
    kind: MilestoneKind
    is_met: bool
    """As we judge it."""
    used: int
    allowance: int
    due: int
    reasons: tuple[Reason, ...]
    """The first is the one that counts; of a pair both do."""
    is_pair: bool
    """Whether it takes the first two reasons together."""
    others: tuple[Reason, ...]
    """What would explain it as well."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with both verdicts."""

    history: CaseHistory
    kind: MilestoneKind
    terms: Terms
    old: OldVerdict


@dataclass(frozen=True, slots=True)
class KindComparison:
    """Both verdicts of one kind, counted by case."""

    kind: MilestoneKind
    both_met: int = 0
    both_missed: int = 0
    only_ours_missed: int = 0
    only_theirs_missed: int = 0
    undecided: int = 0
    """Of which the old tool has a verdict and we have none: open, or not promised."""

    @property
    def compared(self) -> int:
        """Cases that both sides have decided."""
        return self.both_met + self.both_missed + self.only_ours_missed + self.only_theirs_missed

    @property
    def agreeing(self) -> int:
        """Cases with the same verdict."""
        return self.both_met + self.both_missed


@dataclass(frozen=True)
class Comparison:
    """All verdicts of an old tool beside ours."""

    kinds: tuple[KindComparison, ...]
    differences: tuple[Difference, ...]

    def by_reason(self) -> dict[str, list[str]]:
        """Cases by reason, the most frequent first; a pair is named with a plus."""
        found: dict[str, list[str]] = {}
        for each in self.differences:
            name = " + ".join(each.reasons[:2]) if each.is_pair else each.reasons[0].value
            found.setdefault(name, []).append(each.case)
        return dict(sorted(found.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def compared(cases: Sequence[Judged], as_of: datetime) -> Comparison:
    """Judge every case, count both verdicts, and explain each difference."""
    counts: dict[MilestoneKind, Counter[str]] = {}
    agreeing: dict[MilestoneKind, list[Judged]] = {}
    differing: dict[MilestoneKind, list[tuple[Judged, Milestone]]] = {}
    for case in cases:
        count = counts.setdefault(case.kind, Counter())
        milestone = _worst(case.history, case.kind, case.terms, as_of)
        ours = None if milestone is None else _is_met(milestone)
        if milestone is None or ours is None:
            count["undecided"] += 1
            continue
        count[_cell(ours, theirs=case.old.is_met)] += 1
        if ours is case.old.is_met:
            agreeing.setdefault(case.kind, []).append(case)
        else:
            differing.setdefault(case.kind, []).append((case, milestone))
    kinds = [kind for kind in MilestoneKind if kind in counts]
    return Comparison(
        tuple(KindComparison(kind, **dict(counts[kind])) for kind in kinds),
        tuple(
            difference
            for kind in kinds
            for difference in _explained(differing.get(kind, []), agreeing.get(kind, []), as_of)
        ),
    )


def _explained(
    differing: Sequence[tuple[Judged, Milestone]], agreeing: Sequence[Judged], as_of: datetime
) -> list[Difference]:
    """The differences of one kind, each with its reason."""
    explains = [_rules_that_explain(case, milestone, as_of) for case, milestone in differing]
    kept = _kept_shares({rule for rules in explains for rule in rules}, agreeing, as_of)
    chosen = _chosen(explains, kept)
    return [
        _difference(case, milestone, chosen.get(place), explains[place], as_of)
        for place, (case, milestone) in enumerate(differing)
    ]


def _rules_that_explain(case: Judged, milestone: Milestone, as_of: datetime) -> list[Rule]:
    found = [rule for rule, change in _changes(case).items() if _gives(case, [change], as_of)]
    if _is_near(milestone, case.old):
        found.append((Reason.rounding, 0))
    return sorted(found, key=_order)


def _changes(case: Judged) -> dict[Rule, Change]:
    return {
        (reason, form): change
        for reason, forms in changes_of(case.history, case.kind, case.old.target_us)
        for form, change in enumerate(forms)
    }


def _kept_shares(
    rules: set[Rule], agreeing: Sequence[Judged], as_of: datetime
) -> dict[Rule, float]:
    """By rule: the share of cases that agree, of a sample, that would go on agreeing under it."""
    step = max(1, len(agreeing) // _SAMPLE)
    sample = [(case, _changes(case)) for case in agreeing[::step][:_SAMPLE]]
    broken = Counter(
        rule
        for rule in rules
        for case, changes in sample
        if rule in changes and not _gives(case, [changes[rule]], as_of)
    )
    return {rule: 1 - broken[rule] / max(1, len(sample)) for rule in rules}


def _chosen(explains: Sequence[Sequence[Rule]], kept: Mapping[Rule, float]) -> dict[int, Rule]:
    """By place: the rule that counts. What the export states goes first; then, time after time, the
    rule that explains the most of what is left, weighed by how well it fits the rest."""
    chosen: dict[int, Rule] = {
        place: rules[0]
        for place, rules in enumerate(explains)
        if rules and rules[0][0] is Reason.target
    }
    left = {place for place, rules in enumerate(explains) if rules} - set(chosen)
    while left:
        counts = Counter(rule for place in left for rule in explains[place])
        best = min(counts, key=lambda rule: (-counts[rule] * kept[rule], _order(rule)))
        taken = {place for place in left if best in explains[place]}
        chosen |= dict.fromkeys(taken, best)
        left -= taken
    return chosen


def _difference(
    case: Judged,
    milestone: Milestone,
    rule: Rule | None,
    explains: Sequence[Rule],
    as_of: datetime,
) -> Difference:
    pair = () if rule is not None else _pair(case, as_of)
    others = dict.fromkeys(reason for reason, _ in explains)
    if rule is not None:
        del others[rule[0]]
    return Difference(
        case=case.history.case_id,
        kind=case.kind,
        is_met=not case.old.is_met,
        used=milestone.used,
        allowance=milestone.allowance,
        due=milestone.due,
        reasons=pair or ((Reason.unexplained,) if rule is None else (rule[0],)),
        is_pair=bool(pair),
        others=tuple(others),
    )


def _pair(case: Judged, as_of: datetime) -> tuple[Reason, ...]:
    """Two reasons that together give the old verdict."""
    changes = _changes(case)
    for one, other in combinations(sorted(changes, key=_order), 2):
        if one[0] is not other[0] and _gives(case, [changes[one], changes[other]], as_of):
            return one[0], other[0]
    return ()


def _order(rule: Rule) -> tuple[int, int]:
    return list(Reason).index(rule[0]), rule[1]


def _gives(case: Judged, variants: Sequence[Change], as_of: datetime) -> bool:
    history, terms = case.history, case.terms
    for variant in variants:
        history, terms = variant(history, terms)
    milestone = _worst(history, case.kind, terms, as_of)
    return milestone is not None and _is_met(milestone) is case.old.is_met


def _is_near(milestone: Milestone, old: OldVerdict) -> bool:
    """Whether cutting or rounding to whole minutes changes sides."""
    over = milestone.used - milestone.allowance
    return -_MINUTE_US < over <= 0 if not old.is_met else 0 < over < _MINUTE_US


# verdicts ----------------------------------------------------------------------------------------


def _worst(
    history: CaseHistory, kind: MilestoneKind, terms: Terms, as_of: datetime
) -> Milestone | None:
    """The milestone that decides a kind: a missed one where there is one, else the last."""
    found = [each for each in milestones_of(history, terms, as_of) if each.kind is kind]
    missed = [each for each in found if each.verdict is Verdict.missed]
    return (missed or found)[-1] if found else None


def _is_met(milestone: Milestone) -> bool | None:
    if milestone.verdict is Verdict.missed:
        return False
    return True if milestone.stopped != NEVER else None


def _cell(ours: bool, *, theirs: bool) -> str:
    if ours is theirs:
        return "both_met" if ours else "both_missed"
    return "only_theirs_missed" if ours else "only_ours_missed"
