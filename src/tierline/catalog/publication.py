"""Publishing: a catalog version becomes dated, read-only files that never change.

    DIR/<catalog>/index.json            what is published, by date, with digests
    DIR/<catalog>/2025-07-01.yaml       the canonical statement
    DIR/<catalog>/2025-07-01.html|json  its public grid

The index is written last, so that whoever starts from it finds only whole versions; a publication
that was interrupted is completed by the next run.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tierline.catalog.canonical import canonical_bytes
from tierline.catalog.publication_files import READ_ONLY, write_new, write_whole
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tierline.catalog.catalog import Catalog

INDEX_FORMAT = "tierline/publication/1"
_INDEX = "index.json"
_VERSION_FILE = re.compile(r"\d{4}-\d\d-\d\d\.yaml")


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing writes: file names with their bytes, and the index that names them."""

    folder: Path
    version: str
    digest: str
    new_files: dict[str, bytes]
    """Files that are not there yet."""
    index: bytes
    is_index_new: bool

    @property
    def is_done(self) -> bool:
        """Whether all of it is there already."""
        return not self.new_files and not self.is_index_new

    def names(self) -> list[str]:
        """The files to be written, in the order of writing."""
        return [*self.new_files, *([_INDEX] if self.is_index_new else [])]


def plan_publication(catalog: Catalog, directory: Path, grids: Mapping[str, bytes]) -> Publication:
    """What is to be written. `grids` are the public grids by file ending (`html`, `json`).

    Raises Conflict where this version, or an older one, was published with other content.
    """
    folder = directory / catalog.catalog
    version, content = catalog.version.isoformat(), canonical_bytes(catalog)
    digests = _published(folder)
    digest = digest_of_bytes(content)
    if digests.get(version, digest) != digest:
        raise Conflict(
            f"{catalog.catalog} {version} is published already, with other content, and never "
            f"changes. Write the change under a new version date (version: ...) in the catalog.",
            code="already_published",
        )
    digests[version] = digest
    files = {f"{version}.yaml": content} | {f"{version}.{end}": grids[end] for end in sorted(grids)}
    index = _index(catalog, digests, sorted(grids), folder)
    return Publication(
        folder=folder,
        version=version,
        digest=digest,
        new_files={n: c for n, c in files.items() if not (folder / n).exists()},
        index=index,
        is_index_new=_bytes_of(folder / _INDEX) != index,
    )


def publish(publication: Publication) -> None:
    """Write the files, then the index. Raises Conflict where someone else was first."""
    for name, content in publication.new_files.items():
        path = publication.folder / name
        if not write_new(path, content) and _bytes_of(path) != content:
            raise Conflict(
                f"{path} was written by someone else in the meantime, with other content.",
                code="already_published",
            )
    if publication.is_index_new:
        write_whole(publication.folder / _INDEX, publication.index, mode=READ_ONLY)


def _published(folder: Path) -> dict[str, str]:
    """Digest by version: as the index recorded it, held against the files."""
    recorded = _recorded(folder / _INDEX)
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        if _VERSION_FILE.fullmatch(path.name):
            found[path.stem] = digest_of_bytes(path.read_bytes())
    for version, digest in recorded.items():
        if found.get(version, digest) != digest:
            raise Conflict(
                f"{folder / version}.yaml was changed after its publication: it has "
                f"{found[version]}, published was {digest}. Restore the file.",
                code="changed_after_publication",
            )
    return found | recorded


def _recorded(path: Path) -> dict[str, str]:
    content = _bytes_of(path)
    if content is None:
        return {}
    try:
        index = json.loads(content)
        entries: list[dict[str, object]] = {INDEX_FORMAT: index["versions"]}[index["format"]]
        return {str(entry["version"]): str(entry["digest"]) for entry in entries}
    except (ValueError, KeyError, TypeError):
        raise Invalid(
            f"{path} is not an index of published catalogs. Restore it, or publish to an empty "
            "folder.",
            code="bad_index",
        ) from None


def _index(catalog: Catalog, digests: Mapping[str, str], endings: list[str], folder: Path) -> bytes:
    this = catalog.version.isoformat()
    versions = [
        {
            "version": version,
            "statement": f"{version}.yaml",
            "digest": digests[version],
            "grids": _grids(folder, version, endings if version == this else []),
        }
        for version in sorted(digests)
    ]
    index = {
        "format": INDEX_FORMAT,
        "catalog": catalog.catalog,
        "company": catalog.company,
        "versions": versions,
    }
    return (json.dumps(index, indent=2, ensure_ascii=False) + "\n").encode()


def _grids(folder: Path, version: str, written: list[str]) -> list[str]:
    """The grids of a version that are there, or are about to be."""
    names = {end: f"{version}.{end}" for end in ("html", "json")}
    return [name for end, name in names.items() if end in written or (folder / name).exists()]


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
