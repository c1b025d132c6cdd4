"""Everything else that two versions say differently, by its path, so that nothing is passed over.

What has its own comparison (targets, terms, prices, exclusions ...) is left out here; every other
field of the statement is compared as it is written, also those that will be added later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tierline.catalog.canonical import plain_statement
from tierline.catalog.difference_change import Change, Direction, Kind
from tierline.catalog.yaml_text import flow_text, scalar_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tierline.catalog.catalog import Catalog
    from tierline.catalog.yaml_text import Plain

_CATALOG_ASIDE = {"format", "version", "clock_rules", "tiers", "add_ons", "triage"}
_TIER_ASIDE = {
    "name", "price", "includes", "hours", "targets_headline", "targets", "clock_rules", "terms",
    "exclusions", "remedies", "fences",
}  # fmt: skip
_ADD_ON_ASIDE = {"price", "terms", "extends", "available_for"}
_ORDERED = ("tiers", "severities")
_LONGEST = 160


def rest_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    """Changes at the leaves of what no other comparison looks at."""
    before, after = plain_statement(old), plain_statement(new)
    yield from _changes("", _without(before, _CATALOG_ASIDE), _without(after, _CATALOG_ASIDE), new)
    for part, aside in (("tiers", _TIER_ASIDE), ("add_ons", _ADD_ON_ASIDE)):
        was, is_ = _mapping(before.get(part)), _mapping(after.get(part))
        for key in is_:
            if key in was:
                rest = _without(_mapping(was[key]), aside), _without(_mapping(is_[key]), aside)
                yield from _changes(f"{part}.{key}", *rest, new)


def order_changes(old: Catalog, new: Catalog) -> Iterator[Change]:
    """Where order means something (the ladder, worst severity first), a new order is a change."""
    for part in _ORDERED:
        keys: tuple[dict[str, object], dict[str, object]] = getattr(old, part), getattr(new, part)
        before = [key for key in keys[0] if key in keys[1]]
        after = [key for key in keys[1] if key in keys[0]]
        if before != after:
            yield Change(
                Direction.changed, Kind.changed, "", "", f"Order of {part}", "",
                ", ".join(before), ", ".join(after),
            )  # fmt: skip


def _changes(
    path: str, old: dict[str, Plain], new: dict[str, Plain], catalog: Catalog
) -> Iterator[Change]:
    for key in dict.fromkeys([*new, *old]):
        place = f"{path}.{key}".lstrip(".")
        was, is_ = old.get(key), new.get(key)
        if key in old and key in new and was == is_:
            continue
        if isinstance(was, dict) and isinstance(is_, dict):
            yield from _changes(place, was, is_, catalog)
        else:
            yield _change(place, (key in old, was), (key in new, is_), catalog)


def _change(
    place: str, old: tuple[bool, Plain], new: tuple[bool, Plain], catalog: Catalog
) -> Change:
    kind = Kind.changed if old[0] and new[0] else Kind.added if new[0] else Kind.removed
    parts = place.split(".")
    is_name = parts[-1] == "name" and kind is Kind.changed
    holder, name = _holder(parts, catalog)
    return Change(
        direction=Direction.changed,
        kind=Kind.renamed if is_name else kind,
        holder=holder,
        holder_name=name,
        what=f"Name of {place.removesuffix('.name')}" if is_name else place,
        promise_id=_promise_id(parts, catalog) if is_name else "",
        old=_shown(old[1]) if old[0] else None,
        new=_shown(new[1]) if new[0] else None,
        note="the promise id stays" if is_name else "",
    )


def _holder(parts: list[str], catalog: Catalog) -> tuple[str, str]:
    if parts[0] == "tiers":
        return parts[1], catalog.tiers[parts[1]].name
    if parts[0] == "add_ons":
        return f"+{parts[1]}", catalog.add_ons[parts[1]].name
    return "", ""


def _promise_id(parts: list[str], catalog: Catalog) -> str:
    """The last part of the promise ids that a renamed feature or add-on keeps."""
    if parts[0] == "features":
        return f"{catalog.catalog}/*/{parts[1]}"
    return f"{catalog.catalog}/+{parts[1]}" if parts[0] == "add_ons" else ""


def _shown(value: Plain) -> str:
    """`Quarterly report: axis outcome, value 2`, and what is no mapping as it is written."""
    if isinstance(value, dict):
        name = [f"{value['name']}: "] if "name" in value else []
        rest = [f"{_spaced(key)} {_written(part)}" for key, part in value.items() if key != "name"]
        text = "".join(name) + ", ".join(rest)
    else:
        text = _written(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _written(value: Plain) -> str:
    return flow_text(value) if isinstance(value, dict | list) else scalar_text(value).strip('"')


def _spaced(key: str) -> str:
    return key.replace("_", " ")


def _without(values: dict[str, Plain], aside: set[str]) -> dict[str, Plain]:
    return {key: value for key, value in values.items() if key not in aside}


def _mapping(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}
