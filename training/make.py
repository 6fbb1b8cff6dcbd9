"""From raw parts to the shipped models and the demo catalogue: `python training/make.py --kicad .../3dmodels`.

Every step leaves its result in the work folder and is skipped while that is newer than what it is made from,
so an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from chamfer_training.catalogue import write_attribution, write_raw_electronic, write_raw_mechanical
from chamfer_training.dataset import (
    CORPORA,
    QUERY_COPY,
    TRAINING_COPIES,
    described_file,
    read_descriptor_reference,
    read_training_set,
)
from chamfer_training.fit import fit_models
from chamfer_training.golden_part import FILE, write_golden_mesh, write_golden_part
from chamfer_training.kicad import Copyright, KicadRow, check_licences, convert, read_split_list
from chamfer_training.mechanical import all_parts
from chamfer_training.mechanical.build import build
from chamfer_training.mechanical.split import SPLITS, write_split_list

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
# The folders of packages/geometry that a descriptor depends on.
GEOMETRY = [
    ROOT / "packages/geometry/src" / name for name in ("descriptors", "formats", "measures", "mesh", "sampling")
]


def chamfer(*arguments: str | Path) -> None:
    command = shutil.which("node")
    if command is None:
        raise SystemExit("Node.js is needed: descriptors are computed by `chamfer describe` alone.")
    subprocess.run([command, ROOT / "apps/cli/bin/chamfer.mjs", *map(str, arguments)], check=True, cwd=ROOT)


def newest(folders: list[Path], pattern: str) -> float:
    paths = (path for folder in folders for path in folder.rglob(pattern) if ".test." not in path.name)
    return max((path.stat().st_mtime for path in paths), default=0.0)


def describe(work: Path, jobs: int) -> None:
    """Training parts as they stand and six times turned and sampled anew; the others once of each."""
    for corpus in CORPORA:
        for split in SPLITS:
            folder = work / corpus / split
            made_from = max(newest([folder], "*.stl"), newest(GEOMETRY, "*.ts"))
            copies = range(TRAINING_COPIES) if split == "train" else (0, QUERY_COPY)
            for copy in copies:
                output = described_file(work, corpus, split, copy)
                if output.exists() and output.stat().st_mtime > made_from:
                    continue
                output.parent.mkdir(parents=True, exist_ok=True)
                turned = [] if copy == 0 else ["--seed", copy, "--rotate", copy]
                chamfer("describe", folder, "--output", output, "--jobs", jobs, *turned)


def make_catalogue(catalogue: Path, work: Path, rows: list[KicadRow], copyright_file: Copyright, jobs: int) -> None:
    catalogue.mkdir(parents=True, exist_ok=True)
    raw = work / "catalogue"
    picked = write_raw_electronic(rows, work / "kicad", raw / "electronic")
    write_raw_mechanical(work / "mechanical", raw / "mechanical")
    for folder in ("electronic", "mechanical"):
        chamfer("catalogue-build", raw / folder, "--output", catalogue / folder, "--jobs", jobs)
    write_attribution(picked, copyright_file, catalogue / "electronic" / "ATTRIBUTION.md")
    manifest = {
        "name": "demo",
        "title": "Electronic and mechanical standard parts",
        "descriptor": read_descriptor_reference(work)._asdict(),
        "parts": [
            {
                "folder": "electronic",
                "licence": "CC-BY-SA-4.0",
                "attribution": "KiCad Libraries contributors, packages3d 6.0.10; see electronic/ATTRIBUTION.md",
            },
            {
                "folder": "mechanical",
                "licence": "Apache-2.0",
                "attribution": "Chamfer authors; generated with bd_warehouse 0.4.0 and build123d 0.13.0",
            },
        ],
    }
    (catalogue / "catalogue.json").write_text(json.dumps(manifest, indent=2) + "\n")


def make_golden_part(catalogue: Path, models: Path, work: Path, jobs: int) -> None:
    write_golden_mesh(catalogue)
    described = work / "described" / "golden.npz"
    chamfer("describe", (catalogue / FILE).parent, "--output", described, "--jobs", jobs)
    write_golden_part(catalogue, described, models)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kicad", type=Path, required=True, help="the folder 3dmodels of kicad-packages3d 6.0.10")
    parser.add_argument("--copyright", type=Path, help="the package's copyright file; found beside where unpacked")
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--output", type=Path, default=ROOT, help="where models/ and catalogues/ are written")
    options = parser.parse_args()
    work: Path = options.work.resolve()
    models, catalogue = options.output.resolve() / "models", options.output.resolve() / "catalogues" / "demo"
    notice = options.copyright or options.kicad.resolve().parents[1] / "doc/kicad-packages3d/copyright"
    if not notice.is_file():
        raise SystemExit(f"{notice} is not there: name the package's copyright file with --copyright")
    rows, copyright_file = read_split_list(HERE / "kicad-split.csv"), Copyright(notice.read_text())

    print("1 of 6: KiCad's models to STL", flush=True)
    check_licences(rows, options.kicad, copyright_file)
    convert(rows, options.kicad, work / "kicad")
    print("2 of 6: mechanical parts", flush=True)
    build(work / "mechanical")
    write_split_list(all_parts(), work / "mechanical", HERE / "mechanical-split.csv")
    print("3 of 6: descriptors", flush=True)
    describe(work, options.jobs)
    print("4 of 6: models", flush=True)
    fit_models(read_training_set(work, rows), read_descriptor_reference(work), models)
    print("5 of 6: catalogue", flush=True)
    make_catalogue(catalogue, work, rows, copyright_file, options.jobs)
    print("6 of 6: golden part", flush=True)
    make_golden_part(catalogue, models, work, options.jobs)


if __name__ == "__main__":
    sys.exit(main())
