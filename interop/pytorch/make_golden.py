"""Writes packages/trazo/test/fixtures/golden/*.json: losses, gradients and training curves computed by PyTorch in float64.

    python interop/pytorch/make_golden.py

PyTorch supplies convolution, matrix product, elementwise functions and automatic differentiation; what Keras defines
differently (asymmetric "same" padding, averages over real pixels only, Flatten in channels-last order, Adam's epsilon)
is written out here. check_with_keras.py compares the files with real Keras.
"""

from __future__ import annotations

import base64
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

from golden_common import (
    BASE_MODEL,
    DATA_NOTE,
    GOLDEN_FOLDER,
    HASH_FORMULA,
    PROJECTIONS,
    VARIETY_MODEL,
    WEIGHT_FORMULA,
    mnist_train,
    output_side,
    projection_signs,
    start_weights,
    weight_specs,
)

#: Tensors up to this many values are stored whole.
WHOLE_LIMIT = 3000
SAMPLE_STRIDE = 97

PROJECTION_NOTE = (
    "Gradients of more than 3000 values are not stored whole. `projections` holds r_j . g for 64 vectors r_j of +-1: "
    "element i of r_j is -1 when bit (j mod 32) of hash(stream = 1000 + floor(j / 32), i) is set, else +1. Let g be this "
    "reference, g' the gradient under test and e = g' - g. For signs that are independent of e, E[(r . e)^2] = sum over "
    "i, k of E[r_i r_k] e_i e_k = |e|^2, because the mixed terms vanish; so the mean over j of (r_j . g' - r_j . g)^2 "
    "estimates |e|^2 without bias, for every e, wherever its weight lies. Its variance is at most 2 |e|^4 / 64, a "
    "standard deviation of 18 % of |e|^2, i.e. about 9 % of |e| (Johnson and Lindenstrauss 1984; Achlioptas 2003 for "
    "signs). Divided by the stored norm |g| it is the tensor's relative L2 error within about a tenth of itself, which "
    "is ample for a bound of 1e-5. Row sums, column sums and every 97th value are exact checks beside it: they say "
    "where an error lies."
)
ENCODING_NOTE = "Strings are base64 of little-endian float64 arrays in row-major order."


