"""How large a company is told: customers seen in the year by tier, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass

from tierline.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Shape:
    """Numbers of customers. `seen` is by tier, Standard first; those that leave are among them."""

    name: str
    seen: tuple[int, int, int]
    churned: int
    new: int
    golden: int
    """On the plan of before."""
    upgrades: tuple[tuple[str, str, int], ...]
    """Tier, tier above, how many rise."""
    triers: int
    """Use a sandbox and reach their API limit."""
    rising_triers: int
    """Of those that rise, how many did so before."""
    cases_percent: int = 100
    """Of the cases that so many customers raise: fewer make a company that is quicker to make."""


SMALL = Shape(
    "small",
    (39, 19, 8),
    6,
    8,
    5,
    (("Standard", "Priority", 4), ("Priority", "Enterprise", 1)),
    10,
    4,
)
STANDARD = Shape(
    "standard",
    (116, 59, 23),
    18,
    24,
    14,
    (("Standard", "Priority", 6), ("Priority", "Enterprise", 2)),
    22,
    6,
)
LARGE = Shape(
    "large",
    (193, 98, 39),
    30,
    40,
    23,
    (("Standard", "Priority", 10), ("Priority", "Enterprise", 3)),
    37,
    10,
)
SHAPES = {shape.name: shape for shape in (SMALL, STANDARD, LARGE)}


def shape_of(name: str | Shape) -> Shape:
    """The shape of a size, or the one that is given. Raises NotFound."""
    if isinstance(name, Shape):
        return name
    if name not in SHAPES:
        raise NotFound(f"There is no size '{name}'. The sizes are: {', '.join(SHAPES)}.")
    return SHAPES[name]
