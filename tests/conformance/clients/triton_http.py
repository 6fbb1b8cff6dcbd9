"""tritonclient over HTTP, synchronous: everything of it that a site has."""

import numpy as np
import tritonclient.http as triton
from expected import EVERY_TYPE, HTTP, MODEL, ROWS, predictions, refused, same
from tritonclient.utils import np_to_triton_dtype


def tensor(name, values, binary=True):
    found = triton.InferInput(name, list(values.shape), np_to_triton_dtype(values.dtype))
    found.set_data_from_numpy(values, binary_data=binary)
    return found


client = triton.InferenceServerClient(HTTP, concurrency=4)
assert client.is_server_live() and client.is_server_ready()
assert client.is_model_ready(MODEL) and not client.is_model_ready("none")
assert client.get_server_metadata()["name"] == "chamfer"
metadata = client.get_model_metadata(MODEL)
[version] = metadata["versions"]
assert metadata["inputs"] == [{"name": "inputs", "datatype": "FP64", "shape": [-1, 4]}]
assert client.is_model_ready(MODEL, version) and not client.is_model_ready(MODEL, "none")
assert client.get_model_config(MODEL)["input"][0]["data_type"] == "TYPE_FP64"
assert {"name": MODEL, "version": version, "state": "READY", "reason": ""} in client.get_model_repository_index()

assert "model_repository" in client.get_server_metadata()["extensions"]
for _ in range(3):
    client.unload_model("coming-and-going")
    assert not client.is_model_ready("coming-and-going")
    client.load_model("coming-and-going")
    assert client.is_model_ready("coming-and-going")
refused(lambda: client.load_model("none"), "none")

probabilities, labels = predictions("predict_proba"), predictions("predict")
for compression in (None, "gzip", "deflate"):
    for binary in (True, False):
        outputs = [triton.InferRequestedOutput(name, binary_data=binary) for name in ("predict_proba", "predict")]
        result = client.infer(
            MODEL,
            [tensor("inputs", ROWS, binary)],
            model_version=version,
            outputs=outputs,
            request_id="id-7",
            request_compression_algorithm=compression,
            response_compression_algorithm=compression,
        )
        assert result.get_response()["id"] == "id-7"
        same(result.as_numpy("predict_proba"), probabilities)
        same(result.as_numpy("predict"), labels)

# A large body, compressed both ways, through a worker thread.
large = np.tile(ROWS, (20_000, 1))
for compression in (None, "gzip", "deflate"):
    result = client.infer(
        MODEL,
        [tensor("inputs", large)],
        outputs=[triton.InferRequestedOutput("predict_proba")],
        request_compression_algorithm=compression,
        response_compression_algorithm=compression,
    )
    same(result.as_numpy("predict_proba"), np.tile(np.array(probabilities), (20_000, 1)))

waiting = [client.async_infer(MODEL, [tensor("inputs", ROWS[at : at + 1])]) for at in range(3)]
for at, one in enumerate(waiting):
    same(one.get_result().as_numpy("predict"), labels[at : at + 1])

classes = client.infer(
    MODEL, [tensor("inputs", ROWS)], outputs=[triton.InferRequestedOutput("predict_proba", class_count=2)]
).as_numpy("predict_proba")
assert classes.shape == (3, 2)
for row, best in enumerate(classes[:, 0]):
    value, index, label = best.decode().split(":")
    assert float(value) == max(probabilities[row]) and label == labels[row]
    assert probabilities[row][int(index)] == float(value)

for binary in (True, False):
    # This client sends half precision as bytes only, as the server it was made for wants it.
    inputs = [tensor(name, values, binary or name == "float16") for name, values in EVERY_TYPE.items()]
    outputs = [triton.InferRequestedOutput(f"same_{name}", binary_data=binary) for name in EVERY_TYPE]
    result = client.infer("every-type", inputs, outputs=outputs)
    for name, values in EVERY_TYPE.items():
        found = result.as_numpy(f"same_{name}")
        same(found, values)

raw = triton.InferInput("inputs", [3, 4], "FP64")
raw.set_data_from_numpy(ROWS)
body, json_size = client.generate_request_body([raw], outputs=[triton.InferRequestedOutput("predict_proba")])
answer = client._post(f"v2/models/{MODEL}/infer", body, {"Inference-Header-Content-Length": json_size}, None)
assert answer.status_code == 200
result = client.parse_response_body(
    answer.read(), header_length=int(answer.get("Inference-Header-Content-Length"))
)
same(result.as_numpy("predict_proba"), probabilities)

[found] = client.get_inference_statistics(MODEL)["model_stats"]
assert found["inference_count"] > 180_000 and found["inference_stats"]["success"]["count"] > 10
assert len(client.get_inference_statistics()["model_stats"]) > 1

refused(lambda: client.infer("none", [raw]), "There is no model")
refused(lambda: client.infer(MODEL, [raw], model_version="none"), "There is no version")
refused(lambda: client.infer(MODEL, [tensor("x", ROWS)]), 'no input "x"')
refused(lambda: client.infer(MODEL, [tensor("inputs", ROWS[:, :3].copy())]), "takes [-1,4]")
refused(lambda: client.infer(MODEL, [raw], outputs=[triton.InferRequestedOutput("x")]), 'no output "x"')
client.close()
