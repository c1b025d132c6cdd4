"""Leads are written to two weeks before nobody would be there, once. What nobody would be told is
news still, until somebody is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tierline.access.letter import LetterKind, Words
from tierline.actions.escalations import deliver_at
from tierline.actions.letters import NewLetter
from tierline.actions.routing_plans import vacancies_ahead
from tierline.bootstrap.cover import gaps_ahead
from tierline.bootstrap.notice_ways import write_or_keep
from tierline.kernel.instants import format_instant
from tierline.routing.notice_choice import NoticeKind, Way
from tierline.routing.shortage import LACKING, SEEN, looked, shortages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tierline.access.user import User
    from tierline.actions.occasion import Occasion
    from tierline.bootstrap.application import Application
    from tierline.kernel.facts import Fact
    from tierline.routing.shortage import Shortage
    from tierline.store.records import Reads, Records

WORTH_SENDING_FOR = timedelta(days=3)
_MOST_LINES = 100
_MOST_NAMES = 3


def tell_of_shortages(application: Application, occasion: Occasion) -> None:
    """Look at the days to come as what gives out cases and calls people will, and write to who
    leads the desk of what is new. Where no routing plan is published nobody is told anything."""
    found = application.read(lambda reads: _found(application, reads, occasion.now))
    if found is not None:
        application.change(lambda records: _tell(application, records, found, occasion))


def _found(application: Application, reads: Reads, now: datetime) -> list[Shortage] | None:
    if not reads.routing.plan()[0]:
        return None
    days = SEEN.days
    gaps, vacancies = gaps_ahead(application, reads, now, days), vacancies_ahead(reads, now, days)
    return list(shortages(gaps, vacancies, now))


def _tell(
    application: Application, records: Records, found: Sequence[Shortage], occasion: Occasion
) -> None:
    outcome = looked(found, records.shortages.told(), occasion.now)
    readers = _readers(records)
    news = {each.about for each in outcome.news}
    told = outcome.known if readers else [each for each in outcome.known if each.about not in news]
    records.shortages.keep(told)
    records.shortages.forget(outcome.over)
    if not outcome.news or not readers:
        return
    accounts = sorted({each.account for each in outcome.news if each.account})
    names = {each: account.name for each, account in records.accounts.of_ids(accounts).items()}
    agents = {agent.user: agent for agent in records.routing.agents()}
    for reader in readers:
        letter = _letter(
            outcome.news,
            names,
            reader,
            application.access.address,
            deliver_at(agents.get(reader.id), occasion.now, is_worst=False),
        )
        write_or_keep(records, reader, NoticeKind.cover, letter, occasion)
    records.append(_facts(outcome.news, occasion))


def _readers(records: Records) -> list[User]:
    """Those who lead and want to hear of it, at once or in a digest."""
    leads = records.routing.leads()
    chosen = records.notice_choices.of_users(leads)
    off = {user for user, each in chosen.items() if each.way(NoticeKind.cover) is Way.off}
    return [records.users.get(user) for user in leads if user not in off]


def _letter(
    news: Sequence[Shortage],
    names: Mapping[str, str],
    reader: User,
    address: str,
    send_at: datetime,
) -> NewLetter:
    lines = [_line(each, names) for each in news[:_MOST_LINES]]
    if len(news) > _MOST_LINES:
        lines.append(f"And {len(news) - _MOST_LINES} more.")
    page = "agents/cover" if any(each.account for each in news) else "escalations"
    return NewLetter(
        kind=LetterKind.shortage_notice,
        to=reader.email,
        words=Words(
            before="\n".join(["This is lacking of people in the 14 days to come:", "", *lines]),
            link=f"{address}/{page}",
            after="Each is told once, and again only where more is lacking.",
        ),
        digest="",
        until=send_at + WORTH_SENDING_FOR,
        subject=_subject(news, names),
        send_at=send_at,
    )


def _subject(news: Sequence[Shortage], names: Mapping[str, str]) -> str:
    whose = list(dict.fromkeys(_name(each, names) for each in news))
    more = f" and {len(whose) - _MOST_NAMES} more" if len(whose) > _MOST_NAMES else ""
    return f"Who would be missing: {', '.join(whose[:_MOST_NAMES])}{more}"


def _line(shortage: Shortage, names: Mapping[str, str]) -> str:
    line = f"{_name(shortage, names)}: {shortage.words}"
    if shortage.stretch is None:
        return line
    start, end = shortage.stretch
    return f"{line} From {start:%Y-%m-%d %H:%M} until {end:%Y-%m-%d %H:%M} UTC."


def _name(shortage: Shortage, names: Mapping[str, str]) -> str:
    return names.get(shortage.account or "") or shortage.role or shortage.about


def _facts(news: Sequence[Shortage], occasion: Occasion) -> list[Fact]:
    """One for each matter, with the first of its stretches."""
    first: dict[str, Shortage] = {}
    for each in news:
        first.setdefault(each.about, each)
    return [
        occasion.fact(
            LACKING,
            each.about,
            {
                "account": each.account,
                "role": each.role,
                "words": each.words,
                "start": each.stretch and format_instant(each.stretch[0]),
                "end": each.stretch and format_instant(each.stretch[1]),
            },
        )
        for each in first.values()
    ]
