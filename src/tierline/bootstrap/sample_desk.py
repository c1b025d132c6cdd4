"""What happens around the cases of the sample company: who works on them, what is known, what is
promised by date, and what is told on the status page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.actions.occasion import Occasion
from tierline.sample.staff import LEADS
from tierline.sample.telling import seeded
from tierline.sample.telling_advice import tell_advice
from tierline.sample.telling_call_ins import tell_subject_leads
from tierline.sample.telling_care import tell_care
from tierline.sample.telling_desk import SINCE, tell_desk, tell_named_people
from tierline.sample.telling_guide import tell_guide
from tierline.sample.telling_incidents import Around, tell_incidents
from tierline.sample.telling_knowledge import tell_articles, tell_help, tell_use_of_articles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tierline.bootstrap.application import Application
    from tierline.sample.company import Company
    from tierline.sample.telling import Teller
    from tierline.sample.telling_cases import ToldCase
    from tierline.store.records import Records


def tell_people(application: Application, made: Company, teller: Teller) -> None:
    """Have everybody take their post, before there are cases, and know how to work them."""
    lead = teller.agents[LEADS[0]]
    written = Occasion(now=SINCE, by=lead, randomness=seeded(made.cast.seed, "guide"))

    led = Occasion(now=SINCE, by=lead, randomness=seeded(made.cast.seed, "subject leads"))

    def work(records: Records) -> None:
        tell_desk(records, made, teller.occasion, accounts=teller.accounts, agents=teller.agents)
        tell_guide(records, written)
        tell_subject_leads(records, led)

    application.change(work)


def tell_around(
    application: Application, made: Company, teller: Teller, cases: Sequence[ToldCase]
) -> None:
    """What happened beside the cases, once they are told."""
    randomness = seeded(made.cast.seed, "around")

    def moment(at: datetime, by: str) -> Occasion:
        return Occasion(now=at, by=by, randomness=randomness)

    def know(records: Records) -> None:
        articles = tell_articles(records, teller.agents, moment)
        tell_use_of_articles(records, made.knowledge, articles, teller.accounts, moment)
        tell_help(records, cases, articles, moment)

    contracts = teller.contracts_by_name()
    around = Around(made=made, agents=teller.agents, cases=cases, moment=moment)
    application.change(know)
    application.change(lambda records: tell_care(records, made, contracts, teller.agents, moment))
    application.change(lambda records: tell_incidents(records, around))
    advising = seeded(made.cast.seed, "advice")

    def advised(at: datetime, by: str) -> Occasion:
        return Occasion(now=at, by=by, randomness=advising)

    application.change(lambda records: tell_advice(records, made, contracts, advised))

    def name_people(records: Records) -> None:
        tell_named_people(records, made, moment, accounts=teller.accounts, agents=teller.agents)

    application.change(name_people)
