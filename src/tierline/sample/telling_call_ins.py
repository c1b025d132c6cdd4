"""Telling who leads which subject at Halyard, and how they are called in to cases of the worst
severity: most answer in minutes, some only after their deputy was asked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.actions.call_ins import (
    CallInBooks,
    acknowledge_call_in,
    arrive,
    ask_on,
    call_in,
    domains_of_case,
    rows_of,
)
from tierline.actions.occasion import Occasion
from tierline.actions.subject_leads import LeadsBooks, publish_leads
from tierline.catalog.document import parse_document
from tierline.kernel.instants import SECOND_US, from_micros
from tierline.routing.call_in import ASK_AGAIN_AFTER, call_ins_of
from tierline.sample import desk
from tierline.sample.chance import Chance
from tierline.sample.staff import STAFF
from tierline.sample.story import COMPLETE_UNTIL
from tierline.sample.telling import seeded

if TYPE_CHECKING:
    from datetime import datetime

    from tierline.sample.case_life import CaseLife

__all__ = ["CallInBooks", "tell_call_in", "tell_subject_leads"]
_TIERS = ("standard", "priority", "enterprise", "gold_care")
_DOMAINS = (
    ("security", "Security", (desk.SECURITY,), ("security", "certificate"), (18, 12)),
    ("ai_governance", "AI governance", (desk.MODELS,), ("model_quality",), (14, 15)),
    ("hardware", "Hardware integration", (desk.INTEGRATION, desk.FIELD_BUS),
     ("integration", "edge_box", "camera"), (16, 13)),
    ("distributed_systems", "Distributed systems", (desk.DATA, desk.SPEED),
     ("edge_sync", "api"), (17, 7)),
)  # fmt: skip
"""Key, name, skills, topics, and the numbers of lead and deputy."""
_LACKS_DEPUTY = ("ai_governance", "gold_care")
_CALLED_OF_THOUSAND = 600
_MINUTE = timedelta(minutes=1)
_ANSWER_MINUTES = ((2, 30), (5, 30), (8, 20), (13, 12), (24, 8))


def tell_subject_leads(books: LeadsBooks, occasion: Occasion) -> None:
    """Name who leads what; one place lacks a deputy."""
    emails = {each.number: each.email for each in STAFF}
    known = {skill for agent in books.routing.agents() for skill in agent.skills}
    domains = []
    for key, name, skills, topics, (lead, deputy) in _DOMAINS:
        cells = {}
        for tier in _TIERS:
            missing = (key, tier) == _LACKS_DEPUTY
            cells[tier] = {
                "lead": emails[lead],
                "deputy": None if missing else emails[deputy],
            }
        domains.append(
            {
                "key": key,
                "name": name,
                "skills": [skill for skill in skills if skill in known],
                "topics": topics,
                "tiers": cells,
            }
        )
    stated = json.dumps({"domains": domains})
    publish_leads(books, parse_document(stated, "halyard-subject-leads"), occasion)


def tell_call_in(books: CallInBooks, case: str, life: CaseLife, ours: Occasion) -> None:
    """Whoever takes a case of the worst severity up calls the lead of its subject in, more often
    than not."""
    story = life.story
    chance = Chance(story.seed, "call-in", story.number)
    known = books.cases.get(case)
    if known.standing.severity != "S1" or not chance.happens(_CALLED_OF_THOUSAND):
        return
    if not domains_of_case(books, known):
        return
    randomness = seeded(story.seed, f"call-in {story.number}")
    at = ours.now + chance.between(1, 20) * _MINUTE
    end = from_micros(life.resolved * SECOND_US) if life.resolved else COMPLETE_UNTIL
    if at >= end:
        return

    def then(instant: datetime, by: str) -> Occasion:
        return Occasion(now=instant, by=by, randomness=randomness)

    number = call_in(books, case, None, then(at, ours.by)).number
    answered = at + chance.weighted(_ANSWER_MINUTES) * _MINUTE
    rounds = 1
    while at + rounds * ASK_AGAIN_AFTER < min(answered, end):
        ask_on(books, case, number, rounds, then(at + rounds * ASK_AGAIN_AFTER, "machine"))
        rounds += 1
    found = next(
        each for each in call_ins_of(books.call_ins.of_case(case)) if each.number == number
    )
    books.due_work.remove(rows_of(case, found))
    there = answered + chance.between(2, 25) * _MINUTE
    if found.asked and answered < end:
        user = found.asked[-1].user or ""
        acknowledge_call_in(books, case, number, user, then(answered, user))
        if there < end:
            arrive(books, case, number, user, then(there, user))
