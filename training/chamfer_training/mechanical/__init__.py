"""Mechanical parts generated from the tables of ISO, DIN, EN, ASME and ASTM standards with bd_warehouse."""

from __future__ import annotations

from itertools import chain

from . import fasteners, machine_elements, piping, transmission
from .part import Part

_GENERATORS = [
    fasteners.screws, fasteners.nuts, fasteners.washers, machine_elements.retaining_rings, machine_elements.keys,
    machine_elements.bushings, machine_elements.o_rings, transmission.spur_gears, transmission.racks,
    transmission.worms, transmission.sprockets, piping.pipes, piping.flanges, machine_elements.bearings,
    fasteners.heat_set_inserts, transmission.helical_gears, transmission.worm_wheels, fasteners.threaded_parts,
    machine_elements.lead_screws,
]  # fmt: skip


def all_parts() -> list[Part]:
    """Every part of the tables that is made, in a fixed order; ids are unique."""
    found: dict[str, Part] = {}
    for part in chain.from_iterable(generate() for generate in _GENERATORS):
        found.setdefault(part.id, part)
    return list(found.values())
