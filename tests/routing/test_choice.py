"""Who gets a case: what is never broken, whatever is relaxed, and what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tierline.calendars.business_hours import ALWAYS_OPEN, BusinessHours, Window, week_of
from tierline.routing.agent import Agent
from tierline.routing.choice import Bar, Choice, may_keep, route
from tierline.routing.need import AccountNeed, CaseNeed
from tierline.routing.plan import Levels

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
NIGHTS = BusinessHours(week=week_of({"mon": (Window(20 * 3600, 6 * 3600),)}))
WORDS = st.frozensets(st.sampled_from(("security", "database", "eu", "us", "dora")), max_size=3)
ACCOUNTS = st.builds(
    AccountNeed,
    account=st.just("account_1"),
    residency=st.sampled_from(("", "eu", "us")),
    clearances=WORDS,
    pod=st.sampled_from(("", "north")),
    engineers=st.frozensets(st.sampled_from(("a", "b")), max_size=1),
    deputies=st.frozensets(st.sampled_from(("c", "d")), max_size=1),
)
NEEDS = st.builds(
    CaseNeed,
    case=st.just("case_1"),
    tier=st.just("enterprise"),
    severity=st.just("S1"),
    severity_rank=st.integers(0, 3),
    tier_rank=st.just(2),
    opened_at=st.just(NOW),
    is_worst=st.booleans(),
    skills=WORDS,
    account=st.none() | ACCOUNTS,
)
PEOPLE = st.lists(
    st.builds(
        Agent,
        user=st.sampled_from("abcdef"),
        level=st.integers(1, 3),
        capacity=st.integers(1, 3),
        skills=WORDS,
        regions=WORDS,
        clearances=WORDS,
        pod=st.sampled_from(("", "north")),
        hours=st.sampled_from((ALWAYS_OPEN, NIGHTS)),
        absent_until=st.none() | st.just(NOW + timedelta(days=1)),
    ),
    max_size=6,
    unique_by=lambda agent: agent.user,
)
LOADS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 4))
LEVELS = st.sampled_from((Levels(), Levels(lowest=3), Levels(highest=1), Levels(lowest=2)))


ANYBODY = Levels()


def routed(
    need: CaseNeed, people: list[Agent], load: dict[str, int], levels: Levels = ANYBODY
) -> Choice:
    return route(need, people, load, levels=levels, now=NOW)


@settings(max_examples=60, deadline=None)
@given(NEEDS, PEOPLE, LOADS, LEVELS)
def test_whatever_is_relaxed_data_is_seen_by_cleared_people_of_its_region_who_are_not_absent(
    need: CaseNeed, people: list[Agent], load: dict[str, int], levels: Levels
) -> None:
    choice = routed(need, people, load, levels)
    if choice.user is None:
        return
    chosen = next(agent for agent in people if agent.user == choice.user)
    account = need.account or AccountNeed(account="")
    assert not account.residency or account.residency in chosen.regions
    assert account.clearances <= chosen.clearances
    assert not chosen.is_absent(NOW)
    if not need.is_worst:
        assert not account.engineers or chosen.user in account.engineers | account.deputies
        assert need.skills <= chosen.skills
        assert chosen.level >= levels.lowest
        assert load.get(chosen.user, 0) < chosen.capacity
        assert chosen.is_at_work(NOW)


@settings(max_examples=60, deadline=None)
@given(NEEDS, PEOPLE, LOADS, LEVELS)
def test_the_worst_severity_is_left_only_where_nobody_may_see_it(
    need: CaseNeed, people: list[Agent], load: dict[str, int], levels: Levels
) -> None:
    need = replace(need, is_worst=True)
    choice = routed(need, people, load, levels)
    account = need.account or AccountNeed(account="")
    may_see = [
        agent
        for agent in people
        if (not account.residency or account.residency in agent.regions)
        and account.clearances <= agent.clearances
        and not agent.is_absent(NOW)
    ]
    assert (choice.user is None) == (not may_see)


@settings(max_examples=60, deadline=None)
@given(NEEDS, PEOPLE, LOADS, LEVELS, st.randoms())
def test_the_order_of_people_changes_nothing_and_everybody_else_is_told_why_not(
    need: CaseNeed, people: list[Agent], load: dict[str, int], levels: Levels, random: object
) -> None:
    choice = routed(need, people, load, levels)
    turned = [*people]
    random.shuffle(turned)  # type: ignore[attr-defined]  # hypothesis' Random
    again = routed(need, turned, load, levels)
    assert (again.user, again.reason, again.missing) == (
        choice.user,
        choice.reason,
        choice.missing,
    )
    assert {each.user for each in choice.others} == {agent.user for agent in people} - {choice.user}
    assert all(each.words for each in choice.others)
    assert choice.reason
    if choice.user is None:
        assert choice.missing


NEED = CaseNeed(
    case="case_1", tier="standard", severity="S3", severity_rank=2, tier_rank=0, opened_at=NOW
)


def test_a_missing_skill_is_named() -> None:
    need = replace(NEED, skills=frozenset({"security", "dns"}))
    people = [Agent(user="a", skills=frozenset({"dns"})), Agent(user="b")]
    choice = routed(need, people, {})
    assert choice.user is None
    assert choice.missing == ("the skill security",)
    both = [*people, Agent(user="c", skills=frozenset({"security"}))]
    assert routed(need, both, {}).missing == ("one person with the skills dns, security",)


def test_seniors_are_kept_for_what_needs_them_and_the_named_engineer_goes_first() -> None:
    people = [Agent(user="a", level=3), Agent(user="b", level=1), Agent(user="c", level=2)]
    assert routed(NEED, people, {}).user == "b"
    assert routed(NEED, people, {}, Levels(lowest=2)).user == "c"
    assert routed(NEED, people, {"b": 9}).user == "b"
    kept = routed(NEED, people[:1], {}, Levels(highest=2))
    assert kept.user is None
    assert kept.missing == ("level 2 or below",)
    named = replace(NEED, account=AccountNeed(account="x", engineers=frozenset({"a"})))
    choice = routed(named, people, {}, Levels(highest=2))
    assert choice.user == "a"
    assert choice.reason.startswith("Named engineer of the account")


def test_who_has_most_room_gets_it_and_who_is_full_does_not() -> None:
    people = [Agent(user="a", capacity=4), Agent(user="b", capacity=20)]
    assert routed(NEED, people, {"a": 1, "b": 2}).user == "b"
    full = routed(NEED, people, {"a": 4, "b": 20})
    assert full.user is None
    assert full.missing == ("somebody with room for another case",)
    urgent = routed(replace(NEED, is_worst=True), people, {"a": 4, "b": 20})
    assert urgent.user == "a"
    assert "Given all the same, because nobody fits better: has 4 of 4 cases." in urgent.reason


def test_triage_may_take_a_case_from_who_lacks_what_it_needs_now() -> None:
    need = replace(NEED, skills=frozenset({"security"}))
    assert not may_keep(need, Agent(user="a"), Levels())
    assert not may_keep(NEED, Agent(user="a"), Levels(lowest=3))
    assert may_keep(NEED, Agent(user="a", level=3), Levels(highest=1))
    assert may_keep(need, None, Levels())


def test_each_bar_is_told_in_words() -> None:
    need = replace(NEED, account=AccountNeed(account="x", residency="eu", pod="north"))
    choice = routed(need, [Agent(user="a", hours=NIGHTS)], {"a": 10})
    (why,) = choice.others
    assert why.bars == (Bar.residency, Bar.pod, Bar.off_work, Bar.full)
    assert why.words == (
        "may not see data of eu; is not in the pod north; not at work now; has 10 of 10 cases"
    )


def test_the_reason_says_what_is_at_stake() -> None:
    near = NOW + timedelta(days=24, hours=3)
    account = AccountNeed(account="x", criticality="high", renews_at=near)
    need = replace(NEED, account=account, topic="print", skills=frozenset({"dns"}))
    people = [Agent(user="a", skills=frozenset({"dns"}))]
    assert routed(need, people, {}).reason == (
        "First line, knows dns, has 0 of 10 cases; the only one who may have it. For standard S3, "
        "criticality high, renewal in 24 days, topic print, needs dns."
    )
    assert routed(need, [], {}).reason.endswith("needs dns.")
    far = replace(account, criticality="", renews_at=NOW + timedelta(days=91))
    assert routed(replace(NEED, account=far), people, {}).reason.endswith(" For standard S3.")


def test_where_much_is_at_stake_a_senior_goes_first_of_those_who_may_have_it() -> None:
    people = [Agent(user="a", level=3), Agent(user="b", level=2), Agent(user="c", level=1)]
    for account in (
        AccountNeed(account="x", criticality="critical"),
        AccountNeed(account="x", renews_at=NOW + timedelta(days=90)),
    ):
        need = replace(NEED, account=account)
        assert routed(need, people, {}).user == "a"
        assert routed(need, people, {}, Levels(highest=2)).user == "b"
        assert routed(need, people, {"a": 10}).user == "b"
    gone = AccountNeed(account="x", criticality="moderate", renews_at=NOW - timedelta(days=1))
    assert routed(replace(NEED, account=gone), people, {}).user == "c"


def test_where_skills_are_given_up_whoever_lacks_fewest_gets_it() -> None:
    need = replace(NEED, is_worst=True, skills=frozenset({"dns", "wan"}))
    people = [Agent(user="a"), Agent(user="b", skills=frozenset({"wan"}))]
    assert routed(need, people, {"b": 3}).user == "b"


def test_a_deputy_gets_it_where_neither_engineer_nor_pod_is_there() -> None:
    account = AccountNeed(
        account="x", pod="north", engineers=frozenset({"a"}), deputies=frozenset({"c"})
    )
    need = replace(NEED, account=account)
    people = [Agent(user="a", capacity=1), Agent(user="b", pod="north"), Agent(user="c", level=3)]
    assert routed(need, people, {}).user == "a"
    choice = routed(need, people, {"a": 1}, Levels(highest=2))
    assert choice.user == "c"
    assert choice.reason.startswith("Deputy of its people, Senior")
    pod = replace(NEED, account=replace(account, engineers=frozenset()))
    assert routed(pod, people, {"b": 9}).user == "b"
    assert routed(pod, people, {"b": 10}).user == "c"


def test_what_is_owed_first_goes_to_the_most_senior_also_to_one_who_is_kept_for_others() -> None:
    people = [Agent(user="a", level=1), Agent(user="b", level=3), Agent(user="c", level=3)]
    owed = replace(NEED, owed_for=17)
    levels = Levels(highest=1)
    assert routed(NEED, people, {}, levels).user == "a"
    choice = routed(owed, people, {"b": 1}, levels)
    assert choice.user == "c"
    assert choice.reason == (
        "Senior, has 0 of 10 cases; one of 3 who may have it. For standard S3. It goes first, and "
        "to the most senior who may have it: an accelerated response is owed for the missed target "
        "of case 17."
    )
    assert routed(owed, people, {"b": 10, "c": 10}, levels).user == "a"
    apart = replace(owed, account=AccountNeed(account="x", clearances=frozenset({"secret"})))
    assert routed(apart, people, {}, levels).user is None
