"""A training step of any network of the ladder in Keras on TensorFlow, float32 on the CPU: plain `fit`, or a tf.function of one's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import ladder
import peer

options = ladder.arguments([f"{library}-{form}" for library in ("keras3", "tf_keras") for form in ("fit", "function")])

import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(options.threads)
tf.config.threading.set_inter_op_parallelism_threads(options.threads)

library_name, form = options.variant.split("-", 1)
if library_name == "keras3":
    import keras
else:
    import tf_keras as keras

from clock import clock_of

keras.utils.set_random_seed(1)
layers = keras.layers


def normalized(x):
    return layers.ReLU()(layers.BatchNormalization()(x))


def residual(x, filters: int, stride: int):
    y = normalized(layers.Conv2D(filters, 3, stride, padding="same")(x))
    y = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(y))
    if stride != 1 or x.shape[-1] != filters:
        x = layers.BatchNormalization()(layers.Conv2D(filters, 1, stride)(x))
    return layers.ReLU()(layers.Add()([y, x]))


def applied(layer: dict, x):
    kind, stride = layer["kind"], layer.get("stride", 1)
    activation = "relu" if layer.get("relu") else None
    if kind == "conv":
        padding = "same" if layer.get("same") else "valid"
        return layers.Conv2D(layer["filters"], layer["kernel"], stride, padding=padding, activation=activation)(x)
    if kind == "separable":
        x = normalized(layers.DepthwiseConv2D(3, stride, padding="same")(x))
        return normalized(layers.Conv2D(layer["filters"], 1)(x))
    if kind == "residual":
        return residual(x, layer["filters"], stride)
    made = {
        "dense": lambda: layers.Dense(layer["units"], activation=activation),
        "batchNorm": layers.BatchNormalization,
        "relu": layers.ReLU,
        "maxPool": lambda: layers.MaxPooling2D(layer["size"]),
        "averagePool": lambda: layers.AveragePooling2D(layer["size"]),
        "globalAverage": layers.GlobalAveragePooling2D,
        "flatten": layers.Flatten,
        "dropout": lambda: layers.Dropout(layer["rate"]),
    }
    return made[kind]()(x)


def network(spec: dict, activation: str | None):
    inputs = x = layers.Input((spec["side"], spec["side"], spec["channels"]))
    for layer in spec["layers"]:
        x = applied(layer, x)
    return keras.Model(inputs, layers.Dense(spec["classes"], activation=activation)(x))


spec = ladder.NETWORKS[options.network]
pixels, classes = ladder.batches(spec, options.batch)


def own_step():
    model, optimizer = network(spec, None), keras.optimizers.Adam(1e-3)
    optimizer.build(model.trainable_variables)
    images, labels = [tf.constant(batch) for batch in pixels], [tf.constant(batch) for batch in classes]

    @tf.function
    def train(x, y):
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model(x, training=True))
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    def step(number: int) -> float:
        return float(train(images[number % len(images)], labels[number % len(labels)]))

    return peer.timed(step)


def fit_steps():
    """`fit` as users call it. The start of each `fit` is not counted."""
    model = network(spec, "softmax")
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    x = np.concatenate(pixels)
    y = keras.utils.to_categorical(np.concatenate(classes), spec["classes"])

    def run(n: int) -> tuple[list[float], float]:
        clock = clock_of(keras)
        rows = np.arange((n + 1) * options.batch) % len(x)
        history = model.fit(x[rows], y[rows], batch_size=options.batch, verbose=0, callbacks=[clock])
        return clock.durations(), float(history.history["loss"][-1])

    return run


peer.serve(
    f"Keras {options.variant}",
    f"{keras.__version__} on TensorFlow {tf.__version__}",
    options.threads,
    fit_steps() if form == "fit" else own_step(),
)
