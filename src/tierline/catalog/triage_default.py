"""The triage table of a catalog that states none: by the place of its severities, worst first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tierline.catalog.triage_statement import Triage, TriageRule
from tierline.kernel.durations import Duration
from tierline.languages.language import message

_REGULATED = ("reportable", "regulated")
_SOON = ("now", "today")
_RULES: tuple[tuple[int, str, dict[str, object]], ...] = (
    (0, message("Data may be lost, or seen by somebody who must not see it."),
     {"data_sensitivity": ("exposed",)}),
    (0, message("It has to be reported to an authority."),
     {"regulatory_exposure": ("reportable",)}),
    (0, message("Work has stopped, and every hour hurts."),
     {"business_impact": ("stopped",), "urgency": ("now",)}),
    (0, message("Work under regulation has stopped."),
     {"business_impact": ("stopped",), "regulatory_exposure": _REGULATED}),
    (0, message("Work has stopped at an account that must work again within four hours."),
     {"business_impact": ("stopped",), "recovery_within": Duration(seconds=4 * 3600)}),
    (0, message("The service is down for an account whose work hangs on it."),
     {"uptime_impact": ("down",), "criticality": ("critical", "high")}),
    (1, message("Work has stopped."), {"business_impact": ("stopped",)}),
    (1, message("The service is down."), {"uptime_impact": ("down",)}),
    (1, message("Work is slowed, and the answer is needed today."),
     {"business_impact": ("slowed",), "urgency": _SOON}),
    (1, message("Work under regulation is slowed."),
     {"business_impact": ("slowed",), "regulatory_exposure": _REGULATED}),
    (2, message("Work is slowed."), {"business_impact": ("slowed",)}),
    (2, message("There is a way around it."), {"business_impact": ("workaround",)}),
    (2, message("The service has faults."), {"uptime_impact": ("degraded",)}),
    (2, message("A question about work under regulation, needed today."),
     {"regulatory_exposure": _REGULATED, "urgency": _SOON}),
    (3, message("A question, or a wish."), {}),
)  # fmt: skip
"""Place of the severity, reason, and cells. Of fewer severities the mildest stands for the rest."""


@lru_cache(maxsize=64)
def default_triage(severities: tuple[str, ...]) -> Triage:
    """The table for these severities, the worst first. One severity makes one row."""
    rules: list[TriageRule] = []
    last = len(severities) - 1
    for place, because, cells in _RULES:
        severity = severities[min(place, last)]
        rules.append(TriageRule.model_validate({**cells, "severity": severity, "because": because}))
    return Triage(rules=tuple(rules))


def triage_for(stated: Triage | None, severities: Sequence[str]) -> Triage:
    """The table that holds: the catalog's own, else the one by place."""
    return stated or default_triage(tuple(severities))
