"""A part that is in no catalogue and in no training set, and what the shipped models recommend for it."""

from __future__ import annotations

import json
import pickle
from functools import partial
from pathlib import Path

import numpy as np
from bd_warehouse.fastener import SocketHeadCapScrew

from .mechanical import all_parts
from .mechanical.build import tessellate
from .mechanical.part import Part
from .stl import write_stl

FILE = "golden/part.stl"
RECOMMENDATIONS = 10
# Embeddings are kept in float32, so scores of two machines may differ in the seventh digit.
TOLERANCE = 1e-6
PART = Part(
    "Hexagon socket head cap screw ISO 4762 - M6-1 x 20", "hexagon-socket-head-screw", "iso-4762",
    {"size": "M6-1 x 20"}, partial(SocketHeadCapScrew, "M6-1", 20, "iso4762"), 0.4,
)  # fmt: skip


def write_golden_mesh(catalogue: Path) -> None:
    if PART.id in {part.id for part in all_parts()}:
        raise ValueError(f"{PART.id} is among the generated parts")
    write_stl(catalogue / FILE, tessellate(PART))


def write_golden_part(catalogue: Path, described: Path, models: Path) -> None:
    """`described` is what `chamfer describe` wrote of the golden folder."""
    encoder = pickle.loads((models / "geometry-encoder" / "1" / "model.pkl").read_bytes())
    classifier = pickle.loads((models / "part-classifier" / "1" / "model.pkl").read_bytes())
    with np.load(described) as file:
        row = file["descriptors"].astype(np.float64)
    manifest = json.loads((catalogue / "catalogue.json").read_text())
    scores = []
    for folder in (part["folder"] for part in manifest["parts"]):
        ids = [design["id"] for design in json.loads((catalogue / folder / "designs.json").read_text())]
        descriptors = np.load(catalogue / folder / "descriptors.npy").astype(np.float64)
        scores += zip((encoder.transform(descriptors) @ encoder.transform(row)[0]).tolist(), ids)
    best = sorted(scores, key=lambda pair: (-pair[0], pair[1]))[: RECOMMENDATIONS + 1]
    gaps = -np.diff([score for score, _ in best])
    if gaps.min() < 10 * TOLERANCE:
        raise ValueError(f"two recommendations score alike within {gaps.min():g}: their order is not to be relied on")
    golden = {
        "file": FILE,
        "kinds": [str(classifier.predict(row)[0])],
        "recommendations": [{"id": name, "score": score} for score, name in best[:RECOMMENDATIONS]],
        "tolerance": TOLERANCE,
    }
    (catalogue / "golden.json").write_text(json.dumps(golden, indent=2) + "\n")
    print(f"golden part: {golden['kinds'][0]}, first {best[0][1]} with {best[0][0]:.4f}")
