"""A plant in uptime (F38): what everybody reads of September, and what a region had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.sample.incidents import HIDDEN_INCIDENTS

if TYPE_CHECKING:
    from tierline.sample.company import Company

_PART = "Farrow Energy"
_PUBLIC, _OWN = "99.93", "99.71"
"""Of six components in 30 days: 169 minutes down, and with the Sunday of the region 751."""


def public_and_regional(company: Company) -> None:
    """F38: a short outage for everybody, and a long one that only a region was told of."""
    company.incidents += HIDDEN_INCIDENTS
    values = {"month": "2025-09", "public_percent": _PUBLIC, "own_percent": _OWN}
    company.plant("F38", "uptime_by_region", company.customer(_PART).region, values)
