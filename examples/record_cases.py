"""Record what scikit-learn answers, for `chamfer parity`: run it where the model was trained.

    python record_cases.py model.pkl rows.csv cases.json

model.pkl is a pickle or joblib file of your own: loading it runs it. rows.csv has names in its first line and the
columns that the model was fitted on; where it was fitted without names, only their order counts.
"""
import json
import math
import sys

import joblib
import numpy as np

METHODS = (
    "predict predict_proba predict_log_proba decision_function transform score_samples kneighbors apply mahalanobis".split()
)
ROWS_MAX = 200


def encode(value):
    """Nested lists; what JSON cannot say is a string."""
    if hasattr(value, "toarray"):  # sparse
        value = value.toarray()
    if hasattr(value, "to_numpy"):  # pandas
        value = value.to_numpy()
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def encode_rows(rows):
    """A missing value is null, also among text; a row of one text is that text."""
    if isinstance(rows, list):
        return rows
    values = rows.to_numpy(dtype=object) if hasattr(rows, "to_numpy") else rows
    return [[None if value is None or value != value else encode(value) for value in row] for row in values.tolist()]


def read_rows(path, model):
    """Up to ROWS_MAX rows, spread over the file, as the model was fitted: with column names, as numbers, or as texts."""
    import pandas

    frame = pandas.read_csv(path)
    frame = frame.iloc[:: max(1, len(frame) // ROWS_MAX)].head(ROWS_MAX)
    if hasattr(model, "feature_names_in_"):
        return frame[list(model.feature_names_in_)]
    numbers = frame.select_dtypes("number").shape[1] == frame.shape[1]
    if not numbers and frame.shape[1] == 1:
        return frame.iloc[:, 0].astype(str).tolist()
    return frame.to_numpy(dtype=float if numbers else object)


def main(model_path, rows_path, cases_path):
    model = joblib.load(model_path)  # reads what pickle wrote, too
    rows = read_rows(rows_path, model)
    methods = [name for name in METHODS if hasattr(model, name)]
    answers = {name: getattr(model, name)(rows) for name in methods}
    cases = [{"method": name, "input": encode_rows(rows), "output": encode(answers[name])} for name in methods]
    with open(cases_path, "w") as file:
        json.dump({"cases": cases}, file, allow_nan=False)
    print(f"{cases_path}: {len(rows)} rows through {', '.join(methods)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
