"""Loads and runs the models in Python when told to, a JSON line in and a JSON line out: see peer.ts.

    python scikit_learn_peer.py FOLDER
"""

import io
import json
import pickle
import sys
import time
import warnings
from pathlib import Path

import joblib
import numpy as np

#: Whoever times goes round so many batches at most, so that nothing lives off one remembered row.
BATCHES_MAX = 512

folder = Path(sys.argv[1])
tasks = {task["name"]: task for task in json.loads((folder / "tasks.json").read_text())["tasks"]}
models = {}


def read_bytes(name, container):
    return (folder / "models" / f"{name}.{container}").read_bytes()


def loader(name, container):
    data = read_bytes(name, container)
    if container == "pkl":
        return lambda: pickle.loads(data)
    return lambda: joblib.load(io.BytesIO(data))


def batches(name, size):
    task = tasks[name]
    rows = np.fromfile(folder / "rows" / f"{task['rows']}.f64").reshape(-1, task["columns"])
    return [rows[start : start + size] for start in range(0, min(len(rows), size * BATCHES_MAX), size)]


def runner(name):
    if name not in models:
        models[name] = pickle.loads(read_bytes(name, "pkl"))
    return getattr(models[name], tasks[name]["method"])


def repeat(call, milliseconds):
    """Calls until so much time has gone by; CPU time of the whole process per call."""
    end = time.perf_counter() + milliseconds / 1000
    calls = 0
    before = time.process_time_ns()
    while True:
        call()
        calls += 1
        if time.perf_counter() >= end:
            break
    return {"calls": calls, "cpuMicroseconds": (time.process_time_ns() - before) / 1000 / calls}


def answer_load(request):
    return repeat(loader(request["model"], request["container"]), request["milliseconds"])


def answer_time(request):
    run = runner(request["model"])
    each = batches(request["model"], request["rows"])
    state = {"next": 0}

    def call():
        run(each[state["next"]])
        state["next"] = (state["next"] + 1) % len(each)

    return repeat(call, request["milliseconds"])


def answer_answer(request):
    """Writes the numbers of the answer to a file, arrays of several after one another."""
    answer = runner(request["model"])(batches(request["model"], request["rows"])[0])
    arrays = answer if isinstance(answer, (tuple, list)) else [answer]
    numbers = np.concatenate([np.asarray(array, dtype="<f8").ravel() for array in arrays])
    numbers.tofile(request["path"])
    return {"numbers": len(numbers)}


ANSWERS = {"load": answer_load, "time": answer_time, "answer": answer_answer}

warnings.simplefilter("ignore")
for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(ANSWERS[request["do"]](request)), flush=True)
