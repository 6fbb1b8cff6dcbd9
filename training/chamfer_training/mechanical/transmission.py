"""Gears, racks, worms and sprockets. Modules are those of ISO 54, chains those of ISO 606."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bd_warehouse.gear import HelicalGear, RackGear, SpurGear, Worm, WormWheel
from bd_warehouse.sprocket import Sprocket
from build123d import Cylinder

from .part import Part, number

MODULES = [0.5, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5]
# ISO 606 chain: pitch, roller diameter and tooth width of a simple sprocket, in millimetres.
CHAINS = {
    "05B": (8.0, 5.0, 2.8),
    "06B": (9.525, 6.35, 5.3),
    "08B": (12.7, 8.51, 7.2),
    "10B": (15.875, 10.16, 9.1),
    "12B": (19.05, 12.07, 11.1),
    "16B": (25.4, 15.88, 16.2),
}


def _bored(build, diameter: float, length: float):
    return build() - Cylinder(diameter / 2, 2 * length) if diameter > 0 else build()


def _gear(words: str, kind: str, module: float, size: str, extra: dict, build) -> Part:
    attributes = {"size": size, "module_mm": number(module), **extra}
    family = f"{kind}-m{number(module)}"
    return Part(f"{words} - {size}", kind, family, attributes, build, 0.35, size.split(" ", 1)[1])


def spur_gears() -> Iterator[Part]:
    for module in MODULES:
        for teeth, width, bore in [(14, 10, 4), (18, 8, 6), (24, 8, 0), (30, 10, 10), (40, 6, 12), (60, 8, 20)]:
            size = f"m{number(module)} z{teeth}"
            yield _gear(
                "Spur gear", "spur-gear", module, size, {"teeth": teeth, "width_mm": number(width * module)},
                partial(_bored, partial(SpurGear, module, teeth, 20, width * module), bore * module, width * module),
            )  # fmt: skip


def helical_gears() -> Iterator[Part]:
    for module in (0.8, 1, 1.5, 2, 2.5, 3):
        for teeth, width, bore, helix in [
            (16, 10, 5, 20),
            (20, 10, 8, 15),
            (28, 8, 0, 20),
            (36, 8, 12, 30),
            (48, 8, 16, 15),
        ]:
            size = f"m{number(module)} z{teeth} {helix} deg"
            yield _gear(
                "Helical gear", "helical-gear", module, size,
                {"teeth": teeth, "helix_angle_deg": helix, "width_mm": number(width * module)},
                partial(
                    _bored, partial(HelicalGear, module, teeth, 20, helix, width * module),
                    bore * module, width * module,
                ),
            )  # fmt: skip


def worms() -> Iterator[Part]:
    for module in (1, 1.5, 2, 3, 4):
        for starts, quotient, length in [(1, 10, 14), (1, 12, 20), (2, 10, 16), (4, 10, 18)]:
            size = f"m{number(module)} {starts} start q{quotient}"
            yield _gear(
                "Worm", "worm", module, size, {"starts": starts, "length_mm": number(length * module)},
                partial(Worm, module, starts, quotient, length * module),
            )  # fmt: skip


def worm_wheels() -> Iterator[Part]:
    for module in (1, 1.5, 2, 3, 4):
        for teeth, starts, bore in [(20, 1, 6), (30, 1, 8), (40, 2, 12), (50, 1, 14)]:
            size = f"m{number(module)} z{teeth} {starts} start"
            yield _gear(
                "Worm wheel", "worm-wheel", module, size, {"teeth": teeth, "starts": starts},
                partial(_bored, partial(WormWheel, module, teeth, 8 * module, starts), bore * module, 8 * module),
            )  # fmt: skip


def racks() -> Iterator[Part]:
    for module in (1, 1.5, 2, 3, 4):
        for teeth, helix in [(8, 0), (16, 0), (30, 0), (20, 15)]:
            size = f"m{number(module)} z{teeth}" + (f" {helix} deg" if helix else "")
            yield _gear(
                "Gear rack", "gear-rack", module, size, {"teeth": teeth},
                partial(RackGear, module, teeth, 20, 10 * module, helix),
            )  # fmt: skip


def sprockets() -> Iterator[Part]:
    for chain, (pitch, roller, thickness) in CHAINS.items():
        for teeth, bore, bolts in [(11, 0.9, 0), (15, 1.2, 0), (19, 1.6, 0), (23, 2.0, 4), (30, 2.2, 5), (38, 2.5, 6)]:
            yield Part(
                f"Sprocket ISO 606 - {chain}-1 z{teeth}", "sprocket", f"sprocket-{chain.lower()}",
                {"standard": "ISO 606", "size": f"{chain}-1 z{teeth}", "teeth": teeth, "pitch_mm": number(pitch)},
                partial(
                    Sprocket, teeth, pitch, roller, thickness=thickness, bore_diameter=bore * pitch,
                    num_mount_bolts=bolts, mount_bolt_diameter=0.6 * pitch if bolts else 0,
                    bolt_circle_diameter=(bore + 2) * pitch if bolts else 0,
                ),
                0.4, f"z{teeth}",
            )  # fmt: skip