def encode(values: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode("ascii")


def activate(x: torch.Tensor, name: str | None) -> torch.Tensor:
    rules = {
        None: lambda z: z,
        "relu": torch.relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "elu": F.elu,
        "gelu": lambda z: F.gelu(z, approximate="none"),
    }
    return rules[name](x)


def pad(x: torch.Tensor, layer: dict, window: list[int], strides: list[int], dilation: list[int], fill: float) -> torch.Tensor:
    """Keras's padding of (N, C, H, W), by hand: PyTorch's own is symmetric."""
    mode = layer.get("padding", "valid")
    _, top, bottom = output_side(x.shape[2], window[0], strides[0], dilation[0], mode)
    _, left, right = output_side(x.shape[3], window[1], strides[1], dilation[1], mode)
    return F.pad(x, (left, right, top, bottom), value=fill)


def forward(layers: list[dict], weights: list[torch.Tensor], images: torch.Tensor) -> torch.Tensor:
    """Logits, i.e. the last layer without its softmax. `images` is (N, 28, 28, 1)."""
    x = images.permute(0, 3, 1, 2)
    rest = iter(weights)
    for layer in layers:
        kind = layer["className"]
        if kind == "Conv2D":
            window, strides = layer["kernelSize"], layer.get("strides", [1, 1])
            dilation = layer.get("dilationRate", [1, 1])
            kernel = next(rest).permute(3, 2, 0, 1)
            bias = next(rest) if layer.get("useBias", True) else None
            x = F.conv2d(pad(x, layer, window, strides, dilation, 0.0), kernel, bias, strides, 0, dilation)
            x = activate(x, layer.get("activation"))
        elif kind == "MaxPooling2D":
            window = layer["poolSize"]
            strides = layer.get("strides", window)
            x = F.max_pool2d(pad(x, layer, window, strides, [1, 1], -math.inf), window, strides)
        elif kind == "AveragePooling2D":
            window = layer["poolSize"]
            strides = layer.get("strides", window)
            sums = F.avg_pool2d(pad(x, layer, window, strides, [1, 1], 0.0), window, strides)
            shares = F.avg_pool2d(pad(torch.ones_like(x), layer, window, strides, [1, 1], 0.0), window, strides)
            x = sums / shares
        elif kind == "GlobalAveragePooling2D":
            x = x.mean((2, 3))
        elif kind == "Flatten":
            x = x.permute(0, 2, 3, 1).flatten(1)
        elif kind == "Dense":
            x = x @ next(rest)
            if layer.get("useBias", True):
                x = x + next(rest)
            if layer.get("activation") != "softmax":
                x = activate(x, layer.get("activation"))
        else:
            raise ValueError(f"no rule for a {kind} layer")
    return x


def loss_of(layers: list[dict], weights: list[torch.Tensor], images: np.ndarray, labels: np.ndarray, dtype=torch.float64):
    logits = forward(layers, weights, torch.from_numpy(images).to(dtype))
    return F.cross_entropy(logits, torch.from_numpy(labels)), logits


def leaves(layers: list[dict], dtype=torch.float64) -> list[torch.Tensor]:
    return [torch.from_numpy(w).to(dtype).requires_grad_() for w in start_weights(layers)]


def describe_gradient(spec: dict, gradient: np.ndarray) -> dict:
    entry = {"name": spec["name"], "shape": spec["shape"], "norm": float(np.linalg.norm(gradient))}
    if gradient.size <= WHOLE_LIMIT:
        return {**entry, "values": encode(gradient)}
    matrix = gradient.reshape(-1, gradient.shape[-1])
    flat = gradient.reshape(-1)
    signs = projection_signs(flat.size)
    projections = np.array([math.fsum(flat * signs[j]) for j in range(PROJECTIONS)])
    return {
        **entry,
        "projections": encode(projections),
        "rowSums": encode(matrix.sum(1)),
        "columnSums": encode(matrix.sum(0)),
        "sampleStride": SAMPLE_STRIDE,
        "samples": encode(flat[::SAMPLE_STRIDE]),
    }


def float32_error(layers: list[dict], images: np.ndarray, labels: np.ndarray, exact: list[np.ndarray]) -> float:
    """PyTorch's own worst relative L2 error in float32: what a correct float32 engine can be asked for."""
    weights = leaves(layers, torch.float32)
    loss_of(layers, weights, images, labels, torch.float32)[0].backward()
    return max(
        float(np.linalg.norm(w.grad.numpy().astype(np.float64) - g) / np.linalg.norm(g)) for w, g in zip(weights, exact)
    )


def batch_entry(layers: list[dict], first: int, count: int) -> tuple[dict, list[np.ndarray]]:
    images, labels = mnist_train(first, count)
    weights = leaves(layers)
    loss, logits = loss_of(layers, weights, images, labels)
    loss.backward()
    gradients = [w.grad.numpy() for w in weights]
    worst = float32_error(layers, images, labels, gradients)
    print(f"images {first}..{first + count - 1}: loss {loss.item():.12f}, PyTorch float32 worst error {worst:.1e}")
    return {
        "first": first,
        "count": count,
        "loss": loss.item(),
        "correct": int((logits.argmax(1).numpy() == labels).sum()),
        "logits": logits[:4].tolist(),
        "float32ErrorOfPyTorch": worst,
    }, gradients


def header(description: str, layers: list[dict]) -> dict:
    specs = weight_specs(layers)
    return {
        "description": description,
        "madeBy": f"interop/pytorch/make_golden.py, PyTorch {torch.__version__.split('+')[0]}, float64",
        "data": DATA_NOTE,
        "hash": HASH_FORMULA,
        "startWeights": WEIGHT_FORMULA,
        "loss": "categorical cross-entropy from the logits, mean over the batch",
        "layers": layers,
        "weights": [
            {**spec, "firstValues": w.reshape(-1)[:3].astype(np.float64).tolist(), "sum": math.fsum(w.reshape(-1).tolist())}
            for spec, w in zip(specs, start_weights(layers))
        ],
    }


def base_model() -> dict:
    specs = weight_specs(BASE_MODEL)
    batches = []
    for first, count in ((0, 128), (59904, 96)):
        entry, gradients = batch_entry(BASE_MODEL, first, count)
        batches.append({**entry, "gradients": [describe_gradient(s, g) for s, g in zip(specs, gradients)]})
    return {
        **header("Loss, logits and gradients of the base model: a full batch, and MNIST's last one of 96.", BASE_MODEL),
        "projection": PROJECTION_NOTE,
        "encoding": ENCODING_NOTE,
        "batches": batches,
    }


def variety_model() -> dict:
    entry, gradients = batch_entry(VARIETY_MODEL, 0, 8)
    named = [
        {"name": s["name"], "shape": s["shape"], "norm": float(np.linalg.norm(g)), "values": g.reshape(-1).tolist()}
        for s, g in zip(weight_specs(VARIETY_MODEL), gradients)
    ]
    notes = {
        "options": "Options are Keras's in camelCase; one left out has Keras's default. gelu is the exact one (erf). "
        "Padding 'same' is Keras's: the odd row or column goes to the bottom or right; averages leave the padding out.",
    }
    return {**header("Loss and whole gradients of a model of many kinds of layers.", VARIETY_MODEL), **notes, "batches": [{**entry, "gradients": named}]}


def adam_losses(dtype: torch.dtype, steps: int, batch: int) -> tuple[list[float], list[torch.Tensor]]:
    rate, beta1, beta2, epsilon = 0.001, 0.9, 0.999, 1e-7
    weights = leaves(BASE_MODEL, dtype)
    means = [torch.zeros_like(w) for w in weights]
    squares = [torch.zeros_like(w) for w in weights]
    losses = []
    for t in range(1, steps + 1):
        images, labels = mnist_train((t - 1) * batch, batch)
        loss, _ = loss_of(BASE_MODEL, weights, images, labels, dtype)
        gradients = torch.autograd.grad(loss, weights)
        alpha = rate * math.sqrt(1 - beta2**t) / (1 - beta1**t)
        with torch.no_grad():
            for w, m, v, g in zip(weights, means, squares, gradients):
                m += (g - m) * (1 - beta1)
                v += (g * g - v) * (1 - beta2)
                w -= alpha * m / (v.sqrt() + epsilon)
        losses.append(loss.item())
    return losses, [w.detach() for w in weights]


def adam_20_steps() -> dict:
    losses, weights = adam_losses(torch.float64, 20, 128)
    narrow, _ = adam_losses(torch.float32, 20, 128)
    deviation = max(abs(a - b) / a for a, b in zip(losses, narrow))
    print(f"Adam: losses {losses[0]:.6f} -> {losses[-1]:.6f}, PyTorch float32 deviates by {deviation:.1e}")
    return {
        **header("Losses of 20 steps of Adam on training images 0..2559, before each step's update.", BASE_MODEL),
        "optimizer": "Adam as in Keras: m += (g - m)(1 - beta1); v += (g^2 - v)(1 - beta2); "
        "w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)",
        "learningRate": 0.001,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-7,
        "batchSize": 128,
        "losses": losses,
        "float32DeviationOfPyTorch": deviation,
        "precision": "Training amplifies rounding: PyTorch's float32 losses deviate from these by the figure above, "
        "and Keras's own Adam, whose scalars (1 - beta2^t among them) are float32 even in a float64 model, by 1.3e-6 "
        "over the first 5 steps and 2.3e-3 over all 20, from float64 gradients. The formula itself agrees to 1e-15.",
        "finalNorms": [float(w.norm()) for w in weights],
    }


def write(name: str, content: dict) -> None:
    GOLDEN_FOLDER.mkdir(parents=True, exist_ok=True)
    path = GOLDEN_FOLDER / name
    path.write_text(json.dumps(content, indent=1) + "\n")
    print(f"{name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    write("base-model.json", base_model())
    write("variety-model.json", variety_model())
    write("adam-20-steps.json", adam_20_steps())
