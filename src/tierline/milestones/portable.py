"""The terms that a case was judged by as plain JSON values: a receipt needs nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tierline.calendars.holiday_dates import expanded
from tierline.calendars.portable import from_jsonable, to_jsonable
from tierline.catalog.clock_rules import ClockRules
from tierline.catalog.statement import MilestoneKind
from tierline.kernel.errors import Invalid
from tierline.milestones.terms import Acceleration, PromisedTarget, Terms

if TYPE_CHECKING:
    from collections.abc import Mapping


def portable_terms(terms: Terms, tiers: set[str], years: tuple[int, int]) -> dict[str, Any]:
    """What the clocks of cases of these tiers read. Public holidays are written out for the years,
    both included, so that the receipt does not hang on anybody's list of holidays."""
    targets = {key: target for key, target in terms.targets.items() if key[0] in tiers}
    hours = sorted({target.hours for target in targets.values()})
    return {
        "catalog": terms.catalog,
        "version": terms.version,
        "digest": terms.digest,
        "tiers": list(terms.tiers),
        "severities": list(terms.severities),
        "targets": [
            {
                "tier": tier,
                "severity": severity,
                "milestone": kind.value,
                "promise": target.promise_id,
                "allowance_us": target.allowance_us,
                "hours": target.hours,
                "commitment": target.commitment,
            }
            | _warnings(target)
            | _attainment(target)
            | _acceleration(target)
            for (tier, severity, kind), target in targets.items()
        ],
        "rules": {
            tier: terms.rules_of(tier).model_dump(mode="json")
            for tier in sorted(tiers & set(terms.tiers))
        },
        "local_hours": sorted(terms.local_hours & set(hours)),
        "hours": {key: dict(to_jsonable(expanded(terms.hours[key], *years))) for key in hours},
    }


def _warnings(target: PromisedTarget) -> dict[str, list[str]]:
    """Only where there are any: a receipt of a promise without them has always been written so."""
    warned = [str(percent) for percent in target.warn_at_percent]
    return {"warn_at_percent": warned} if warned else {}


def _attainment(target: PromisedTarget) -> dict[str, str]:
    """Only where a share of the cases is promised, for the same reason."""
    percent = target.attainment_percent
    return {} if percent is None else {"attainment_percent": str(percent)}


def _acceleration(target: PromisedTarget) -> dict[str, Any]:
    """Only where a miss owes one, for the same reason."""
    owed = target.acceleration
    if owed is None:
        return {}
    return {"acceleration": {"severities": list(owed.severities), "within_days": owed.within_days}}


def _acceleration_of(row: Mapping[str, Any]) -> Acceleration | None:
    owed = row.get("acceleration")
    return None if owed is None else Acceleration(tuple(owed["severities"]), owed["within_days"])


def terms_from_portable(value: Mapping[str, Any]) -> Terms:
    """The terms that `portable_terms` wrote; raises Invalid where they have another form."""
    try:
        targets = {
            (row["tier"], row["severity"], MilestoneKind(row["milestone"])): PromisedTarget(
                row["promise"],
                int(row["allowance_us"]),
                row["hours"],
                bool(row["commitment"]),
                tuple(map(Decimal, row.get("warn_at_percent", ()))),
                Decimal(row["attainment_percent"]) if "attainment_percent" in row else None,
                _acceleration_of(row),
            )
            for row in value["targets"]
        }
        return Terms(
            catalog=value["catalog"],
            version=value["version"],
            digest=value["digest"],
            tiers=tuple(value["tiers"]),
            severities=tuple(value["severities"]),
            targets=targets,
            rules={tier: ClockRules.model_validate(r) for tier, r in value["rules"].items()},
            local_hours=frozenset(value["local_hours"]),
            hours={key: from_jsonable(stated) for key, stated in value["hours"].items()},
            names=dict(value.get("names", {})),
        )
    except (
        KeyError,
        TypeError,
        ValueError,
        ArithmeticError,
        AttributeError,
        ValidationError,
    ) as error:
        raise Invalid(f"These terms are damaged ({type(error).__name__}: {error}).") from None
