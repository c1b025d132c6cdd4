"""Every published promise, and where it is enforced: by the platform, a workflow, a person, or
nowhere."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.catalog.feature import EnforcedBy
from tierline.catalog.statement import MilestoneKind
from tierline.catalog.words import milestone_name
from tierline.kernel.errors import NotFound
from tierline.queries.enforcement import enforcement_by_version
from tierline.web.badges import Badge
from tierline.web.forms import csv_file
from tierline.web.shell import Visit, shown_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

    from tierline.catalog.enforcement import EnforcementCoverage, PublishedPromise

PATH = "/enforcement"
VERSIONS = 20
"""Of each catalog; an older one is asked for over the API of catalogs."""
_BADGES = {
    EnforcedBy.nowhere: Badge("breach", "×", "Nowhere"),
    EnforcedBy.person: Badge("warn", "!", "A person"),
    EnforcedBy.workflow: Badge("ok", "✓", "A workflow"),
    EnforcedBy.platform: Badge("ok", "✓", "The platform"),
}
_WEAKEST_FIRST = list(_BADGES)
_KINDS = {"feature": "Feature", "target": "Target", "add_on": "Add-on", "remedy": "Remedy"}


@shown_to(Permission.read_audit)
def enforcement_page(visit: Visit) -> Response:
    """One version (`?catalog=`, `?version=`; the newest), and the coverage of those before it."""
    found = _found(visit)
    chosen = _chosen(visit, found)
    return visit.page(
        "pages/enforcement.html",
        versions=[
            {
                "coverage": each,
                "is_chosen": each is chosen,
                "counts": Counter(promise.enforced_by.value for promise in each.promises),
            }
            for each in found
        ],
        chosen=chosen,
        rows=[] if chosen is None else [_row(each) for each in _in_order(chosen)],
    )


@shown_to(Permission.read_audit)
def enforcement_file(visit: Visit) -> Response:
    """The same version for a spreadsheet."""
    chosen = _chosen(visit, _found(visit))
    if chosen is None:
        raise NotFound("No catalog is published yet.")
    head = ("catalog", "version", "promise", "name", "kind", "tiers", "enforced_by")
    rows = [
        (
            chosen.catalog,
            chosen.version,
            each.id,
            each.name,
            each.kind,
            " ".join(each.tiers),
            each.enforced_by.value,
        )
        for each in _in_order(chosen)
    ]
    return csv_file(f"enforcement-{chosen.catalog}-{chosen.version}.csv", head, rows)


def _found(visit: Visit) -> tuple[EnforcementCoverage, ...]:
    return visit.application.read(lambda reads: enforcement_by_version(reads, limit=VERSIONS))


def _chosen(visit: Visit, found: Sequence[EnforcementCoverage]) -> EnforcementCoverage | None:
    """The version that is asked for, else the newest one of all."""
    catalog, version = visit.asked("catalog"), visit.asked("version")
    for each in sorted(found, key=lambda one: one.version, reverse=True):
        if catalog in ("", each.catalog) and version in ("", each.version):
            return each
    if catalog or version:
        raise NotFound(f"No version {version} of the catalog '{catalog}' is among these.")
    return None


def _in_order(coverage: EnforcementCoverage) -> list[PublishedPromise]:
    """Those that nobody keeps first, then those that a person must remember."""
    return sorted(coverage.promises, key=lambda each: _WEAKEST_FIRST.index(each.enforced_by))


def _row(promise: PublishedPromise) -> dict[str, Any]:
    return {
        "promise": promise,
        "name": _name(promise),
        "kind": _KINDS[promise.kind],
        "tiers": ", ".join(tier.replace("_", " ").capitalize() for tier in promise.tiers),
        "badge": _BADGES[promise.enforced_by],
    }


def _name(promise: PublishedPromise) -> str:
    """`S1: first response` for a target; else its name."""
    if promise.kind != "target":
        return promise.name
    severity, _, milestone = promise.name.partition(".")
    return f"{severity}: {milestone_name(MilestoneKind(milestone)).lower()}"


ROUTES = [
    Route(PATH, enforcement_page, methods=["GET"]),
    Route(f"{PATH}.csv", enforcement_file, methods=["GET"]),
]
