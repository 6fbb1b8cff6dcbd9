"""Fits the five models that every peer of the benchmark serves, adds the shipped encoder, and records what
scikit-learn says of the rows sent.

    python make-models.py FOLDER ENCODER

Writes FOLDER/models/NAME.pkl, and FOLDER/cases.json with the rows (the same 256 twice: rounded to two decimals, and
with every digit of a double) and each model's answers to both. ENCODER is the folder of models/geometry-encoder/VERSION; its rows are blends of the
descriptors in its golden.json. Seeded: a second run gives the same answers.
"""

import json
import pickle
import sys
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import make_classification
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline

SEED = 20261101
FEATURES = 64
CLASSES = 5
TRAINING_ROWS = 2000
SENT_ROWS = 256
ENCODED_ROWS = 64


def make_data():
    X, labels = make_classification(
        n_samples=TRAINING_ROWS + SENT_ROWS,
        n_features=FEATURES,
        n_informative=24,
        n_redundant=16,
        n_classes=CLASSES,
        random_state=SEED,
    )
    noise = np.random.default_rng(SEED).normal(size=len(X))
    amounts = X[:, 0] * X[:, 1] + np.abs(X[:, 2]) + 0.1 * noise
    return X, labels, amounts


def make_models():
    """Name, estimator, and whether it is fitted to the amounts instead of the labels."""
    return [
        ("logreg", LogisticRegression(max_iter=1000, random_state=SEED), False),
        ("forest", RandomForestClassifier(n_estimators=100, random_state=SEED), False),
        ("pca-knn", make_pipeline(PCA(n_components=16, random_state=SEED), KNeighborsClassifier(5)), False),
        ("mlp", MLPClassifier(hidden_layer_sizes=(100,), max_iter=300, random_state=SEED), False),
        ("gradient-boosting", GradientBoostingRegressor(n_estimators=100, random_state=SEED), True),
    ]


def blend_descriptors(encoder):
    descriptors = np.array(json.loads((encoder / "golden.json").read_text())["cases"][0]["input"])
    shares = np.random.default_rng(SEED).dirichlet(np.ones(len(descriptors)), size=ENCODED_ROWS)
    return shares @ descriptors


def main(folder, encoder):
    (folder / "models").mkdir(parents=True, exist_ok=True)
    X, labels, amounts = make_data()
    rows = {"short": np.round(X[TRAINING_ROWS:], 2), "full": X[TRAINING_ROWS:]}
    answers = {}
    for name, estimator, is_regressor in make_models():
        estimator.fit(X[:TRAINING_ROWS], (amounts if is_regressor else labels)[:TRAINING_ROWS])
        (folder / "models" / f"{name}.pkl").write_bytes(pickle.dumps(estimator, protocol=5))
        methods = ["predict"] if is_regressor else ["predict", "predict_proba"]
        answers[name] = {
            method: {digits: getattr(estimator, method)(sent).tolist() for digits, sent in rows.items()}
            for method in methods
        }
        print(f"{name}: {type(estimator).__name__}", flush=True)
    encoder_bytes = (encoder / "model.pkl").read_bytes()
    (folder / "models" / "encoder.pkl").write_bytes(encoder_bytes)
    blended = blend_descriptors(encoder)
    encoder_rows = {"short": np.round(blended, 2), "full": blended}
    fitted = pickle.loads(encoder_bytes)
    answers["encoder"] = {
        "transform": {digits: fitted.transform(sent).tolist() for digits, sent in encoder_rows.items()}
    }
    cases = {
        "sklearn": sklearn.__version__,
        "numpy": np.__version__,
        "rows": {digits: sent.tolist() for digits, sent in rows.items()},
        "ownRows": {"encoder": {digits: sent.tolist() for digits, sent in encoder_rows.items()}},
        "answers": answers,
    }
    (folder / "cases.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
