"""A mechanical part to be: what it is called, what is true of it, and how its shape is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

SOURCE = "Generated with bd_warehouse 0.4.0"


@dataclass(frozen=True)
class Part:
    """One part before its shape exists. `attributes` hold only what a standard or its table states."""

    name: str
    kind: str
    family: str
    attributes: dict[str, str | float]
    build: Callable[[], object] = field(repr=False)
    # Largest turn between neighbouring facets, in radians: coarser where many round bodies make one part.
    angular_tolerance: float = 0.2

    # What the id says after the family, where that is not the size.
    id_tail: str | None = None

    @property
    def id(self) -> str:
        return slug(f"{self.family}-{self.id_tail or self.attributes['size']}")


def slug(text: str) -> str:
    """Lower case, with only letters, digits, dots and hyphens."""
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9.]+", "-", text.lower())).strip("-")


def spread(items: list, count: int) -> list:
    """At most `count` items, evenly spread over the list, first and last among them."""
    if len(items) <= count:
        return list(items)
    return [items[round(i * (len(items) - 1) / (count - 1))] for i in range(count)]


def number(value: float) -> float:
    """Rounds away the noise of inches turned into millimetres; whole numbers stay whole."""
    rounded = round(float(value), 4)
    return int(rounded) if rounded == int(rounded) else rounded
