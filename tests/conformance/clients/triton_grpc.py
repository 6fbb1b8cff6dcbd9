"""tritonclient over gRPC, synchronous: everything of it that a site has, streams too."""

import queue

import grpc
import numpy as np
import tritonclient.grpc as triton
from expected import EVERY_TYPE, GRPC, MODEL, ROWS, predictions, refused, same
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet
from tritonclient.grpc import model_config_pb2, service_pb2
from tritonclient.utils import np_to_triton_dtype


def tensor(name, values):
    found = triton.InferInput(name, list(values.shape), np_to_triton_dtype(values.dtype))
    found.set_data_from_numpy(values)
    return found


client = triton.InferenceServerClient(GRPC)
assert client.is_server_live() and client.is_server_ready()
assert client.is_model_ready(MODEL) and not client.is_model_ready("none")
assert client.get_server_metadata().name == "chamfer"
[version] = client.get_model_metadata(MODEL).versions
config = client.get_model_config(MODEL).config
assert config.input[0].data_type == model_config_pb2.TYPE_FP64 and list(config.input[0].dims) == [-1, 4]
assert (MODEL, "READY") in [(one.name, one.state) for one in client.get_model_repository_index().models]

assert "model_repository" in client.get_server_metadata().extensions
for _ in range(3):
    client.unload_model("coming-and-going")
    assert not client.is_model_ready("coming-and-going")
    client.load_model("coming-and-going")
    assert client.is_model_ready("coming-and-going")
refused(lambda: client.load_model("none"), "none")

probabilities, labels = predictions("predict_proba"), predictions("predict")
outputs = [triton.InferRequestedOutput(name) for name in ("predict_proba", "predict")]
for compression in (None, "gzip", "deflate"):
    result = client.infer(
        MODEL,
        [tensor("inputs", ROWS)],
        model_version=version,
        outputs=outputs,
        request_id="id-7",
        compression_algorithm=compression,
        client_timeout=30,
    )
    assert result.get_response().id == "id-7"
    same(result.as_numpy("predict_proba"), probabilities)
    same(result.as_numpy("predict"), labels)

# More than the 4 MiB that gRPC allows by default, both ways.
large = np.tile(ROWS, (70_000, 1))
result = client.infer(MODEL, [tensor("inputs", large)], outputs=outputs[:1])
same(result.as_numpy("predict_proba"), np.tile(np.array(probabilities), (70_000, 1)))

result = client.infer("every-type", [tensor(name, values) for name, values in EVERY_TYPE.items()])
for name, values in EVERY_TYPE.items():
    same(result.as_numpy(f"same_{name}"), values)

classes = client.infer(
    MODEL, [tensor("inputs", ROWS)], outputs=[triton.InferRequestedOutput("predict_proba", class_count=1)]
).as_numpy("predict_proba")
assert [one[0].decode().split(":")[2] for one in classes] == labels

answers = queue.Queue()
client.async_infer(MODEL, [tensor("inputs", ROWS)], lambda result, error: answers.put((result, error)))
result, error = answers.get(timeout=30)
assert error is None
same(result.as_numpy("predict"), labels)

client.start_stream(lambda result, error: answers.put((result, error)))
for at in range(20):
    client.async_stream_infer(MODEL, [tensor("inputs", ROWS[at % 3 : at % 3 + 1])], request_id=str(at))
client.async_stream_infer("none", [tensor("inputs", ROWS)])
client.async_stream_infer(
    MODEL, [tensor("inputs", ROWS)], request_id="last", enable_empty_final_response=True
)
for at in range(20):
    result, error = answers.get(timeout=30)
    assert error is None and result.get_response().id == str(at)
    same(result.as_numpy("predict"), labels[at % 3 : at % 3 + 1])
result, error = answers.get(timeout=30)
assert result is None and "There is no model" in str(error)
result, error = answers.get(timeout=30)
assert error is None and result.get_response().id == "last"
assert result.get_response().parameters["triton_final_response"].bool_param
client.stop_stream()

[found] = client.get_inference_statistics(MODEL).model_stats
assert found.inference_count > 200_000 and found.inference_stats.success.count > 20

rows = [tensor("inputs", ROWS)]
refused(lambda: client.infer("none", rows), "There is no model")
refused(lambda: client.infer(MODEL, rows, model_version="none"), "There is no version")
refused(lambda: client.infer(MODEL, [tensor("x", ROWS)]), 'no input "x"')
refused(lambda: client.infer(MODEL, rows, outputs=[triton.InferRequestedOutput("x")]), 'no output "x"')
refused(lambda: client.infer(MODEL, [tensor("inputs", large)], client_timeout=0.001), "Deadline Exceeded")
client.close()


# What is served is what this client carries: the same messages with the same fields, numbers and types.
def plain(file):
    """Without options and JSON names, in which builds of one definition differ."""

    def visit(message):
        for field in message.field:
            field.ClearField("json_name")
            field.ClearField("options")
        for nested in message.nested_type:
            visit(nested)

    for message in file.message_type:
        visit(message)
    file.ClearField("options")
    return file


def fields_of(data, number):
    found = UnknownFieldSet(Empty.FromString(data))
    return [one.data for one in found if one.field_number == number]


FILE_BY_FILENAME, FILE_DESCRIPTOR_RESPONSE = 3, 4
reflect = grpc.insecure_channel(GRPC).stream_stream(
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
)
name = b"grpc_service.proto"
[served] = fields_of(next(reflect(iter([bytes([FILE_BY_FILENAME << 3 | 2, len(name)]) + name]))), FILE_DESCRIPTOR_RESPONSE)
files = [FileDescriptorProto.FromString(one) for one in fields_of(served, 1)]
for file, module in zip(files, (service_pb2, model_config_pb2), strict=True):
    own = FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(own)
    assert plain(file) == plain(own), file.name
