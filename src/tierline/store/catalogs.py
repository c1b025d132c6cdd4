"""Published catalogs in the database: each version once, never changed."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from tierline.catalog.canonical import canonical_bytes, catalog_digest
from tierline.catalog.catalog import Catalog
from tierline.catalog.document import parse_document
from tierline.catalog.load import parse_catalog
from tierline.kernel.errors import Conflict, NotFound
from tierline.store.columns import Instant, Words
from tierline.store.schema import table
from tierline.store.unit_of_work import Snapshot, UnitOfWork

catalog_version_table = table(
    "catalog_version",
    sa.Column("catalog", Words, primary_key=True),
    sa.Column("version", Words, primary_key=True),
    sa.Column("digest", Words, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("statement", Words, nullable=False),
)
_column = catalog_version_table.c
_INSERT = catalog_version_table.insert()
_NEWEST_FIRST = (_column.catalog, _column.version.desc())
_OF_NAME = sa.select(_column.statement).where(_column.catalog == sa.bindparam("named"))
_NEWEST_OF = _OF_NAME.order_by(*_NEWEST_FIRST).limit(1)
_other = catalog_version_table.alias("other")
_NEWEST_OF_EACH = (
    sa.select(_column.catalog, _column.statement)
    .where(
        ~sa.select(_other.c.version)
        .where(_other.c.catalog == _column.catalog, _other.c.version > _column.version)
        .exists()
    )
    .order_by(_column.catalog)
)
_VERSION_OF = _OF_NAME.where(_column.version == sa.bindparam("dated"))


class CatalogReads:
    """Reads of published catalogs."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._read: dict[tuple[str, str], Catalog] = {}
        """Versions never change, so that each is read once."""
        self._newest: tuple[Catalog, ...] | None = None

    def get(self, catalog: str, version: str | None = None) -> Catalog:
        """A version of a catalog, the newest where none is named. Raises NotFound."""
        known = self._read.get((catalog, version or ""))
        if known is not None:
            return known
        named = {"named": catalog}
        row = (
            self._snapshot.row(_NEWEST_OF, named)
            if version is None
            else self._snapshot.row(_VERSION_OF, {**named, "dated": version})
        )
        if row is None:
            what = f"version {version} of the catalog" if version else "published catalog"
            raise NotFound(f"There is no {what} '{catalog}'.")
        found = _catalog(row.statement, catalog)
        if version is not None:
            self._read[catalog, version] = found
        return found

    def newest(self) -> tuple[Catalog, ...]:
        """The newest version of every catalog."""
        if self._newest is None:
            rows = self._snapshot.rows(_NEWEST_OF_EACH, {})
            self._newest = tuple(_catalog(row.statement, row.catalog) for row in rows)
        return self._newest

    def last(self, number: int) -> tuple[Catalog, ...]:
        """The last so many versions of every catalog, by catalog, the newest first."""
        found: dict[str, list[str]] = {}
        rows = self._snapshot.execute(
            sa.select(_column.catalog, _column.statement).order_by(*_NEWEST_FIRST)
        )
        for row in rows:
            found.setdefault(row.catalog, []).append(row.statement)
        return tuple(
            _catalog(statement, name)
            for name, statements in sorted(found.items())
            for statement in statements[:number]
        )

    def versions(self) -> frozenset[tuple[str, str]]:
        """Every version that is published, with its catalog."""
        rows = self._snapshot.execute(sa.select(_column.catalog, _column.version))
        return frozenset((row.catalog, row.version) for row in rows)

    def digest(self, catalog: str, version: str) -> str | None:
        """The digest of a published version; None where there is none."""
        chosen = sa.select(_column.digest).where(
            _column.catalog == catalog, _column.version == version
        )
        found = self._snapshot.execute(chosen).scalar()
        return None if found is None else str(found)


class CatalogRecords(CatalogReads):
    """Catalogs inside of a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        super().__init__(unit)
        self._unit = unit
        self.has_published = False

    def publish(self, catalog: Catalog, *, published_at: datetime) -> bool:
        """Keep a version for ever. False where the same content stands there already; other
        content under the same version is a Conflict."""
        version, digest = catalog.version.isoformat(), catalog_digest(catalog)
        present = self.digest(catalog.catalog, version)
        if present == digest:
            return False
        if present is not None:
            raise Conflict(
                f"Version {version} of '{catalog.catalog}' is published with other content. "
                "A published version never changes: date the new one later.",
                code="version_published",
            )
        self._newest = None
        self._unit.write(
            _INSERT,
            {
                "catalog": catalog.catalog,
                "version": version,
                "digest": digest,
                "published_at": published_at,
                "statement": canonical_bytes(catalog).decode(),
            },
        )
        self.has_published = True
        return True


@lru_cache(maxsize=64)  # a statement never changes, and reading one takes tens of milliseconds
def _catalog(statement: str, name: str) -> Catalog:
    return parse_catalog(parse_document(statement.encode(), name))
