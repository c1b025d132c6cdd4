"""The pack of an item of care: joined from records, rules and counters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.access.permission import Permission
from tierline.bootstrap.care import seen_contract
from tierline.bootstrap.health_reports import drawn_up
from tierline.care.item import items_of
from tierline.care.schedule import promised_on
from tierline.kernel.errors import NotFound
from tierline.queries.briefings import briefing, briefing_period, is_offered

if TYPE_CHECKING:
    from tierline.access.caller import Caller
    from tierline.bootstrap.application import Application
    from tierline.care.item import CareItem
    from tierline.care.schedule import Key, ReportPeriod
    from tierline.scorecards.briefing import Briefing
    from tierline.store.records import Reads


def briefing_of(application: Application, key: Key, caller: Caller) -> Briefing:
    """The pack for who may read contracts of its account, as it is known now. Raises Forbidden, and
    NotFound where nothing is due on that day, or it was held, or is far ahead."""
    now = application.now()

    def work(reads: Reads) -> tuple[CareItem, ReportPeriod]:
        contract = seen_contract(reads, key.contract, caller, Permission.read_contracts)
        promised = promised_on(contract, key)
        found = items_of(promised, reads.care.events_of([key.contract]), now)
        item = next(iter(found), None)
        if item is None or not is_offered(item, now):
            raise NotFound("A pack is prepared from 31 days before its day on, until it was held.")
        return item, briefing_period(contract, item, now)

    item, period = application.read(work)
    report = drawn_up(application, period, now)
    return application.read(lambda reads: briefing(reads, item, report, now))
