"""Lists of published catalogs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tierline.store.catalogs import catalog_version_table
from tierline.store.unit_of_work import Snapshot

_column = catalog_version_table.c


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One version of a catalog; `version` is its date."""

    catalog: str
    version: str
    digest: str
    published_at: datetime


def published_versions(snapshot: Snapshot) -> tuple[PublishedVersion, ...]:
    """Every version, by catalog, the newest first."""
    chosen = sa.select(_column.catalog, _column.version, _column.digest, _column.published_at)
    rows = snapshot.execute(chosen.order_by(_column.catalog, _column.version.desc()))
    return tuple(PublishedVersion(**row) for row in rows.mappings())
