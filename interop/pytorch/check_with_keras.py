"""Compares the golden files with real Keras in float64: an independent judge of what make_golden.py wrote out by hand.

    python interop/pytorch/check_with_keras.py

Needs TensorFlow and Keras. Exits with 1 if an error exceeds its bound.
"""

from __future__ import annotations

import base64
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

from golden_common import GOLDEN_FOLDER, PROJECTIONS, mnist_train, projection_signs, start_weights


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def build(layers: list[dict]) -> keras.Model:
    """The model without its softmax, so that the loss is taken from the logits."""
    made = [keras.Input((28, 28, 1))]
    for layer in layers:
        options = {snake(k): v for k, v in layer.items() if k != "className"}
        if options.get("activation") == "softmax":
            del options["activation"]
        made.append(getattr(keras.layers, layer["className"])(**options))
    model = keras.Sequential(made)
    model.set_weights(start_weights(layers))
    return model


def decode(values) -> np.ndarray:
    return np.frombuffer(base64.b64decode(values), "<f8") if isinstance(values, str) else np.array(values)


def step(model: keras.Model, first: int, count: int):
    images, labels = mnist_train(first, count)
    with tf.GradientTape() as tape:
        logits = model(images.astype(np.float64), training=True)
        losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        loss = tf.reduce_mean(losses)
    return float(loss), logits.numpy(), tape.gradient(loss, model.trainable_variables)


def gradient_error(reference: dict, gradient: np.ndarray) -> float:
    flat = gradient.reshape(-1)
    if "values" in reference:
        return float(np.linalg.norm(flat - decode(reference["values"])) / reference["norm"])
    signs = projection_signs(flat.size)
    dots = np.array([flat @ signs[j] for j in range(PROJECTIONS)])
    return float(np.sqrt(np.mean((dots - decode(reference["projections"])) ** 2)) / reference["norm"])


def check_model(name: str) -> float:
    golden = json.loads((GOLDEN_FOLDER / name).read_text())
    model = build(golden["layers"])
    worst = 0.0
    for batch in golden["batches"]:
        loss, logits, gradients = step(model, batch["first"], batch["count"])
        errors = [abs(loss / batch["loss"] - 1), float(np.abs(logits[:4] - batch["logits"]).max())]
        errors += [gradient_error(r, g.numpy()) for r, g in zip(batch["gradients"], gradients, strict=True)]
        worst = max(worst, *errors)
    return worst


def check_adam() -> float:
    """The whole curve, by Keras's gradients and Keras's formula for Adam in float64."""
    golden = json.loads((GOLDEN_FOLDER / "adam-20-steps.json").read_text())
    rate, beta1, beta2, epsilon = (golden[k] for k in ("learningRate", "beta1", "beta2", "epsilon"))
    model = build(golden["layers"])
    means = [np.zeros(w.shape) for w in model.trainable_variables]
    squares = [np.zeros(w.shape) for w in model.trainable_variables]
    worst = 0.0
    for t, expected in enumerate(golden["losses"], start=1):
        loss, _, gradients = step(model, (t - 1) * golden["batchSize"], golden["batchSize"])
        worst = max(worst, abs(loss / expected - 1))
        alpha = rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        for variable, m, v, gradient in zip(model.trainable_variables, means, squares, gradients):
            g = gradient.numpy()
            m += (g - m) * (1 - beta1)
            v += (g * g - v) * (1 - beta2)
            variable.assign(variable.numpy() - alpha * m / (np.sqrt(v) + epsilon))
    return worst


def check_adam_of_keras(steps: int) -> float:
    """The first steps with Keras's own optimiser, whose scalars are float32 even here: 1 - 0.999^t is off by 1e-5."""
    golden = json.loads((GOLDEN_FOLDER / "adam-20-steps.json").read_text())
    model = build(golden["layers"])
    optimizer = keras.optimizers.Adam(golden["learningRate"])
    worst = 0.0
    for t, expected in enumerate(golden["losses"][:steps]):
        loss, _, gradients = step(model, t * golden["batchSize"], golden["batchSize"])
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        worst = max(worst, abs(loss / expected - 1))
    return worst


if __name__ == "__main__":
    keras.backend.set_floatx("float64")
    # TensorFlow's exact gelu holds its constant sqrt(1/2) in float32, hence the wider bound of the second.
    checks = [
        ("base-model.json", check_model("base-model.json"), 1e-11),
        ("variety-model.json", check_model("variety-model.json"), 1e-7),
        ("adam-20-steps.json, Adam in float64", check_adam(), 1e-11),
        ("adam-20-steps.json, Keras's own Adam, 5 steps", check_adam_of_keras(5), 1e-5),
    ]
    for name, error, bound in checks:
        print(f"{name}: worst relative error against Keras {keras.__version__}: {error:.1e} (bound {bound:.0e})")
    sys.exit(0 if all(error <= bound for _, error, bound in checks) else 1)
