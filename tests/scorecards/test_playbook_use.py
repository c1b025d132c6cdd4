"""How playbooks are used, and what has none."""

from __future__ import annotations

from tierline.cases.playbook import Guide
from tierline.scorecards.playbook_use import (
    GuidedCase,
    Tick,
    failure_modes,
    use_of,
    without_playbook,
)

MINUTE = 60_000_000
GUIDE = Guide.model_validate(
    {
        "topics": {"outage": {"name": "Service is down"}, "billing": {"name": "Billing"}},
        "playbooks": [
            {
                "key": "outage",
                "name": "A line stands",
                "topics": ["outage"],
                "steps": [
                    {"key": "confirm", "do": "Confirm it", "within": "PT15M"},
                    {"key": "call", "do": "Call them", "tiers": ["gold"]},
                ],
            }
        ],
    }
)


def case(topic: str = "outage", tier: str = "gold", **ticks: Tick) -> GuidedCase:
    playbook = "outage" if topic == "outage" else ""
    return GuidedCase(topic=topic, tier=tier, severity="S1", playbook=playbook, ticks=ticks)


def test_a_step_is_counted_among_the_cases_that_used_the_playbook_and_have_it() -> None:
    cases = [
        case(confirm=Tick(taken=10 * MINUTE, is_in_time=True), call=Tick(taken=9, is_in_time=None)),
        case(confirm=Tick(taken=40 * MINUTE, is_in_time=False)),
        case(tier="silver", confirm=Tick(taken=20 * MINUTE, is_in_time=False)),
        case(),
        case("billing"),
    ]
    (found,) = use_of(GUIDE, cases)
    assert (found.used.hits, found.used.total) == (3, 4)
    confirm, call = found.steps
    assert (confirm.ticked.hits, confirm.ticked.total, confirm.median) == (3, 3, 20 * MINUTE)
    assert (confirm.in_time.hits, confirm.in_time.total) == (1, 3)
    assert (call.ticked.hits, call.ticked.total, call.in_time.total) == (1, 2, 0)


def test_failure_modes_stand_by_how_often_they_came_and_say_which_have_no_playbook() -> None:
    cases = [case("billing"), case("billing"), case(), case("")]
    modes = failure_modes(GUIDE, cases)
    assert [(each.topic, each.guided.hits, each.guided.total) for each in modes] == [
        ("billing", 0, 2),
        ("", 0, 1),
        ("outage", 1, 1),
    ]
    assert [each.name for each in without_playbook(modes)] == ["Billing"]
