"""Findings about use and consent, read from both databases."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from people import People

from tierline.accounts.consent import Purpose
from tierline.accounts.prompts import Prompt
from tierline.actions.consents import Statement, give_consent, permit, withdraw_consent
from tierline.actions.occasion import Occasion
from tierline.actions.usage import define_meter, record_usage
from tierline.kernel.instants import to_micros
from tierline.metering.event import UsageEvent
from tierline.metering.meter import Aggregation, Meter
from tierline.metering.sequence import Sequences
from tierline.queries.feature_use import StoredUse
from tierline.queries.telemetry import silences, telemetry_counts
from tierline.queries.withdrawn_consents import withdrawn_consents
from tierline.store.records import Records

FIRST = datetime(2025, 3, 3, 12, tzinfo=UTC)
METERS = (
    Meter(key="calls", event_type="report", aggregation=Aggregation.sum, value="calls"),
    Meter(key="peak", event_type="report", aggregation=Aggregation.max, value="peak"),
    Meter(key="last", event_type="report", aggregation=Aggregation.latest, value="peak"),
)
SEQUENCES = Sequences(secrets.randbits)


class Subjects:
    def account_of_subject(self, subject: str) -> str | None:
        return subject

    def anchor_of(self, account: str, at: int) -> int:  # noqa: ARG002 - the protocol's
        return to_micros(datetime(2025, 1, 1, tzinfo=UTC))


def moment(at: datetime) -> Occasion:
    return Occasion(now=at, by="test", randomness=secrets.randbits)


def report(people: People, name: str, at: datetime, calls: int, peak: int) -> None:
    """A report that comes in half an hour after it was made."""
    event = UsageEvent(
        source="north",
        id=name,
        type="report",
        subject=people.lattice,
        at=to_micros(at),
        data={"calls": calls, "peak": peak},
    ).with_digest()

    def work(records: Records) -> None:
        for meter in METERS:
            define_meter(records, meter, moment(FIRST))
        occasion = moment(at + timedelta(minutes=30))
        record_usage(records, [event], Subjects(), SEQUENCES, occasion)

    people.do(work)


def test_daily_values_add_up_or_take_the_highest_or_the_last(people: People) -> None:
    report(people, "a", FIRST, 5, 9)
    report(people, "b", FIRST + timedelta(hours=2), 7, 4)
    report(people, "c", FIRST + timedelta(days=1), 1, 1)
    days = FIRST.date(), FIRST.date() + timedelta(1)

    def daily(meter: str, end: date) -> object:
        return people.read(lambda reads: StoredUse(reads).daily(meter, days[0], end))

    both = days[1] + timedelta(1)
    assert daily("calls", both) == {people.lattice: {days[0]: Decimal(12), days[1]: Decimal(1)}}
    assert daily("peak", days[1]) == {people.lattice: {days[0]: Decimal(9)}}
    assert daily("last", days[1]) == {people.lattice: {days[0]: Decimal(4)}}
    assert daily("nothing", both) == {}


def test_a_source_that_misses_its_rhythm_is_silent(people: People) -> None:
    for day in (0, 1, 2, 3, 7, 8):
        report(people, f"day {day}", FIRST + timedelta(days=day), 1, 1)
    report(people, "day 8", FIRST + timedelta(days=8), 1, 1)
    within = FIRST - timedelta(days=1), FIRST + timedelta(days=30)
    (found,) = people.read(lambda reads: silences(reads.snapshot, *within))
    assert (found.source, found.missed) == ("north", 3)
    assert found.last_at == FIRST + timedelta(days=3)
    counts = people.read(lambda reads: telemetry_counts(reads.snapshot, *within))
    assert (counts["accepted"], counts["duplicates"], counts["late"]) == (6, 1, 0)


def test_prompts_that_a_withdrawal_held_back_are_counted(people: People) -> None:
    said = Statement(
        account=people.lattice,
        purpose=Purpose.personalisation,
        notice_version="1",
        evidence="a form",
    )
    people.do(give_consent, said, now=FIRST)
    people.do(withdraw_consent, said, now=FIRST + timedelta(days=1))
    for day in (0, 2, 3):
        at = FIRST + timedelta(days=day, hours=1)
        people.do(permit, Prompt.upsell, now=at, account=people.lattice)
        people.do(permit, Prompt.limit_notice, now=at, account=people.lattice)
    after = to_micros(FIRST + timedelta(days=9))
    (found,) = people.read(lambda reads: withdrawn_consents(reads, after))
    assert found.suppressed == {"upsell": 2}
    assert Prompt.limit_notice in found.allowed
    assert Prompt.upsell not in found.allowed
    before = to_micros(FIRST + timedelta(hours=2))
    assert people.read(lambda reads: withdrawn_consents(reads, before)) == ()
