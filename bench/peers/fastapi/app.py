"""The plain peer: FastAPI, pydantic and scikit-learn as the first working version of such a service is written.

Serves every pickle of the folder MODELS: `uvicorn app:app`.
"""

import os
import pickle
from pathlib import Path
from typing import Literal

import numpy as np
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

models = {path.stem: pickle.loads(path.read_bytes()) for path in Path(os.environ["MODELS"]).glob("*.pkl")}

app = FastAPI()


class PredictRequest(BaseModel):
    model: str
    inputs: list[list[float]]
    method: Literal["predict", "predict_proba", "transform"] = "predict"


class PredictResponse(BaseModel):
    model: str
    predictions: list


@app.post("/predict")
def predict(request: PredictRequest) -> PredictResponse:
    model = models.get(request.model)
    if model is None:
        raise HTTPException(404, f"There is no model named {request.model}.")
    try:
        predictions = getattr(model, request.method)(np.array(request.inputs))
    except (AttributeError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    return PredictResponse(model=request.model, predictions=predictions.tolist())
