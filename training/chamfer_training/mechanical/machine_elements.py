"""Bearings, retaining rings, seals, keys, bushings and lead screws."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from bd_warehouse import bearing as b
from bd_warehouse.bushing import HexFlangedEccentricBushing
from bd_warehouse.o_rings import ORing
from bd_warehouse.retaining_ring import ExternalSnapRing, InternalSnapRing
from bd_warehouse.shaft_key import ShaftKey
from bd_warehouse.thread import AcmeThread, MetricTrapezoidalThread
from build123d import Align, Cylinder
from build123d import Part as Body

from .part import Part, number, slug, spread

BEARINGS = [
    (b.SingleRowDeepGrooveBallBearing, "deep-groove-ball-bearing", "Deep groove ball bearing"),
    (b.SingleRowCappedDeepGrooveBallBearing, "capped-ball-bearing", "Deep groove ball bearing, capped"),
    (b.SingleRowAngularContactBallBearing, "angular-contact-ball-bearing", "Angular contact ball bearing"),
    (b.SingleRowCylindricalRollerBearing, "cylindrical-roller-bearing", "Cylindrical roller bearing"),
    (b.SingleRowTaperedRollerBearing, "tapered-roller-bearing", "Tapered roller bearing"),
]


def bearings() -> Iterator[Part]:
    """The family is the dimension series of the designation: 60, 62, 618, 303..."""
    for cls, kind, words in BEARINGS:
        for size in cls.sizes("SKT"):
            row = b.isolate_fastener_type("SKT", cls.bearing_data)[size]
            designation = re.sub(r"^(\*|E2\.)\s*", "", str(row.get("Designation", "")).strip())
            series = _series(designation)
            if series is None:
                continue
            bore, outer, width = (float(part) for part in size.removeprefix("M").split("-"))
            yield Part(
                f"{words} {designation}", kind, slug(f"{kind}-{series}"),
                {
                    "size": f"{number(bore)} x {number(outer)} x {number(width)}", "designation": designation,
                    "bore_mm": number(bore), "outer_diameter_mm": number(outer), "width_mm": number(width),
                },
                partial(cls, size), 0.45,
            )  # fmt: skip


def _series(designation: str) -> str | None:
    """`6203` -> `62`, `619/8-2Z` -> `619`, `30205 J2` -> `302`, `NJ 2204` -> `22`, `608` -> `60`; else None."""
    found = re.match(r"(N[UJ] )?(\d+)(/\d+)?", designation)
    if found is None:
        return None
    roller, digits, bore = found.groups()
    if bore is not None:
        return digits
    return digits[:-1] if len(digits) == 3 and roller is None else digits[:-2]


def retaining_rings() -> Iterator[Part]:
    rings = [
        (ExternalSnapRing, "external-retaining-ring", "DIN 471", "Retaining ring for shafts"),
        (InternalSnapRing, "internal-retaining-ring", "DIN 472", "Retaining ring for bores"),
    ]
    for cls, kind, standard, words in rings:
        for size in spread(list(cls.ring_data), 28):
            yield Part(
                f"{words} {standard} - {size}", kind, slug(standard), {"standard": standard, "size": size},
                partial(cls, size), 0.15,
            )  # fmt: skip


def o_rings() -> Iterator[Part]:
    """The family is the series of the size code: 0, 1, 2, 3 or 4, one nominal cross-section each."""
    sizes = list(ORing.sizes("iso3601"))
    for series in "01234":
        for size in spread([size for size in sizes if len(size) == 3 and size[0] == series], 12):
            dimensions = ORing.parameters(size, "iso3601")
            yield Part(
                f"O-ring ISO 3601 - {size}", "o-ring", f"iso-3601-series-{series}",
                {
                    "standard": "ISO 3601", "size": size, "inner_diameter_mm": number(dimensions["id"]),
                    "cross_section_mm": number(dimensions["w"]),
                },
                partial(ORing, size), 0.35,
            )  # fmt: skip


def keys() -> Iterator[Part]:
    """DIN 6885 form A has round ends, form B square ones; the table gives the section by shaft diameter."""
    shafts = {}
    for shaft in sorted(ShaftKey.key_data, key=float):
        row = ShaftKey.parameters(float(shaft))
        shafts.setdefault((row["b"], row["h"]), float(shaft))
    for form in "AB":
        for (width, height), shaft in spread(list(shafts.items()), 12):
            for factor in (2.5, 5):
                length = number(round(width * factor))
                size = f"{form} {number(width)} x {number(height)} x {length}"
                yield Part(
                    f"Parallel key DIN 6885 - {size}", "parallel-key", f"din-6885-form-{form.lower()}",
                    {"standard": "DIN 6885", "size": size, "length_mm": length},
                    partial(ShaftKey, shaft, length, form),
                )  # fmt: skip


def bushings() -> Iterator[Part]:
    for bore, body, hexagon in [(3, 5, 8), (5, 7.1, 10), (6, 9, 13), (8, 12, 17), (10, 14, 19), (12, 18, 24)]:
        for factor in (0.6, 1.2):
            length = number(round(body * factor, 1))
            size = f"{bore} x {number(body)} x {length}"
            yield Part(
                f"Eccentric bushing with hexagon flange - {size}", "eccentric-bushing", "eccentric-bushing",
                {"size": size, "bore_mm": bore, "body_diameter_mm": number(body)},
                partial(HexFlangedEccentricBushing, bore, body, length, round(body * 0.5, 1), hexagon, 0.4),
            )  # fmt: skip


def lead_screws() -> Iterator[Part]:
    metric = ["8x1.5", "10x2", "12x3", "14x3", "16x4", "20x4", "24x5", "30x6"]
    inch = ["1/4", "5/16", "3/8", "1/2", "5/8", "3/4", "1"]
    for standard, cls, sizes in [("ISO 2904", MetricTrapezoidalThread, metric), ("ASME B1.5", AcmeThread, inch)]:
        for size in sizes:
            pitch = AcmeThread.acme_pitch[size] if cls is AcmeThread else float(size.split("x")[1])
            for turns in (8, 14):
                yield Part(
                    f"Lead screw {standard} - {size} x {turns} turns", "lead-screw", slug(standard),
                    {"standard": standard, "size": f"{size} x {turns} turns"},
                    partial(_lead_screw, cls, size, pitch, turns), 0.4,
                )  # fmt: skip


def _lead_screw(cls, size: str, pitch: float, turns: int) -> Body:
    """The thread over its core, which stands out two pitches at each end."""
    thread = cls(size, length=pitch * turns, end_finishes=("fade", "fade"), interference=0.0)
    core = Cylinder(thread.root_radius, pitch * (turns + 4), align=(Align.CENTER, Align.CENTER, Align.MIN))
    return Body(children=[core.translate((0, 0, -2 * pitch)), thread])
