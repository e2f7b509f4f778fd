"""The base model's training step in Keras on TensorFlow, float32 on the CPU.

Variants: Keras 3 or tf_keras (Keras 2); a hand-written tf.function step, the same compiled by XLA, or plain `fit`
(also with XLA where that is not its default). `fit-dropout`, `fit-batchnorm` and `fit-augmentation` are the practice's
techniques on tf_keras, the last one with its ImageDataGenerator; `fit-best` is its `best`, without augmentation.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import peer

VARIANTS = [f"{library}-{form}" for library in ("keras3", "tf_keras") for form in ("function", "xla", "fit", "fit-xla")]
VARIANTS += [f"tf_keras-fit-{technique}" for technique in ("dropout", "batchnorm", "augmentation", "best")]
options = peer.arguments(VARIANTS)

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


def base_model(activation: str | None, after_dense=lambda: []) -> "keras.Model":
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(6, (5, 5), activation="relu"),
            layers.AveragePooling2D((2, 2)),
            layers.Conv2D(16, (5, 5), activation="relu"),
            layers.AveragePooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            *after_dense(),
            layers.Dense(1024, activation="relu"),
            *after_dense(),
            layers.Dense(10, activation=activation),
        ]
    )


def best_model() -> "keras.Model":
    layers = keras.layers
    widths = [(48, 4, 2), (64, 3, 1), (64, 3, 1), (96, 3, 1), (96, 3, 1), (128, 3, 1)]
    convolutions = [
        layer
        for filters, kernel, stride in widths
        for layer in (layers.Conv2D(filters, kernel, stride, activation="relu"), layers.BatchNormalization())
    ]
    head = [layers.Flatten(), layers.Dropout(0.3), layers.Dense(10, activation="softmax")]
    return keras.Sequential([layers.Input((28, 28, 1)), *convolutions, *head])


pixels, digits = peer.mnist(options.data)


def own_step(xla: bool):
    """A tf.function over constants in memory: no tf.data, no metrics, no callbacks."""
    model, optimizer = base_model(None), keras.optimizers.Adam(1e-3)
    optimizer.build(model.trainable_variables)
    images = [tf.constant(batch[..., None]) for batch in pixels]
    labels = [tf.constant(batch) for batch in digits]

    @tf.function(jit_compile=xla)
    def train(x, y):
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=model(x, training=True))
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    def step(number: int) -> float:
        index = number % len(images)
        return float(train(images[index], labels[index]))

    return peer.timed(step)


AFTER_DENSE = {
    "dropout": lambda: [keras.layers.Dropout(0.5)],
    "batchnorm": lambda: [keras.layers.BatchNormalization()],
    "augmentation": lambda: [keras.layers.BatchNormalization()],
}


def batches_of(x, y, technique: str | None) -> tuple[tuple, dict]:
    """What `fit` gets: arrays, or the practice's generator."""
    if technique != "augmentation":
        return (x, y), {"batch_size": peer.BATCH}
    generator = keras.preprocessing.image.ImageDataGenerator(
        rotation_range=30, width_shift_range=0.1, height_shift_range=0.1, zoom_range=0.2, fill_mode="nearest"
    )
    return (generator.flow(x, y, batch_size=peer.BATCH),), {}


def fit_steps(xla: bool, technique: str | None = None):
    """`fit` as users call it, with its accuracy metric. The start of each `fit` is not counted."""
    is_best = technique == "best"
    model = best_model() if is_best else base_model("softmax", AFTER_DENSE.get(technique, lambda: []))
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=0.05 if is_best else 0.0)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"], jit_compile=xla)
    x, y = pixels.reshape(-1, 28, 28, 1), keras.utils.to_categorical(digits.reshape(-1), 10)

    def run(n: int) -> tuple[list[float], float]:
        clock = clock_of(keras)
        rows = slice(0, min((n + 1) * peer.BATCH, len(x)))
        data, sizes = batches_of(x[rows], y[rows], technique)
        history = model.fit(*data, **sizes, verbose=0, callbacks=[clock])
        return clock.durations(), float(history.history["loss"][-1])

    return run


technique = form.removeprefix("fit-") if form.removeprefix("fit-") in (*AFTER_DENSE, "best") else None
run = fit_steps(form == "fit-xla", technique) if form.startswith("fit") else own_step(form == "xla")
peer.serve(f"Keras {options.variant}", f"{keras.__version__} on TensorFlow {tf.__version__}", options.threads, run)
