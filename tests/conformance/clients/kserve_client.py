"""KServe's own client, over REST and gRPC: health, inference with JSON, with bytes and with typed contents."""

import asyncio

import numpy as np
from expected import GRPC, HTTP, MODEL, ROWS, predictions, refused_later, same
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig
from kserve.protocol.infer_type import RequestedOutput


def request_of(binary, name=MODEL):
    rows = InferInput("inputs", list(ROWS.shape), "FP64")
    rows.set_data_from_numpy(ROWS, binary_data=binary)
    outputs = [
        RequestedOutput(output, parameters={"binary_data": binary}) for output in ("predict_proba", "predict")
    ]
    return InferRequest(model_name=name, infer_inputs=[rows], request_outputs=outputs, request_id="id-7")


def check(answer, probabilities, labels):
    assert answer.id == "id-7" and answer.model_name == MODEL
    first, second = answer.outputs
    same(first.as_numpy(), probabilities)
    same(second.as_numpy(), labels)


async def main():
    probabilities, labels = np.array(predictions("predict_proba")), predictions("predict")
    base = f"http://{HTTP}"
    rest = InferenceRESTClient(RESTConfig(protocol="v2"))
    assert await rest.is_server_live(base) and await rest.is_server_ready(base)
    assert await rest.is_model_ready(base, MODEL)
    for binary in (False, True):
        check(await rest.infer(base, request_of(binary), model_name=MODEL), probabilities, labels)
    await refused_later(rest.infer(base, request_of(False, "none"), model_name="none"), "404")
    await rest.close()

    grpc = InferenceGRPCClient(GRPC)
    assert await grpc.is_server_live() and await grpc.is_server_ready() and await grpc.is_model_ready(MODEL)
    for binary in (False, True):
        check(await grpc.infer(request_of(binary)), probabilities, labels)
    await refused_later(grpc.infer(request_of(True, "none")), "There is no model")
    await grpc.close()


asyncio.run(main())
