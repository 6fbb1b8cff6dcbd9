"""Compares recipes inside the training split, without a look at the evaluation splits.

Two questions, as the evaluation asks them: families that were kept out while others of their kind were trained
on, and kinds that were kept out whole. Prints mAP and P@1 of each, electronic parts and mechanical ones apart.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

from chamfer_training.dataset import CORPORA, Corpus, read_corpus, read_training_set
from chamfer_training.kicad import read_split_list
from chamfer_training.recipe import classifier, encoder
from chamfer_training.retrieval import leave_family_out

HERE = Path(__file__).parent
SEED = 0


def folds(data: Corpus, electronic: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Three folds that keep out a third of the families of every kind with enough of them, four that keep out
    a quarter of the kinds."""
    random = np.random.default_rng(SEED)
    found = []
    families = {
        kind: random.permutation(np.unique(data.families[data.kinds == kind])) for kind in np.unique(data.kinds)
    }
    for fold in range(3):
        kept_out = {
            family
            for names in families.values()
            if len(names) >= 4
            for family in (names[fold::3] if len(names) >= 6 else names[2 * fold % len(names) :][:2])
        }
        found.append(("families", np.isin(data.families, list(kept_out))))
    kinds = [random.permutation(np.unique(data.kinds[electronic == side])) for side in (True, False)]
    for fold in range(4):
        found.append(("kinds", np.isin(data.kinds, [*kinds[0][fold::4], *kinds[1][fold::4]])))
    return found


def score(make: Callable[[], Pipeline], copies: int, data: Corpus, electronic: np.ndarray) -> dict:
    scores: dict[tuple[str, bool], list] = {}
    for question, kept_out in folds(data, electronic):
        rows = data.copies[:copies, ~kept_out].reshape(-1, data.copies.shape[2])
        model = make().fit(rows, np.tile(data.kinds[~kept_out], copies))
        for side in (True, False):
            of = kept_out & (electronic == side)
            found = leave_family_out(
                model.transform(data.copies[1, of]),
                model.transform(data.copies[0, of]),
                data.kinds[of],
                data.families[of],
            )
            scores.setdefault((question, side), []).append(found)

    def weighted(found: list, name: str) -> float:
        return np.average([getattr(one, name) for one in found], weights=[one.queries for one in found])

    return {key: (weighted(found, "map_micro"), weighted(found, "p1")) for key, found in scores.items()}


def judge_classifier(c: float, data: Corpus, electronic: np.ndarray, copies: int) -> str:
    """Accuracy, mean probability of the answer, and log loss, on families kept out."""
    right, sure, loss = [], [], []
    for question, kept_out in folds(data, electronic):
        if question != "families":
            continue
        rows = data.copies[:copies, ~kept_out].reshape(-1, data.copies.shape[2])
        model = classifier(c=c).fit(rows, np.tile(data.kinds[~kept_out], copies))
        known = kept_out & np.isin(data.kinds, model.classes_) & electronic
        chances = model.predict_proba(data.copies[1, known])
        truth = np.searchsorted(model.classes_, data.kinds[known])
        right.extend(chances.argmax(1) == truth)
        sure.extend(chances.max(1))
        loss.extend(-np.log(np.maximum(chances[np.arange(len(truth)), truth], 1e-12)))
    return f"accuracy {np.mean(right):.3f}, sure of it {np.mean(sure):.3f}, log loss {np.mean(loss):.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    work = parser.parse_args().work
    rows = read_split_list(HERE / "kicad-split.csv")
    data = read_training_set(work, rows)
    electronic = np.arange(len(data.ids)) < len(read_corpus(work, CORPORA[0], "train", [0], rows).ids)

    def reduced(components: int, shrinkage: float) -> Pipeline:
        return make_pipeline(
            StandardScaler(), PCA(components, random_state=SEED),
            LinearDiscriminantAnalysis(solver="eigen", shrinkage=shrinkage), Normalizer(),
        )  # fmt: skip

    recipes = [
        ("scaled descriptor, not trained", 1, lambda: make_pipeline(StandardScaler(), Normalizer())),
        ("PCA 256, LDA 0.3, 7 copies", 7, lambda: reduced(256, 0.3)),
        ("PCA 400, LDA 0.1, 7 copies", 7, lambda: reduced(400, 0.1)),
        ("LDA 0.03, 7 copies", 7, lambda: encoder(0.03)),
        ("LDA 0.1, 7 copies", 7, lambda: encoder(0.1)),
        ("LDA 0.3, 7 copies", 7, lambda: encoder(0.3)),
        ("LDA 0.1, 3 copies", 3, lambda: encoder(0.1)),
        ("LDA 0.1, 1 copy", 1, lambda: encoder(0.1)),
    ]
    print("| recipe | electronic: families | kinds | mechanical: families | kinds |\n| --- | --- | --- | --- | --- |")
    for name, copies, make in recipes:
        found = score(make, copies, data, electronic)
        cells = [found[question, side] for side in (True, False) for question in ("families", "kinds")]
        print(
            f"| {name} | " + " | ".join(f"{precision:.3f} / {first:.3f}" for precision, first in cells) + " |",
            flush=True,
        )
    for c in (1.0, 3.0, 10.0, 30.0):
        print(f"classifier, C {c:g}: {judge_classifier(c, data, electronic, 4)}", flush=True)


if __name__ == "__main__":
    main()
