"""What training reads: descriptors written by `chamfer describe`, and of every part its kind, family and licence."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .kicad import FREE, KicadRow
from .mechanical import all_parts

CORPORA = ("kicad", "mechanical")
# Copy 0 is the part as it stands; the others are turned at random and sampled anew.
TRAINING_COPIES = 7
QUERY_COPY = 1001


class Corpus(NamedTuple):
    """Parts of one corpus and split: `copies` [c, n, d]; the rest [n]."""

    copies: np.ndarray
    ids: np.ndarray
    kinds: np.ndarray
    families: np.ndarray
    free: np.ndarray


class DescriptorReference(NamedTuple):
    name: str
    version: int
    length: int


def described_file(work: Path, corpus: str, split: str, copy: int) -> Path:
    return work / "described" / f"{corpus}-{split}-{copy}.npz"


def read_descriptor_reference(work: Path) -> DescriptorReference:
    with np.load(described_file(work, "kicad", "train", 0)) as file:
        name, version = str(file["descriptor_name"]), int(file["descriptor_version"])
        return DescriptorReference(name, version, file["descriptors"].shape[1])


def read_corpus(work: Path, corpus: str, split: str, copies: list[int], rows: list[KicadRow]) -> Corpus:
    per_copy, ids = [], np.array([])
    for copy in copies:
        with np.load(described_file(work, corpus, split, copy)) as file:
            per_copy.append(file["descriptors"].astype(np.float64))
            paths = np.array([str(path).removesuffix(".stl") for path in file["paths"]])
        if len(ids) and not np.array_equal(ids, paths):
            raise ValueError(f"copy {copy} of {corpus} {split} holds other parts; describe it again")
        ids = paths
    if corpus == "kicad":
        by_path = {row.path: row for row in rows}
        about = [(by_path[i].kind, by_path[i].family, by_path[i].licence == FREE) for i in ids]
    else:
        by_id = {part.id: part for part in all_parts()}
        about = [(by_id[i].kind, by_id[i].family, True) for i in ids]
    kinds, families, free = zip(*about)
    return Corpus(np.stack(per_copy), ids, np.array(kinds), np.array(families), np.array(free))


def read_training_set(work: Path, rows: list[KicadRow], copies: int = TRAINING_COPIES) -> Corpus:
    """Both corpora, split `train` alone."""
    parts = [read_corpus(work, corpus, "train", list(range(copies)), rows) for corpus in CORPORA]
    joined = Corpus(
        np.concatenate([part.copies for part in parts], axis=1),
        *(np.concatenate(columns) for columns in list(zip(*parts))[1:]),
    )
    if not joined.free.all():
        raise ValueError("a part under the GPL stands in the training set")
    return joined
