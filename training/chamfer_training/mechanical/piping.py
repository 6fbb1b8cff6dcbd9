"""Pipes of the ASME and ASTM tables and flanges of ASME B16.5."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bd_warehouse import flange as fl
from bd_warehouse.pipe import PipeSection
from build123d import Axis, Circle, Pos, extrude, revolve

from .part import Part, number, slug, spread

# material of the table, schedule or type, the word for the material, the standard of the dimensions
PIPES = [
    ("steel", "40", "steel", "ASME B36.10M"),
    ("steel", "80", "steel", "ASME B36.10M"),
    ("steel", "160", "steel", "ASME B36.10M"),
    ("stainless", "10S", "stainless steel", "ASME B36.19M"),
    ("stainless", "40S", "stainless steel", "ASME B36.19M"),
    ("copper", "K", "copper", "ASTM B88"),
    ("copper", "M", "copper", "ASTM B88"),
    ("pvc", "40", "PVC", "ASTM D1785"),
    ("pvc", "80", "PVC", "ASTM D1785"),
]
FLANGES = [
    (fl.BlindFlange, "blind-flange", "Blind flange"),
    (fl.SlipOnFlange, "slip-on-flange", "Slip-on flange"),
    (fl.WeldNeckFlange, "weld-neck-flange", "Weld neck flange"),
    (fl.SocketWeldFlange, "socket-weld-flange", "Socket weld flange"),
    (fl.LappedFlange, "lap-joint-flange", "Lap joint flange"),
]


def _sizes(material: str, schedule: str) -> list[str]:
    return [nps for nps in _ALL_NPS if nps + material + schedule in PipeSection.pipe_data]


_ALL_NPS = ["1/8", "1/4", "3/8", "1/2", "3/4", "1", "1 1/4", "1 1/2", "2", "2 1/2", "3", "4", "5", "6", "8", "10", "12"]


def pipes() -> Iterator[Part]:
    for material, schedule, words, standard in PIPES:
        for i, nps in enumerate(spread(_sizes(material, schedule), 8)):
            outer, wall = (25.4 * inches for inches in PipeSection.pipe_data[nps + material + schedule])
            bent = i % 3 == 2
            length = number(round(outer * (2, 4, 8)[i % 3], -1) or 10)
            kind = "pipe-bend" if bent else "pipe"
            size = f"NPS {nps} {_schedule(material, schedule)}" + ("" if bent else f" x {length}")
            yield Part(
                f"{words.capitalize()} {kind.replace('-', ' ')} {standard} - {size}", kind,
                slug(f"{kind}-{material}-{schedule}"),
                {
                    "standard": standard, "size": size, "material": words,
                    "outer_diameter_mm": number(outer), "wall_mm": number(wall),
                },
                partial(_pipe, outer, wall, length, bent), 0.25, f"nps {nps}",
            )  # fmt: skip


def _schedule(material: str, schedule: str) -> str:
    return f"type {schedule}" if material == "copper" else f"schedule {schedule}"


def _pipe(outer: float, wall: float, length: float, bent: bool):
    """Straight, or a bend of 90 degrees with a radius of one and a half diameters."""
    ring = Circle(outer / 2) - Circle(outer / 2 - wall)
    if not bent:
        return extrude(ring, length)
    return revolve(Pos(1.5 * outer, 0, 0) * ring, Axis.Y, 90)


def flanges() -> Iterator[Part]:
    for cls, kind, words in FLANGES:
        for pressure_class in (150, 300):
            for face in (None,) if cls is fl.LappedFlange else ("Raised", "Flat", "Ring"):
                for nps in ["1", "1 1/4", "1 1/2", "2", "3", "4", "8"]:
                    size = f"NPS {nps} class {pressure_class}" + (f" {face.lower()} face" if face else "")
                    yield Part(
                        f"{words} ASME B16.5 - {size}", kind,
                        f"{kind}-class-{pressure_class}" + (f"-{face.lower()}" if face else ""),
                        {"standard": "ASME B16.5", "size": size, "pressure_class": pressure_class},
                        partial(cls, nps, pressure_class, *([face] if face else [])), 0.25, f"nps {nps}",
                    )  # fmt: skip
