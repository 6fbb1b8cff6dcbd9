"""The tuned peer: the same service after its owner has looked at a profile.

No thread hop (async), rows straight from orjson into NumPy without pydantic, the answer straight to bytes, and one
BLAS thread (set by whoever starts it). Serves every pickle of the folder MODELS: `uvicorn app_tuned:app`.
"""

import os
import pickle
from pathlib import Path

import numpy as np
import orjson
from fastapi import FastAPI, HTTPException, Request, Response

models = {path.stem: pickle.loads(path.read_bytes()) for path in Path(os.environ["MODELS"]).glob("*.pkl")}
methods = {"predict", "predict_proba", "transform"}

app = FastAPI()


@app.post("/predict")
async def predict(request: Request) -> Response:
    try:
        body = orjson.loads(await request.body())
        inputs = np.array(body["inputs"], dtype=np.float64)
        model, method = body["model"], body.get("method", "predict")
    except (KeyError, TypeError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    if model not in models:
        raise HTTPException(404, f"There is no model named {model}.")
    if method not in methods:
        raise HTTPException(422, f"There is no method {method}.")
    try:
        predictions = getattr(models[model], method)(inputs)
    except (AttributeError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    answer = {"model": model, "predictions": predictions}
    return Response(orjson.dumps(answer, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")
