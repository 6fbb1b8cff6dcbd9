"""The LitServe peer: one API with one worker, as its documentation writes one around scikit-learn.

    python server.py PORT

Serves every pickle of the folder MODELS under /predict.
"""

import os
import pickle
import sys
from pathlib import Path

import litserve
import numpy as np


class Predictor(litserve.LitAPI):
    def setup(self, device):
        folder = Path(os.environ["MODELS"])
        self.models = {path.stem: pickle.loads(path.read_bytes()) for path in folder.glob("*.pkl")}

    def decode_request(self, request):
        method = request.get("method", "predict")
        if method not in {"predict", "predict_proba", "transform"}:
            raise ValueError(f"There is no method {method}.")
        return getattr(self.models[request["model"]], method), np.array(request["inputs"])

    def predict(self, call):
        run, rows = call
        return run(rows)

    def encode_response(self, output):
        return {"predictions": output.tolist()}


if __name__ == "__main__":
    server = litserve.LitServer(Predictor(), accelerator="cpu", workers_per_device=1)
    server.run(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        generate_client_file=False,
        log_level="warning",
        access_log=False,
    )
