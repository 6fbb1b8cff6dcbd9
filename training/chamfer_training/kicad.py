"""Turns the KiCad models of the split list into binary STL; trains on none whose licence is the GPL."""

from __future__ import annotations

import csv
import fnmatch
import re
from pathlib import Path
from typing import NamedTuple

from .stl import write_stl
from .vrml import read_vrml

FREE = "CC-BY-SA-4.0"


class KicadRow(NamedTuple):
    """One model of the split list: `path` is relative to `3dmodels`, without its ending."""

    path: str
    kind: str
    family: str
    split: str
    licence: str


def read_split_list(path: Path) -> list[KicadRow]:
    with path.open(newline="") as file:
        return [KicadRow(**row) for row in csv.DictReader(file)]


class Copyright:
    """The package's Debian copyright file (machine-readable format 1.0): the last matching pattern counts."""

    def __init__(self, text: str) -> None:
        self.rules: list[tuple[str, str, str]] = []
        for paragraph in re.split(r"\n\s*\n", text):
            fields: dict[str, str] = {}
            name = ""
            for line in paragraph.split("\n"):
                if line[:1] in (" ", "\t") and name:
                    fields[name] += " " + line.strip()
                elif ":" in line:
                    name, value = line.split(":", 1)
                    fields[name] = value.strip()
            for pattern in fields.get("Files", "").split():
                self.rules.append((pattern, fields["License"], fields["Copyright"]))

    def of(self, path: str) -> tuple[str, str]:
        """Licence and holders of a file such as `Battery.3dshapes/Battery_CR1225.wrl`."""
        for pattern, licence, holders in reversed(self.rules):
            if fnmatch.fnmatchcase(path, pattern):
                return licence, holders
        raise KeyError(f"the copyright file says nothing of {path}")


def check_licences(rows: list[KicadRow], models: Path, copyright_file: Copyright) -> None:
    """Refuses a list that calls a model free where the package or the model's own head says otherwise."""
    for row in rows:
        if row.licence != FREE:
            continue
        licence, _ = copyright_file.of(f"{row.path}.wrl")
        with (models / f"{row.path}.wrl").open(errors="replace") as file:
            head = file.read(4096)
        if licence != "CC-BY-SA-4.0-with-exception" or re.search(r"\bL?GPL|General Public License", head):
            raise ValueError(f"{row.path} is listed as {FREE}, but it is not")


def convert(rows: list[KicadRow], models: Path, target: Path) -> None:
    """Writes `target/<split>/<path>.stl` for every row that is not there yet.

    Models under the GPL are left out of `train`. In the two evaluation splits they are measured, so that
    scores can be compared with others on the same list, and measured without them beside.
    """
    for row in rows:
        path = target / row.split / f"{row.path}.stl"
        if not path.exists() and (row.licence == FREE or row.split != "train"):
            text = (models / f"{row.path}.wrl").read_text(errors="replace")
            write_stl(path, read_vrml(text))
