"""Picks the parts of the demo catalogue and says what is true of each; none under the GPL is among them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np

from .kicad import FREE, Copyright, KicadRow
from .mechanical import all_parts
from .mechanical.part import SOURCE, Part, slug, spread
from .mechanical.split import split_of

PER_ELECTRONIC_KIND = 5
PER_MECHANICAL_KIND = 6
# Simplification for the page keeps 1,500 triangles: parts of many more would not look like themselves.
TRIANGLES_MAX = 6000
# But every kind has its simplest ones, whatever they have.
SIMPLEST_AT_LEAST = 3
SURFACE_MOUNT, THROUGH_HOLE = "surface mount", "through hole"
PINS_IN_NAME = re.compile(r"^(?:[A-Za-z]+)-(\d+)(?=[-_])")
KINDS_WITH_PINS = {"qfp-package", "so-package", "dfn-package", "dip-package", "bga-package", "sip-package"}


def _is_connector(kind: str) -> bool:
    return kind.endswith(("-connector", "terminal-block")) or kind in ("pin-header", "pin-socket")


def _triangles(path: Path) -> int:
    with path.open("rb") as file:
        return int(np.frombuffer(file.read(84)[80:], "<u4")[0])


def _pick_spread(families: dict[str, list], count: int) -> list:
    """`count` items of as many families as there are, in each further along than in the one before: so
    neither one family nor one size fills a kind."""
    names = spread(sorted(families), count)
    places = dict.fromkeys(names, 0)
    free = min(count, sum(len(families[name]) for name in names))
    while free > 0:
        for name in names:
            if free > 0 and places[name] < len(families[name]):
                places[name] += 1
                free -= 1
    picked = []
    for i, name in enumerate(names):
        items, shift = families[name], (i + 1) / (len(names) + 1)
        picked += [items[int((k + shift) * len(items) / places[name])] for k in range(places[name])]
    return picked


def _electronic_attributes(row: KicadRow) -> dict[str, str | float]:
    """Only what the model's own name and folder say."""
    name = row.path.split("/")[1]
    library = row.path.split("/")[0].removesuffix(".3dshapes")
    attributes: dict[str, str | float] = {"library": library}
    if library.endswith(("_SMD", "_SO", "_QFP", "_BGA", "_DFN_QFN")) or "_SMD" in name:
        attributes["mounting"] = SURFACE_MOUNT
    elif library.endswith(("_THT", "_DIP", "_SIP")) or "_THT" in name:
        attributes["mounting"] = THROUGH_HOLE
    if found := re.search(r"_P(\d+(?:\.\d+)?)mm", name):
        attributes["pitch_mm"] = float(found[1])
    if row.kind in KINDS_WITH_PINS and (found := PINS_IN_NAME.match(name)):
        attributes["pins"] = int(found[1])
    if _is_connector(row.kind) and (found := re.search(r"_(\d+)x(\d+)(?=-\dMP|_|$)", name)):
        attributes["positions"] = f"{int(found[1])} x {int(found[2])}"
    if found := re.search(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)mm", name):
        attributes["body_mm"] = f"{found[1]} x {found[2]}"
    return attributes


def pick_electronic(rows: list[KicadRow], stl: Path) -> list[KicadRow]:
    """A few of every kind, of as many families as there are."""
    of_kind: dict[str, list[tuple[int, KicadRow]]] = defaultdict(list)
    for row in rows:
        if row.licence == FREE:
            of_kind[row.kind].append((_triangles(stl / row.split / f"{row.path}.stl"), row))
    picked = []
    for kind in sorted(of_kind):
        simplest = sorted(of_kind[kind], key=lambda pair: pair[0])[:SIMPLEST_AT_LEAST]
        families: dict[str, list] = defaultdict(list)
        for count, row in of_kind[kind]:
            if count <= TRIANGLES_MAX or (count, row) in simplest:
                families[row.family].append(row)
        picked += _pick_spread(families, PER_ELECTRONIC_KIND)
    return picked


def pick_mechanical(stl: Path) -> list[Part]:
    groups: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for part in all_parts():
        if (stl / split_of(part) / f"{part.id}.stl").exists():
            groups[part.kind][part.family].append(part)
    return [part for kind in sorted(groups) for part in _pick_spread(groups[kind], PER_MECHANICAL_KIND)]


def write_raw_electronic(rows: list[KicadRow], stl: Path, target: Path) -> list[KicadRow]:
    """Writes `target/designs.json`, with meshes named relative to the work folder; returns the picked rows."""
    designs, picked = [], pick_electronic(rows, stl)
    for row in picked:
        name = row.path.split("/")[1]
        designs.append({
            "id": slug(name), "name": name, "kind": row.kind, "attributes": _electronic_attributes(row),
            "source": f"KiCad packages3d 6.0.10, {row.path}.wrl", "file": f"kicad/{row.split}/{row.path}.stl",
        })  # fmt: skip
    _write_raw(target, designs, stl)
    return picked


def write_raw_mechanical(stl: Path, target: Path) -> None:
    designs = [
        {
            "id": part.id, "name": part.name, "kind": part.kind, "attributes": part.attributes, "source": SOURCE,
            "file": f"mechanical/{split_of(part)}/{part.id}.stl",
        }
        for part in pick_mechanical(stl)
    ]  # fmt: skip
    _write_raw(target, designs, stl)


def _write_raw(target: Path, designs: list[dict], stl: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    link = target / stl.name
    if not link.exists():
        link.symlink_to(stl.resolve(), target_is_directory=True)
    (target / "designs.json").write_text(json.dumps(designs, indent=1) + "\n")


def write_attribution(rows: list[KicadRow], copyright_file: Copyright, path: Path) -> None:
    by_holder = defaultdict(list)
    for row in rows:
        _, holders = copyright_file.of(f"{row.path}.wrl")
        by_holder[holders].append(row.path)
    lines = [
        "# Attribution",
        "",
        "The parts in this folder come from the KiCad libraries of 3D models, packages3d 6.0.10",
        "(https://gitlab.com/kicad/libraries/kicad-packages3D), and are under the Creative Commons",
        "Attribution-ShareAlike 4.0 International licence with KiCad's exception; see LICENSE beside this file.",
        "",
        "Changes: the VRML files were converted to triangles in millimetres, measured, simplified and drawn.",
        "Whatever is made of these files and passed on as a collection stays under the same licence.",
        "",
    ]
    for holders in sorted(by_holder):
        lines += [f"## Copyright {holders}", "", *(f"- {name}.wrl" for name in sorted(by_holder[holders])), ""]
    path.write_text("\n".join(lines).rstrip() + "\n")
