"""Fits the two shipped models and writes their folders: pickle, manifest and golden cases."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import sklearn
from sklearn.pipeline import Pipeline

from . import recipe
from .dataset import Corpus, DescriptorReference

# Protocol 4 is read by every scikit-learn that could load these pipelines at all.
PICKLE_PROTOCOL = 4
RTOL = 1e-9
GOLDEN_ROWS = 4
LICENCE = "Apache-2.0"


def _input(descriptor: DescriptorReference) -> dict:
    return {
        "name": "descriptor",
        "datatype": "FP64",
        "shape": [-1, descriptor.length],
        "description": f"Rows of the descriptor {descriptor.name}, version {descriptor.version}: shares and ratios, "
        "and last the natural logarithms of six lengths in millimetres.",
    }


def fit_models(data: Corpus, descriptor: DescriptorReference, models: Path) -> None:
    """`models` receives geometry-encoder/1 and part-classifier/1; their README.md are written by hand."""
    copies, parts, width = data.copies.shape
    rows, kinds = data.copies.reshape(-1, width), np.tile(data.kinds, copies)
    # Parts far apart in the alphabet, so that electronic and mechanical ones are among them.
    golden = data.copies[0, np.linspace(0, parts - 1, GOLDEN_ROWS).astype(int)]

    encoder = recipe.encoder().fit(rows, kinds)
    recipe.trim(encoder, golden)
    embedding = {
        "name": "embedding",
        "datatype": "FP64",
        "shape": [-1, int(encoder.transform(golden[:1]).shape[1])],
        "description": "Class embedding of unit length: the dot product of two is their cosine.",
    }
    signature = {"input": _input(descriptor), "methods": {"transform": embedding}, "defaultMethod": "transform"}
    _write(
        models / "geometry-encoder" / "1", encoder, golden, descriptor, signature,
        "Class embedding of a part from its shape descriptor: parts of one kind lie close together.",
    )  # fmt: skip

    classifier = recipe.classifier().fit(rows, kinds)
    recipe.trim(classifier, golden)
    classes = [str(kind) for kind in classifier.classes_]
    signature = {
        "input": _input(descriptor),
        "methods": {
            "predict": {"name": "kind", "datatype": "BYTES", "shape": [-1], "description": "The likeliest kind."},
            "predict_proba": {
                "name": "probabilities", "datatype": "FP64", "shape": [-1, len(classes)],
                "description": "Probability of every kind, in the order of `classes`.",
            },
        },
        "defaultMethod": "predict",
        "classes": classes,
    }  # fmt: skip
    _write(
        models / "part-classifier" / "1", classifier, golden, descriptor, signature,
        "Kind of a part, electronic or mechanical, with probabilities, from its shape descriptor.",
    )  # fmt: skip


def _write(
    folder: Path,
    model: Pipeline,
    golden: np.ndarray,
    descriptor: DescriptorReference,
    signature: dict,
    description: str,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    artifact = pickle.dumps(model, protocol=PICKLE_PROTOCOL)
    (folder / "model.pkl").write_bytes(artifact)
    manifest = {
        "name": folder.parent.name,
        "version": folder.name,
        "description": description,
        "runtime": "sklearn",
        "artifact": {
            "file": "model.pkl",
            "sizeBytes": len(artifact),
            "sha256": hashlib.sha256(artifact).hexdigest(),
        },
        "descriptor": descriptor._asdict(),
        "signature": signature,
        "licence": LICENCE,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    loaded = pickle.loads(artifact)
    cases = [
        {"method": method, "input": golden.tolist(), "output": getattr(loaded, method)(golden).tolist()}
        for method in signature["methods"]
    ]
    recorded = {"recordedBy": f"scikit-learn {sklearn.__version__}", "rtol": RTOL, "cases": cases}
    (folder / "golden.json").write_text(json.dumps(recorded) + "\n")
    print(f"{folder}: {len(artifact) / 1e6:.1f} MB")
