"""A training step of any network of the ladder in JAX, float32 on the CPU: one jitted function with Adam, whose state is donated."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import ladder
import peer

options = ladder.arguments(["jit"])
# XLA takes a thread per processor that it may run on.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

EPSILON = 1e-3
DIMENSIONS = ("NHWC", "HWIO", "NHWC")

Parameters = list[jax.Array]
#: From the values that come in, the layer's own parameters and a key for what is random to the values that go out.
Apply = Callable[[jax.Array, Parameters, jax.Array], jax.Array]


class Builder:
    """Collects parameters and the functions that use them."""

    def __init__(self) -> None:
        self.parameters: Parameters = []
        self.random = np.random.default_rng(1)

    def weights(self, *shape: int) -> int:
        inputs, outputs = int(np.prod(shape[:-1])), shape[-1]
        limit = np.sqrt(6 / (inputs + outputs))
        return self.add(self.random.uniform(-limit, limit, shape).astype(np.float32))

    def add(self, value: np.ndarray) -> int:
        self.parameters.append(jnp.asarray(value))
        return len(self.parameters) - 1

    def conv(self, before: int, after: int, kernel: int, stride: int, same: bool, groups: int = 1) -> Apply:
        w, b = self.weights(kernel, kernel, before // groups, after), self.add(np.zeros(after, np.float32))
        padding = "SAME" if same else "VALID"
        window = {"dimension_numbers": DIMENSIONS, "feature_group_count": groups}
        return lambda x, p, key: lax.conv_general_dilated(x, p[w], (stride, stride), padding, **window) + p[b]

    def batch_norm(self, channels: int) -> Apply:
        gamma, beta = self.add(np.ones(channels, np.float32)), self.add(np.zeros(channels, np.float32))

        def apply(x: jax.Array, p: Parameters, key: jax.Array) -> jax.Array:
            axes = tuple(range(x.ndim - 1))
            mean, variance = x.mean(axes), x.var(axes)
            return (x - mean) * (p[gamma] * lax.rsqrt(variance + EPSILON)) + p[beta]

        return apply

    def dense(self, before: int, after: int) -> Apply:
        w, b = self.weights(before, after), self.add(np.zeros(after, np.float32))
        return lambda x, p, key: x @ p[w] + p[b]

    def residual(self, before: int, after: int, stride: int) -> Apply:
        first, first_norm = self.conv(before, after, 3, stride, True), self.batch_norm(after)
        second, second_norm = self.conv(after, after, 3, 1, True), self.batch_norm(after)
        around = None
        if stride != 1 or before != after:
            around = self.conv(before, after, 1, stride, False), self.batch_norm(after)

        def apply(x: jax.Array, p: Parameters, key: jax.Array) -> jax.Array:
            y = jax.nn.relu(first_norm(first(x, p, key), p, key))
            y = second_norm(second(y, p, key), p, key)
            if around:
                x = around[1](around[0](x, p, key), p, key)
            return jax.nn.relu(x + y)

        return apply

    def separable(self, before: int, after: int, stride: int) -> Apply:
        each, each_norm = self.conv(before, before, 3, stride, True, groups=before), self.batch_norm(before)
        mixed, mixed_norm = self.conv(before, after, 1, 1, False), self.batch_norm(after)

        def apply(x: jax.Array, p: Parameters, key: jax.Array) -> jax.Array:
            x = jax.nn.relu(each_norm(each(x, p, key), p, key))
            return jax.nn.relu(mixed_norm(mixed(x, p, key), p, key))

        return apply

    def layer(self, layer: dict, shape: tuple[int, ...]) -> Apply:
        kind, channels, stride = layer["kind"], shape[-1], layer.get("stride", 1)
        if kind == "conv":
            made = self.conv(channels, layer["filters"], layer["kernel"], stride, layer.get("same", False))
        elif kind == "dense":
            made = self.dense(channels, layer["units"])
        elif kind == "residual":
            made = self.residual(channels, layer["filters"], stride)
        elif kind == "separable":
            made = self.separable(channels, layer["filters"], stride)
        elif kind == "batchNorm":
            made = self.batch_norm(channels)
        else:
            made = plain(layer)
        return (lambda x, p, key: jax.nn.relu(made(x, p, key))) if layer.get("relu") else made


def pooled(x: jax.Array, size: int, start: float, combine: Callable) -> jax.Array:
    return lax.reduce_window(x, start, combine, (1, size, size, 1), (1, size, size, 1), "VALID")


def dropped(x: jax.Array, rate: float, key: jax.Array) -> jax.Array:
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


def plain(layer: dict) -> Apply:
    """A layer without parameters."""
    size = layer.get("size", 1)
    return {
        "relu": lambda x, p, key: jax.nn.relu(x),
        "maxPool": lambda x, p, key: pooled(x, size, -jnp.inf, lax.max),
        "averagePool": lambda x, p, key: pooled(x, size, 0.0, lax.add) / size**2,
        "globalAverage": lambda x, p, key: x.mean((1, 2)),
        "flatten": lambda x, p, key: x.reshape(x.shape[0], -1),
        "dropout": lambda x, p, key: dropped(x, layer["rate"], key),
    }[layer["kind"]]


spec = ladder.NETWORKS[options.network]
builder = Builder()
shape: tuple[int, ...] = (1, spec["side"], spec["side"], spec["channels"])
layers: list[Apply] = []
for one in [*spec["layers"], {"kind": "dense", "units": spec["classes"]}]:
    layers.append(builder.layer(one, shape))
    shape = jax.eval_shape(layers[-1], jnp.zeros(shape), builder.parameters, jax.random.key(0)).shape


def loss_of(parameters: Parameters, x: jax.Array, y: jax.Array, key: jax.Array) -> jax.Array:
    for number, layer in enumerate(layers):
        x = layer(x, parameters, jax.random.fold_in(key, number))
    return -jnp.take_along_axis(jax.nn.log_softmax(x), y[:, None], 1).mean()


def adam(p: jax.Array, g: jax.Array, m: jax.Array, v: jax.Array, alpha: jax.Array) -> tuple[jax.Array, ...]:
    m, v = m + (g - m) * (1 - 0.9), v + (g * g - v) * (1 - 0.999)
    return p - alpha * m / (jnp.sqrt(v) + 1e-7), m, v


def train(state: tuple, x: jax.Array, y: jax.Array) -> tuple[tuple, jax.Array]:
    parameters, means, squares, count = state
    loss, gradients = jax.value_and_grad(loss_of)(parameters, x, y, jax.random.fold_in(jax.random.key(1), count))
    count = count + 1
    alpha = 1e-3 * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
    moved = [adam(*each, alpha) for each in zip(parameters, gradients, means, squares)]
    return ([one[0] for one in moved], [one[1] for one in moved], [one[2] for one in moved], count), loss


train = jax.jit(train, donate_argnums=0)
zeros = lambda: [jnp.zeros_like(p) for p in builder.parameters]
state = (builder.parameters, zeros(), zeros(), jnp.int32(0))
pixels, classes = ladder.batches(spec, options.batch)
images = [jnp.asarray(batch) for batch in pixels]
labels = [jnp.asarray(batch.astype(np.int32)) for batch in classes]


def step(number: int) -> float:
    global state
    state, loss = train(state, images[number % len(images)], labels[number % len(labels)])
    return float(loss)


peer.serve(f"JAX {options.variant}", jax.__version__, options.threads, peer.timed(step))
