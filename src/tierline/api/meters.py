"""Meters over HTTP: how usage events become numbers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from tierline.access.caller import Caller
from tierline.access.permission import Permission
from tierline.actions.usage import define_meter as define
from tierline.api.answers import Page, TypedDict, said, word_of
from tierline.api.callers import may
from tierline.api.inputs import Body, Word, listed
from tierline.api.of import application_of
from tierline.api.routes import Routes
from tierline.bootstrap.usage_recount import finish_counting
from tierline.metering.meter import Aggregation, Meter

router = Routes(prefix="/v1/meters", tags=["usage"])
Reader = Annotated[Caller, Depends(may(Permission.read_usage))]
Definer = Annotated[Caller, Depends(may(Permission.publish_catalog))]


class MeterAnswer(TypedDict):
    """How usage events become a number."""

    key: Annotated[str, said("Its key.")]
    version: Annotated[int, said("Its version, from 1.")]
    event_type: Annotated[str, said("The `type` of the events that it reads.")]
    aggregation: Annotated[str, word_of(Aggregation, "How they become one number.")]
    value: Annotated[str | None, said("The key of an event's data that it reads.")]
    feature: Annotated[str | None, said("The feature whose use it counts.")]
    unit: Annotated[str, said("What it counts in.")]
    since: Annotated[
        str | None, said("The `type` with which a time to value begins; null: the first contract.")
    ]


class MeterBody(Body):
    """`value` is the key of an event's data that the meter reads; none where it counts. `since` is
    where a time to value begins, if not with the customer's first contract."""

    version: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    event_type: Word
    aggregation: Aggregation
    value: Word | None = None
    feature: Word | None = None
    unit: Word = "unit"
    since: Word | None = None


@router.get("", summary="Meters")
def list_meters(request: Request, _caller: Reader) -> Page[MeterAnswer]:
    """The newest version of each, by key."""
    found = application_of(request).read(lambda reads: reads.meters.newest())
    return listed([document(meter) for meter in found], None)


@router.put("/{meter}", summary="Define a meter")
def define_meter(request: Request, caller: Definer, meter: Word, body: MeterBody) -> MeterAnswer:
    """The same definition again changes nothing; another one is the next version, and counts the
    events that came before as well."""
    application = application_of(request)
    stated = Meter(key=meter, **body.model_dump())
    occasion = application.occasion(caller.id)
    defined = application.change(lambda records: define(records, stated, occasion))
    finish_counting(application, occasion)
    return document(defined)


def document(meter: Meter) -> MeterAnswer:
    """A meter as a client gets it."""
    return {
        "key": meter.key,
        "version": meter.version,
        "event_type": meter.event_type,
        "aggregation": meter.aggregation.value,
        "value": meter.value,
        "feature": meter.feature,
        "unit": meter.unit,
        "since": meter.since,
    }
