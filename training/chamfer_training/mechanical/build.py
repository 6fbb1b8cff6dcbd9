"""Makes the shapes of the mechanical parts and writes them as STL; a part that cannot be made is listed, not hidden."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from ..stl import write_stl
from . import all_parts
from .part import Part
from .split import split_of

# Chord error as a share of the part's diagonal: finer than the sampling of the descriptor can see.
CHORD_ERROR = 1e-3


def tessellate(part: Part) -> np.ndarray:
    """Triangles [n, 3, 3] of the part, in millimetres."""
    shape = part.build()
    box = shape.bounding_box()
    vertices, triangles = shape.tessellate(CHORD_ERROR * box.diagonal, part.angular_tolerance)
    points = np.array([tuple(vertex) for vertex in vertices])
    return points[np.array(triangles)]


def build(target: Path) -> None:
    """Writes `target/<split>/<id>.stl` for every part that is not there yet, and `target/failed.json`."""
    failed = {}
    wanted = {target / split_of(part) / f"{part.id}.stl": part for part in all_parts()}
    for path in target.glob("*/*.stl"):
        if path not in wanted:
            path.unlink()
    for path, part in wanted.items():
        if path.exists():
            continue
        started = time.monotonic()
        try:
            triangles = tessellate(part)
            if len(triangles) == 0 or not np.isfinite(triangles).all():
                raise ValueError("no usable triangles")
            write_stl(path, triangles)
        except Exception as error:  # the tables hold sizes that the library cannot build
            failed[part.id] = f"{type(error).__name__}: {error}"
            continue
        seconds = time.monotonic() - started
        if seconds > 5:
            print(f"{part.id}: {seconds:.0f} s", file=sys.stderr)
    (target / "failed.json").write_text(json.dumps(failed, indent=2) + "\n")
    print(f"mechanical parts: {len(list(target.glob('*/*.stl')))} made, {len(failed)} failed")
