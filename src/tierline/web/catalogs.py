"""Published catalogs: the list, a version, its public grid, and what changed between two."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from tierline.access.permission import Permission
from tierline.catalog.canonical import catalog_digest
from tierline.catalog.difference import difference
from tierline.catalog.difference_change import Direction
from tierline.catalog.grid import grid_of
from tierline.catalog.words import headline_price, triage_rows
from tierline.kernel.errors import NotFound
from tierline.queries.catalogs import published_versions
from tierline.web.grid import offer_names
from tierline.web.public_grid import snippet
from tierline.web.shell import Visit, shown_to
from tierline.web.whose import is_staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.responses import Response

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.difference_change import Change
    from tierline.queries.catalogs import PublishedVersion

_DIRECTIONS = (
    (Direction.worse, "Worse", "breach", "×"),
    (Direction.changed, "Changed", "warn", "!"),
    (Direction.better, "Better", "ok", "✓"),
)


@shown_to(Permission.read_catalog)
def catalogs_list(visit: Visit) -> Response:
    """Every version of every catalog, the newest first."""
    found = visit.application.read(lambda reads: published_versions(reads.snapshot))
    return visit.page(
        "pages/catalogs.html",
        rows=_with_earlier(found),
        is_staff=is_staff(visit),
        address=visit.application.access.stated_address(str(visit.request.base_url)).rstrip("/"),
    )


@shown_to(Permission.read_catalog)
def catalog_version(visit: Visit) -> Response:
    """One version: its plans, its digest, and the way to its grid, its file and its changes."""
    catalog, name, version = _catalog_of(visit)
    found = visit.application.read(lambda reads: published_versions(reads.snapshot))
    others = [each for each in found if each.catalog == name and each.version != version]
    tiers = [
        {
            "key": key,
            "name": tier.name,
            "lead": tier.lead_line or "",
            "price": headline_price(tier.price, catalog.currency),
            "availability": tier.availability.value,
        }
        for key, tier in catalog.tiers.items()
    ]
    return visit.page(
        "pages/catalog.html",
        catalog=catalog,
        name=name,
        version=version,
        digest=catalog_digest(catalog),
        published_at=next(
            (e.published_at for e in found if (e.catalog, e.version) == (name, version)), None
        ),
        tiers=tiers,
        triage=triage_rows(catalog),
        earlier=[each.version for each in others if each.version < version],
        is_newest=all(each.version < version for each in others),
        snippet=_snippet(visit, catalog) if is_staff(visit) else "",
    )


@shown_to(Permission.read_catalog)
def catalog_grid(visit: Visit) -> Response:
    """The public grid of a version, inside of the shell."""
    catalog, _, _ = _catalog_of(visit)
    grid = grid_of(catalog)
    return visit.page("grid.html", grid=grid, names=offer_names(grid))


@shown_to(Permission.read_catalog)
def catalog_differences(visit: Visit) -> Response:
    """What changed from `?from=` (the version before) to this one, worse first."""
    catalog, name, version = _catalog_of(visit)
    found = visit.application.read(lambda reads: published_versions(reads.snapshot))
    known = [each.version for each in found if each.catalog == name]
    earlier = [each for each in known if each < version]
    before = visit.asked("from", 40) or (earlier[0] if earlier else "")
    if before not in known:
        said = f"There is no version '{before}' of the catalog '{name}'."
        raise NotFound(said if before else "This is the first version: nothing came before it.")
    older = visit.application.read(lambda reads: reads.catalogs.get(name, before))
    changes = difference(older, catalog).changes
    return visit.page(
        "pages/catalog_differences.html",
        name=name,
        version=version,
        before=before,
        versions=[each for each in known if each != version],
        total=len(changes),
        groups=[
            {"title": title, "state": state, "mark": mark, "holders": holders}
            for direction, title, state, mark in _DIRECTIONS
            if (holders := _by_holder(c for c in changes if c.direction is direction))
        ],
    )


def _snippet(visit: Visit, catalog: Catalog) -> str:
    address = visit.application.access.stated_address(str(visit.request.base_url))
    return snippet(address, catalog.catalog, grid_of(catalog).title)


def _catalog_of(visit: Visit) -> tuple[Catalog, str, str]:
    name, version = visit.path_word("catalog"), visit.path_word("version")
    return visit.application.read(lambda reads: reads.catalogs.get(name, version)), name, version


def _with_earlier(found: Iterable[PublishedVersion]) -> list[dict[str, Any]]:
    """Each version with the one before it; the list is the newest first."""
    listed = list(found)
    rows = []
    for number, each in enumerate(listed):
        older = listed[number + 1] if number + 1 < len(listed) else None
        is_same = older is not None and older.catalog == each.catalog
        rows.append(
            {
                "version": each,
                "on": date.fromisoformat(each.version),
                "earlier": older.version if older is not None and is_same else None,
                "is_newest": number == 0 or listed[number - 1].catalog != each.catalog,
            }
        )
    return rows


def _by_holder(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes by who holds what changes, in their order."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        whose = f"Add-on {change.holder_name}" if change.holder[:1] == "+" else change.holder_name
        found.setdefault(whose or "Everyone", []).append(change)
    return [{"name": name, "changes": listed} for name, listed in found.items()]


_PATH = "/catalogs/{catalog}/{version}"
ROUTES = [
    Route("/catalogs", catalogs_list, methods=["GET"]),
    Route(_PATH, catalog_version, methods=["GET"]),
    Route(f"{_PATH}/grid", catalog_grid, methods=["GET"]),
    Route(f"{_PATH}/differences", catalog_differences, methods=["GET"]),
]
