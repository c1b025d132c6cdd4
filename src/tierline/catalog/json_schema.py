"""The JSON Schema of catalog files, made from the code that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tierline.catalog.catalog import Catalog
from tierline.kernel.durations import Duration

if TYPE_CHECKING:
    from pydantic import BaseModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CATALOG_SCHEMA_ID = "urn:tierline:schema:catalog:1"


def catalog_schema() -> dict[str, Any]:
    """The schema of `tierline/catalog/1`: what an editor needs to complete and check a file.

    The reader knows more than a schema can say: references, time zones, hours.
    """
    return schema_of(Catalog, CATALOG_SCHEMA_ID, "Tierline catalog")


def schema_of(model: type[BaseModel], schema_id: str, title: str) -> dict[str, Any]:
    """The schema of a published format, with its identity in front."""
    body = model.model_json_schema(mode="validation")
    _write_durations(body)
    return {"$schema": DIALECT, "$id": schema_id, **body, "title": title}


def _write_durations(node: Any) -> None:
    """Defaults that are durations as files write them (`P5D`), where pydantic shows the parts."""
    if isinstance(node, list):
        for part in node:
            _write_durations(part)
    elif isinstance(node, dict):
        default = node.get("default")
        if isinstance(default, dict) and set(default) == {"days", "seconds"}:
            node["default"] = str(Duration(**default))
        for part in node.values():
            _write_durations(part)
