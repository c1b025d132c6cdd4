"""An account: the company that we serve."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """`time_zone` (an IANA name) is where its periods begin and end."""

    id: str
    name: str
    time_zone: str = "UTC"
