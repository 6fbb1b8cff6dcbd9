"""Writes triangles as binary STL, in millimetres."""

from __future__ import annotations

from pathlib import Path

import numpy as np

_FACET = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_HEADER = b"Binary STL in millimetres".ljust(80)


def write_stl(path: Path, triangles: np.ndarray) -> None:
    """`triangles` is [n, 3 corners, 3 coordinates]. Normals are left 0: readers take them from the corners."""
    facets = np.zeros(len(triangles), _FACET)
    facets["corners"] = triangles
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(_HEADER + np.uint32(len(facets)).tobytes() + facets.tobytes())
    part.rename(path)
