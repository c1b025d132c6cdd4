"""What the sample company's triage table says to sixty cases, and what fills in for an answer."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierline.accounts.criticality import Assessment, Part, Profile
from tierline.cases.triage import Origin, checked_answers, inputs_of, triaged
from tierline.catalog.load import load_catalog
from tierline.catalog.triage_default import default_triage
from tierline.catalog.triage_questions import ANSWERS, QUESTIONS
from tierline.catalog.triage_statement import Triage
from tierline.catalog.triage_table import COLUMNS, milder_for_worse, ranks_of, row_for, space_of
from tierline.kernel.errors import Invalid
from tierline.sample.files import SampleFiles

CATALOG = load_catalog(SampleFiles().catalog)
TABLE: Triage = CATALOG.triage  # type: ignore[assignment]  # the sample states one
SEVERITIES = list(CATALOG.severities)
MATRIX = """
work        by when    service   data       regulation  criticality  RTO    severity
# data and authorities: severity 1 whatever else is said
none        can_wait   up        exposed    none        low          -      S1
none        this_week  up        exposed    none        critical     1440   S1
workaround  today      degraded  exposed    regulated   moderate     480    S1
none        can_wait   up        none       reportable  low          -      S1
workaround  can_wait   up        sensitive  reportable  low          -      S1
slowed      this_week  degraded  none       reportable  high         240    S1
# inspection has stopped
stopped     now        up        none       none        low          -      S1
stopped     now        down      none       none        critical     60     S1
stopped     today      up        none       none        low          -      S2
stopped     this_week  up        none       none        moderate     -      S2
stopped     can_wait   up        none       none        high         -      S2
stopped     can_wait   degraded  sensitive  none        low          1440   S2
# ... for an account that must run again within four hours
stopped     today      up        none       none        low          240    S1
stopped     can_wait   up        none       none        low          60     S1
stopped     today      up        none       none        low          241    S2
stopped     today      up        none       none        low          480    S2
# ... under regulation
stopped     today      up        none       regulated   low          -      S1
stopped     can_wait   up        none       regulated   moderate     -      S1
stopped     this_week  degraded  sensitive  regulated   low          1440   S1
# the platform is down
none        can_wait   down      none       none        low          -      S2
workaround  this_week  down      none       none        moderate     -      S2
slowed      can_wait   down      none       none        moderate     -      S2
none        can_wait   down      none       none        high         -      S1
workaround  can_wait   down      none       none        critical     -      S1
slowed      today      down      none       none        high         480    S1
stopped     can_wait   down      none       none        moderate     -      S2
stopped     can_wait   down      none       none        high         -      S1
# results are wrong or late
slowed      now        up        none       none        low          -      S2
slowed      today      up        none       none        low          -      S2
slowed      today      degraded  sensitive  none        high         480    S2
slowed      this_week  up        none       none        low          -      S3
slowed      can_wait   up        none       none        low          -      S3
slowed      can_wait   degraded  none       none        critical     60     S3
slowed      this_week  up        sensitive  none        moderate     -      S3
# ... under regulation: one worse
slowed      now        up        none       regulated   low          -      S1
slowed      now        degraded  sensitive  regulated   moderate     480    S1
slowed      today      up        none       regulated   low          -      S2
slowed      this_week  up        none       regulated   low          -      S2
slowed      can_wait   up        none       regulated   low          -      S2
# there is a way around it
workaround  now        up        none       none        low          -      S3
workaround  now        up        none       none        high         60     S3
workaround  now        up        none       none        critical     -      S2
workaround  today      up        none       none        critical     -      S3
workaround  this_week  up        none       none        low          -      S3
workaround  can_wait   up        sensitive  none        moderate     -      S3
workaround  can_wait   degraded  none       none        low          -      S3
workaround  today      up        none       regulated   low          -      S3
workaround  now        up        none       regulated   critical     -      S2
# nothing stands still
none        can_wait   degraded  none       none        low          -      S3
none        now        degraded  none       none        low          -      S3
none        today      degraded  sensitive  none        critical     60     S3
none        now        up        none       none        low          -      S4
none        now        up        none       none        critical     60     S4
none        today      up        sensitive  none        moderate     -      S4
none        this_week  up        none       none        low          -      S4
none        can_wait   up        none       none        high         240    S4
# ... under regulation, and needed today
none        now        up        none       regulated   low          -      S3
none        today      up        sensitive  regulated   moderate     -      S3
none        this_week  up        none       regulated   low          -      S4
none        can_wait   up        sensitive  regulated   critical     60     S4
"""
ROWS = [line.split() for line in MATRIX.splitlines() if line[:1] not in ("", "#")][1:]


def by_table(table: Triage, given_: dict[str, str], minutes: int | None) -> str:
    return table.rules[row_for(table.rules, given_, minutes)].severity


def test_the_matrix_has_sixty_cases() -> None:
    assert len(ROWS) == len({tuple(row[:-1]) for row in ROWS}) == 60


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_a_case_gets_the_severity_of_the_matrix(row: list[str]) -> None:
    *answers, recovery, severity = row
    given_ = dict(zip(COLUMNS, answers, strict=True))
    assert by_table(TABLE, given_, None if recovery == "-" else int(recovery)) == severity


ANY_ANSWERS = st.fixed_dictionaries({name: st.sampled_from(ANSWERS[name]) for name in COLUMNS})
ANY_RECOVERY = st.none() | st.integers(0, 3_000)


@given(ANY_ANSWERS, ANY_RECOVERY)
def test_regulation_never_makes_a_case_milder_and_work_that_stops_is_bumped(
    given_: dict[str, str], minutes: int | None
) -> None:
    ranks = [
        SEVERITIES.index(by_table(TABLE, {**given_, "regulatory_exposure": exposure}, minutes))
        for exposure in ANSWERS["regulatory_exposure"]
    ]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0


@pytest.mark.parametrize(
    ("table", "severities"),
    [(TABLE, SEVERITIES)]
    + [(default_triage(tuple(keys)), list(keys)) for keys in ("A", "AB", "ABC", "ABCD", "ABCDE")],
)
def test_every_combination_has_one_row_and_a_worse_answer_is_never_milder(
    table: Triage, severities: list[str]
) -> None:
    space = space_of(table.rules)
    assert space.rows.min() == 0
    assert space.unreached == ()
    assert milder_for_worse(ranks_of(space, table, severities)) is None


@given(ANY_ANSWERS, ANY_RECOVERY)
def test_the_spread_table_says_what_reading_row_by_row_says(
    given_: dict[str, str], minutes: int | None
) -> None:
    space = space_of(TABLE.rules)
    late = [place for place, limit in enumerate(space.recovery)
            if minutes is not None and minutes <= limit]  # fmt: skip
    within = late[0] if late else len(space.recovery)
    place = tuple(ANSWERS[name].index(given_[name]) for name in COLUMNS)
    assert space.rows[(*place, within)] == row_for(TABLE.rules, given_, minutes)


def profile(**parts: str) -> Profile:
    return Profile(
        "account_1",
        {
            Part(name): Assessment(
                id="assessment_1",
                account="account_1",
                part=Part(name),
                value=value,
                evidence="asked them",
                reviewer="user_1",
                reviewed_on=date(2025, 3, 3),
                recorded_at=0,
            )
            for name, value in parts.items()
        },
    )


def test_the_profile_fills_in_what_nobody_answered_and_an_answer_goes_before_it() -> None:
    known = profile(
        mission_criticality="high", regulatory_exposure="GxP", data_sensitivity="critical"
    )
    found = inputs_of({"data_sensitivity": "none"}, known)
    assert (found["criticality"].value, found["criticality"].origin) == ("high", Origin.profile)
    assert found["regulatory_exposure"].value == "regulated"
    assert found["data_sensitivity"].value == "none"
    assert found["data_sensitivity"].origin is Origin.answered
    assert found["urgency"].value == "can_wait"
    assert found["urgency"].origin is Origin.assumed


def test_another_recovery_time_is_another_severity_in_the_next_triage() -> None:
    answers = {"business_impact": "stopped", "urgency": "today"}
    assert triaged(TABLE, answers, profile(recovery_time="480")).severity == "S2"
    found = triaged(TABLE, answers, profile(recovery_time="120"))
    assert (found.severity, found.row) == ("S1", 5)
    assert "four hours" in found.reason
    assert found.rule == "business_impact: stopped, recovery_within: PT4H -> S1"
    assert triaged(TABLE, answers, None).severity == "S2"


def test_answers_that_there_are_not_are_told_all_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        checked_answers({"urgency": "soon", "mood": "bad"})
    told = {fault.path: fault.write_instead for fault in caught.value.faults}
    assert "today" in told["answers.urgency"]
    assert "business_impact" in told["answers.mood"]
    with pytest.raises(Invalid, match="triaged"):
        checked_answers({})


def test_every_answer_has_words_and_there_are_five_questions() -> None:
    assert len(QUESTIONS) == 5
    assert all(each.ask and all(each.answers.values()) for each in QUESTIONS)
