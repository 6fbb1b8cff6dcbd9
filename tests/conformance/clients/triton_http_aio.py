"""tritonclient over HTTP, with asyncio: many calls at once, each with its own rows."""

import asyncio

import numpy as np
import tritonclient.http.aio as triton
from expected import HTTP, MODEL, ROWS, predictions, refused_later, same


async def main():
    probabilities = predictions("predict_proba")
    client = triton.InferenceServerClient(HTTP)
    assert await client.is_server_ready() and await client.is_model_ready(MODEL)
    assert (await client.get_model_metadata(MODEL))["platform"] == "sklearn_pickle"

    async def ask(at, compression):
        rows = triton.InferInput("inputs", [1, 4], "FP64")
        rows.set_data_from_numpy(ROWS[at % 3][np.newaxis])
        result = await client.infer(
            MODEL,
            [rows],
            outputs=[triton.InferRequestedOutput("predict_proba")],
            request_id=str(at),
            request_compression_algorithm=compression,
            response_compression_algorithm=compression,
        )
        assert result.get_response()["id"] == str(at)
        same(result.as_numpy("predict_proba"), [probabilities[at % 3]])

    for compression in (None, "gzip", "deflate"):
        await asyncio.gather(*(ask(at, compression) for at in range(60)))
    await refused_later(client.get_model_metadata("none"), "There is no model")
    await client.close()


asyncio.run(main())
