"""tritonclient over gRPC, with asyncio: many calls at once, each with its own rows, and a stream."""

import asyncio

import numpy as np
import tritonclient.grpc.aio as triton
from expected import GRPC, MODEL, ROWS, predictions, refused_later, same


def rows_of(at):
    rows = triton.InferInput("inputs", [1, 4], "FP64")
    rows.set_data_from_numpy(ROWS[at % 3][np.newaxis])
    return [rows]


async def main():
    probabilities = predictions("predict_proba")
    outputs = [triton.InferRequestedOutput("predict_proba")]
    client = triton.InferenceServerClient(GRPC)
    assert await client.is_server_ready() and await client.is_model_ready(MODEL)

    async def ask(at):
        result = await client.infer(MODEL, rows_of(at), outputs=outputs, request_id=str(at))
        assert result.get_response().id == str(at)
        same(result.as_numpy("predict_proba"), [probabilities[at % 3]])

    await asyncio.gather(*(ask(at) for at in range(200)))

    async def requests():
        for at in range(30):
            yield {"model_name": MODEL, "inputs": rows_of(at), "outputs": outputs, "request_id": str(at)}

    count = 0
    async for result, error in client.stream_infer(requests()):
        assert error is None and result.get_response().id == str(count)
        same(result.as_numpy("predict_proba"), [probabilities[count % 3]])
        count += 1
    assert count == 30
    await refused_later(client.get_model_metadata("none"), "There is no model")
    await client.close()


asyncio.run(main())
