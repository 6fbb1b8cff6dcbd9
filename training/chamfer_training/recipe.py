"""The two pipelines as scikit-learn is asked for them; what was tried before is in cross_validate.py."""

from __future__ import annotations

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import Normalizer, StandardScaler

SHRINKAGE = 0.3
CLASSIFIER_C = 10.0


def encoder(shrinkage: float = SHRINKAGE) -> Pipeline:
    """Descriptor -> class embedding of unit length, so that a dot product is a cosine."""
    return Pipeline([
        ("scale", StandardScaler()),
        ("discriminate", LinearDiscriminantAnalysis(solver="eigen", shrinkage=shrinkage)),
        ("normalize", Normalizer()),
    ])  # fmt: skip


def classifier(shrinkage: float = SHRINKAGE, c: float = CLASSIFIER_C) -> Pipeline:
    """Descriptor -> kind. Probabilities come from a logistic regression over the embedding, not from the
    discriminant analysis, whose probabilities are far too sure of themselves."""
    return Pipeline([*encoder(shrinkage).steps, ("classify", LogisticRegression(C=c, max_iter=2000))])


def trim(pipeline: Pipeline, rows: np.ndarray) -> None:
    """Drops what the fitted discriminant analysis keeps but its `transform` never reads: 25 MB each of
    covariance and of directions past the number of kinds. Refuses where that changes an answer."""
    before = pipeline[:3].transform(rows)
    discriminant = pipeline.named_steps["discriminate"]
    kept = discriminant._max_components
    del discriminant.covariance_
    discriminant.scalings_ = np.ascontiguousarray(discriminant.scalings_[:, :kept])
    if not np.allclose(before, pipeline[:3].transform(rows), rtol=1e-12, atol=1e-14):
        raise AssertionError("trimming changed the embedding")
