"""What can be done with catalogs: publish a version."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tierline.actions.occasion import Journal
from tierline.catalog.canonical import catalog_digest

if TYPE_CHECKING:
    from tierline.actions.occasion import Occasion
    from tierline.catalog.catalog import Catalog


class Publications(Protocol):
    """The catalog versions that are published."""

    def publish(self, catalog: Catalog, *, published_at: datetime) -> bool: ...


class CatalogBooks(Journal, Protocol):
    """What the actions of this module need."""

    @property
    def catalogs(self) -> Publications: ...


def publish_catalog(books: CatalogBooks, catalog: Catalog, occasion: Occasion) -> bool:
    """Publish a version for ever. False where it was published with the same content before;
    Conflict where it was published with other content."""
    is_new = books.catalogs.publish(catalog, published_at=occasion.now)
    if is_new:
        version = catalog.version.isoformat()
        body = {"version": version, "digest": catalog_digest(catalog)}
        books.append([occasion.fact("CatalogPublished", catalog.catalog, body)])
    return is_new
