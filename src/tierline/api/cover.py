"""The people of accounts over HTTP: who they are, when they are there, and when nobody would be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Query, Request

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.routing_plans import DAYS_AHEAD
from tierline.api.answers import AccountId, Page, TypedDict, instant, said, word_of
from tierline.api.callers import account_for, may
from tierline.api.inputs import Instant, listed, shown
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.api.with_and_without import (
    MoreOrFewerAnswer,
    WithAndWithoutAnswer,
    more_or_fewer_answer,
    with_and_without_answer,
)
from tierline.bootstrap.cover import duty_of, gaps_ahead
from tierline.queries.actors import users_named
from tierline.queries.adherence import stretch
from tierline.queries.named_people import people_effect
from tierline.routing.agent import first_name
from tierline.routing.choice import Closeness
from tierline.routing.cover import GapKind, gap_words

if TYPE_CHECKING:
    from tierline.routing.cover import Gap
    from tierline.store.records import Reads

router = Routes(tags=["routing"])
Reader = Annotated[Caller, Depends(may(Permission.read_contracts))]
Worker = Annotated[Caller, Depends(may(Permission.work_cases))]
GAPS_LIMIT = 500


class DutyHoursAnswer(TypedDict):
    """A time in which somebody is there."""

    start: Annotated[str, instant("From when on.")]
    end: Annotated[str, instant("Until when.")]


class NamedPersonAnswer(TypedDict):
    """Somebody who is there for an account above all."""

    user: Annotated[str | None, said("Who; null for a customer.")]
    name: Annotated[str, said("Their name; to a customer their first name.")]
    role: Annotated[str, word_of(Closeness, "What they are to the account.")]
    is_there: Annotated[bool, said("Whether they are at work now.")]
    hours: Annotated[list[DutyHoursAnswer], said("When they are, in the seven days to come.")]


class GapAnswer(TypedDict):
    """What an account lacks of its people."""

    account: AccountId
    kind: Annotated[str, word_of(GapKind, "What it is.")]
    severities: Annotated[list[str], said("Which it concerns; none: every one.")]
    start: Annotated[str | None, instant("From when on; null: until somebody changes it.")]
    end: Annotated[str | None, instant("Until when.")]
    words: Annotated[str, said("The same in words.")]


class PeopleEffectAnswer(TypedDict):
    """What named people come with."""

    recovery: Annotated[
        WithAndWithoutAnswer,
        said("Until service worked again, or else until the case was resolved first."),
    ]
    handoffs: Annotated[MoreOrFewerAnswer, said("Of the cases that somebody has had.")]


@router.get("/v1/accounts/{account}/named-people", summary="Who is there for an account")
def list_named_people(request: Request, caller: Reader, account: str) -> Page[NamedPersonAnswer]:
    """Its named engineers, its pod and their deputies, in this order, each with when they are
    there. A customer reads its own people, by first name."""
    application = application_of(request)
    found = account_for(application, caller, account, Permission.read_contracts)
    now, is_ours = application.now(), caller.accounts is None

    def work(reads: Reads) -> list[NamedPersonAnswer]:
        reads.accounts.get(found)
        people = duty_of(application, reads, found, now)
        names = users_named(reads.snapshot, [each.person.agent.user for each in people])
        return [
            {
                "user": each.person.agent.user if is_ours else None,
                "name": name if is_ours else first_name(name),
                "role": each.person.closeness.value,
                "is_there": each.is_there,
                "hours": [
                    {"start": shown(start), "end": shown(end)} for start, end in each.stretches
                ],
            }
            for each in people
            for name in (names[each.person.agent.user].name,)
        ]

    return listed(application.read(work), None)


@router.get("/v1/cover-gaps", summary="When none of an account's people would be there")
def list_gaps(
    request: Request,
    _: Worker,
    *,
    days: Annotated[int, Query(ge=1, le=92, description="So many days ahead.")] = DAYS_AHEAD,
) -> Page[GapAnswer]:
    """Of every account with named engineers or a pod: that nobody stands in for them, that no cover
    hours are stated, and every time in which none of them would get a case, as what gives out
    cases finds it. What lasts stands first."""
    application = application_of(request)
    now = application.now()
    found = application.read(lambda reads: gaps_ahead(application, reads, now, days))
    return listed([_gap(each) for each in found[:GAPS_LIMIT]], None)


@router.get("/v1/reports/named-people", summary="Cases with and without named people")
def report_named_people(
    request: Request,
    _: Worker,
    *,
    start: Annotated[Instant, Query(description="Cases opened from then on.")],
    end: Annotated[Instant, Query(description="And before then.")],
) -> PeopleEffectAnswer:
    """Handoffs and time to recover of cases whose account had named engineers or a pod when they
    were raised, beside cases of the same tier and severity of accounts that had none."""
    application = application_of(request)
    during = stretch(application.now(), start, end, None)
    found = application.read(lambda reads: people_effect(reads.snapshot, during))
    return {
        "recovery": with_and_without_answer(found.recovery),
        "handoffs": more_or_fewer_answer(found.handoffs),
    }


def _gap(gap: Gap) -> GapAnswer:
    return {
        "account": gap.account,
        "kind": gap.kind.value,
        "severities": list(gap.severities),
        "start": shown(gap.start),
        "end": shown(gap.end),
        "words": gap_words(gap),
    }
