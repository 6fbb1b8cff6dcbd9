"""What the clients hold answers to: rows, and what the site's own `POST /predict` says of them."""

import json
import sys
import urllib.request

import numpy as np

HTTP, GRPC = sys.argv[1:3]
MODEL = "scaled-logistic"
ROWS = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8], [0.1, 0.2, 0.3, 0.4]])

EVERY_TYPE = {
    "bool": np.array([True, False, True]),
    "uint8": np.array([0, 1, 255], np.uint8),
    "uint16": np.array([0, 1, 65535], np.uint16),
    "uint32": np.array([0, 1, 2**32 - 1], np.uint32),
    "uint64": np.array([0, 1, 2**64 - 1], np.uint64),
    "int8": np.array([-128, 1, 127], np.int8),
    "int16": np.array([-32768, 1, 32767], np.int16),
    "int32": np.array([-(2**31), 1, 2**31 - 1], np.int32),
    "int64": np.array([-(2**63), 2**53 + 1, 2**63 - 1], np.int64),
    "float16": np.array([-1.5, 0, 65504], np.float16),
    "float32": np.array([-1.5, 1e-45, 3e38], np.float32),
    "float64": np.array([-0.1, 5e-324, 1.7e308], np.float64),
    "string": np.array([b"", "naïve ✓".encode(), b"a" * 300], np.object_),
}


def predictions(method):
    body = {"model": MODEL, "method": method, "inputs": ROWS.tolist()}
    request = urllib.request.Request(
        f"http://{HTTP}/predict", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["predictions"]


def same(found, expected):
    """Bit for bit; text as bytes or as str, whatever the client makes of it."""
    found = np.asarray(found)
    if found.dtype == object or found.dtype.kind in "US":
        as_bytes = lambda one: one.encode() if isinstance(one, str) else bytes(one)
        found = [as_bytes(one) for one in found.ravel()]
        assert found == [as_bytes(one) for one in np.asarray(expected, object).ravel()], (found, expected)
        return
    expected = np.asarray(expected, found.dtype)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    assert found.tobytes() == expected.tobytes(), (found, expected)


def refused(call, words):
    try:
        call()
    except Exception as error:
        assert words in str(error), f"{words!r} is not in {error!r}"
        return
    raise AssertionError(f"{words!r} was not refused")


async def refused_later(awaitable, words):
    try:
        await awaitable
    except Exception as error:
        assert words in str(error), f"{words!r} is not in {error!r}"
        return
    raise AssertionError(f"{words!r} was not refused")
