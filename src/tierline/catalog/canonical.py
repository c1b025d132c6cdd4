"""The canonical form of a catalog: the same statement is the same bytes, wherever it is written.

Keys stand in the order of the model, what equals its default is left out, durations are ISO 8601,
numbers are plain decimals. Mappings keep their order, because it means something (the ladder of
tiers, worst severity first). Comments are not part of it.
"""

from __future__ import annotations

import weakref
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Literal, get_args, get_origin

from pydantic import BaseModel

from tierline.catalog.yaml_text import yaml_text
from tierline.kernel.digest import digest_of_bytes
from tierline.kernel.durations import Duration

if TYPE_CHECKING:
    from tierline.catalog.catalog import Catalog
    from tierline.catalog.yaml_text import Plain

_digests: dict[int, tuple[weakref.ref[Catalog], str]] = {}
"""By the identity of the object, for as long as it lives."""


def canonical_bytes(catalog: Catalog) -> bytes:
    """The canonical YAML of a catalog, UTF-8, ending in one line break."""
    return yaml_text(plain_statement(catalog)).encode()


def catalog_digest(catalog: Catalog) -> str:
    """`sha256:...` of the canonical bytes: the identity of what is promised.

    Worked out once for each object: a catalog never changes, writing one out takes tens of
    milliseconds, and every contract asks for it.
    """
    known = _digests.get(id(catalog))
    if known is not None and known[0]() is catalog:
        return known[1]
    digest = digest_of_bytes(canonical_bytes(catalog))
    key = id(catalog)
    _digests[key] = weakref.ref(catalog, lambda _gone: _digests.pop(key, None)), digest
    return digest


def plain_statement(statement: BaseModel) -> dict[str, Plain]:
    """A statement as plain values, without what equals its default."""
    plain: dict[str, Plain] = {}
    for name, field in type(statement).model_fields.items():
        value = getattr(statement, name)
        is_default = not field.is_required() and value == field.get_default(
            call_default_factory=True
        )
        if not is_default or _is_tag(field.annotation):
            plain[name] = plain_value(value)
    return plain


def _is_tag(annotation: object) -> bool:
    """Whether a field has one possible value, and so says what a statement is (`kind: rate`)."""
    return get_origin(annotation) is Literal and len(get_args(annotation)) == 1


def plain_value(value: object) -> Plain:
    """One value of a statement as YAML knows it."""
    if isinstance(value, BaseModel):
        return plain_statement(value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dict):
        return {str(key): plain_value(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain_value(part) for part in value]
    if isinstance(value, Duration | date):
        return str(value)
    if value is None or isinstance(value, bool | int | Decimal | str):
        return value
    raise TypeError(f"a catalog holds no {type(value).__name__}")
