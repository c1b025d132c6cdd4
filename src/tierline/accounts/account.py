"""An account: the company that we serve."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """`time_zone` (an IANA name) is where its periods begin and end.

    `parent` is the id of the account that it belongs to; `region` and `segment` are words of the
    vendor's own, for reports.
    """

    id: str
    name: str
    time_zone: str = "UTC"
    parent: str | None = None
    region: str | None = None
    segment: str | None = None
