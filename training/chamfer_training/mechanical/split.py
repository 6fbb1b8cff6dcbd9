"""Which mechanical families are kept out of training: some of a kind that is trained on, and some kinds whole."""

from __future__ import annotations

import csv
from pathlib import Path

from .part import Part

# Kinds of which no part is trained on.
UNSEEN_KINDS = {
    "raised-countersunk-head-screw", "toothed-lock-washer", "helical-gear", "worm-wheel", "weld-neck-flange",
    "socket-weld-flange", "tapered-roller-bearing", "heat-set-insert", "lead-screw",
}  # fmt: skip

# Families kept out although others of their kind are trained on.
HELD_OUT_FAMILIES = {
    "asme-b18.3", "iso-4014", "din-931", "iso-1207", "iso-14580", "iso-14581", "iso-14582", "iso-14583",
    "asme-b18.6.3", "iso-4033", "iso-4036", "iso-7091", "iso-7094", "iso-3601-series-0", "iso-3601-series-3",
    "spur-gear-m0.8", "spur-gear-m1.25", "spur-gear-m2.5", "spur-gear-m4", "gear-rack-m1.5", "gear-rack-m4",
    "worm-m1.5", "worm-m4", "sprocket-06b", "sprocket-10b", "sprocket-16b",
    "pipe-copper-m", "pipe-pvc-80", "pipe-steel-160",
    "pipe-bend-copper-m", "pipe-bend-pvc-80", "pipe-bend-steel-160",
    "blind-flange-class-300-raised", "blind-flange-class-150-ring",
    "slip-on-flange-class-300-raised", "slip-on-flange-class-150-ring",
    "deep-groove-ball-bearing-618", "deep-groove-ball-bearing-63",
    "capped-ball-bearing-619", "capped-ball-bearing-638",
    "cylindrical-roller-bearing-3", "cylindrical-roller-bearing-23",
}  # fmt: skip

SPLITS = ("train", "held-out-family", "unseen-type")


def split_of(part: Part) -> str:
    """`train`, `held-out-family` or `unseen-type`: the words of the KiCad split list."""
    if part.kind in UNSEEN_KINDS:
        return "unseen-type"
    return "held-out-family" if part.family in HELD_OUT_FAMILIES else "train"


def write_split_list(parts: list[Part], made: Path, target: Path) -> None:
    """The parts that could be made, in the columns of the KiCad list; `made` is where their STL files stand."""
    with target.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["path", "kind", "family", "split", "licence"])
        for part in parts:
            split = split_of(part)
            if (made / split / f"{part.id}.stl").exists():
                writer.writerow([part.id, part.kind, part.family, split, "Apache-2.0"])
