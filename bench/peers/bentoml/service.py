"""The BentoML peer: one service with one worker, as its documentation writes one around scikit-learn.

Serves every pickle of the folder MODELS: `bentoml serve service:Predictor`.
"""

import os
import pickle
from pathlib import Path

import bentoml
import numpy as np


@bentoml.service(workers=1, logging={"access": {"enabled": False}}, metrics={"enabled": False})
class Predictor:
    def __init__(self) -> None:
        folder = Path(os.environ["MODELS"])
        self.models = {path.stem: pickle.loads(path.read_bytes()) for path in folder.glob("*.pkl")}

    @bentoml.api
    def predict(self, model: str, inputs: np.ndarray, method: str = "predict") -> np.ndarray:
        if method not in {"predict", "predict_proba", "transform"}:
            raise bentoml.exceptions.InvalidArgument(f"There is no method {method}.")
        return getattr(self.models[model], method)(inputs)
