"""Retrieval scores with the query's own family left out of the gallery; the same definitions as bench/retrieval.ts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Scores(NamedTuple):
    """Means over the queries that have a relative left in the gallery; `map_macro` weighs every kind alike."""

    queries: int
    map_micro: float
    map_macro: float
    p1: float
    ndcg10: float


def leave_family_out(queries: np.ndarray, gallery: np.ndarray, kinds: np.ndarray, families: np.ndarray) -> Scores:
    """Row i of `queries` and of `gallery` are the same part; both [n, d], unit length. Ranked by cosine."""
    similarity = queries @ gallery.T
    average_precision, first, gain, of_kind = [], [], [], []
    for i in range(len(queries)):
        others = np.flatnonzero(families != families[i])
        relevant = kinds[others] == kinds[i]
        if not relevant.any():
            continue
        hits = relevant[np.argsort(-similarity[i, others], kind="stable")]
        places = np.flatnonzero(hits)
        average_precision.append(np.mean((np.arange(len(places)) + 1) / (places + 1)))
        first.append(float(hits[0]))
        discount = 1 / np.log2(np.arange(2, 12))
        ideal = discount[: min(10, len(places))].sum()
        gain.append((hits[:10] * discount[: len(hits[:10])]).sum() / ideal)
        of_kind.append(kinds[i])
    precision, kind_of = np.array(average_precision), np.array(of_kind)
    macro = np.mean([precision[kind_of == kind].mean() for kind in np.unique(kind_of)])
    return Scores(len(precision), precision.mean(), macro, float(np.mean(first)), float(np.mean(gain)))
