from __future__ import annotations

from dataclasses import replace

from told_incidents import API, EXPORT, FINE, MAINTENANCE, MAJOR, NOON, PARTIAL, at, incident, said

from tierline.status.incident import (
    IncidentEvent,
    IncidentEventKind,
    Phase,
    Spell,
    drafts_of,
    ended_at,
    linked_cases,
    phase_of,
    spells_of,
    started_at,
)


def test_a_disruption_lasts_from_its_first_update_until_it_is_resolved() -> None:
    found = incident(said(0, api=MAJOR), said(1, Phase.identified), said(3, Phase.resolved))
    assert (started_at(found), ended_at(found)) == (at(0), at(3))
    assert spells_of(found) == (Spell(API, at(0), at(3), MAJOR),)
    assert phase_of(found, at(4)) is Phase.resolved


def test_what_got_better_on_the_way_is_so_from_then_on() -> None:
    found = incident(said(0, api=MAJOR, export=PARTIAL), said(1, api=PARTIAL, export=FINE))
    assert set(spells_of(found)) == {
        Spell(API, at(0), at(1), MAJOR),
        Spell(EXPORT, at(0), at(1), PARTIAL),
        Spell(API, at(1), None, PARTIAL),
    }
    assert ended_at(found) is None


def test_what_is_learned_later_stands_where_it_belongs() -> None:
    late = said(-2, told=5, api=PARTIAL)
    found = incident(said(0, api=MAJOR), said(3, Phase.resolved), late)
    assert started_at(found) == at(-2)
    assert spells_of(found) == (
        Spell(API, at(-2), at(0), PARTIAL),
        Spell(API, at(0), at(3), MAJOR),
    )


def test_a_disruption_that_comes_back_goes_on() -> None:
    found = incident(said(0, api=MAJOR), said(1, Phase.resolved), said(2, Phase.open, api=MAJOR))
    assert ended_at(found) is None
    assert [spell.start for spell in spells_of(found)] == [at(0), at(2)]


def test_a_draft_changes_nothing() -> None:
    update, when = said(0, api=MAJOR)
    draft = IncidentEvent(when, IncidentEventKind.update_drafted, "user_1", update.id, update)
    bare = incident()
    found = replace(bare, events=(*bare.events, draft))
    assert started_at(found) is None
    assert spells_of(found) == ()
    assert drafts_of(found) == (update,)


def test_maintenance_lasts_as_planned_unless_it_is_over_earlier() -> None:
    planned = said(-48, api=MAINTENANCE)
    found = incident(planned, window=(0, 4))
    assert spells_of(found) == (Spell(API, at(0), at(4), MAINTENANCE, is_planned=True),)
    assert phase_of(found, at(5)) is Phase.resolved
    early = incident(planned, said(2, Phase.resolved), window=(0, 4))
    assert spells_of(early) == (Spell(API, at(0), at(2), MAINTENANCE, is_planned=True),)
    cancelled = incident(planned, said(-1, Phase.resolved), window=(0, 4))
    assert spells_of(cancelled) == ()


def test_maintenance_that_nobody_announced_before_it_began_is_not_planned() -> None:
    (spell,) = spells_of(incident(said(0, api=MAINTENANCE), window=(0, 4)))
    assert not spell.is_planned


def test_a_case_that_was_linked_by_mistake_is_not_there_any_longer() -> None:
    bare = incident()
    kinds = IncidentEventKind
    linked = [
        IncidentEvent(NOON, kind, "user_1", case)
        for kind, case in (
            (kinds.case_linked, "case_1"),
            (kinds.case_linked, "case_2"),
            (kinds.case_unlinked, "case_1"),
        )
    ]
    found = replace(bare, events=(*bare.events, *linked))
    assert linked_cases(found) == ("case_2",)
