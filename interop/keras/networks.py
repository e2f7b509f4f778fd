"""The practice's five networks, in Keras 2 or 3, and MNIST as write_mnist.ts leaves it."""
from pathlib import Path

import numpy as np

MODELS = ("base", "l2", "dropout", "dropout-off", "batchnorm", "augmentation")


def network(k, name: str, filters: tuple[int, int], units: int):
    """`dropout-off` is `dropout` at rate 0, whose training can be compared. `augmentation` has the batchnorm network."""
    L = k.layers
    regularizer = k.regularizers.L2(0.01) if name == "l2" else None
    normalised = name in ("batchnorm", "augmentation")

    def dense_block() -> list:
        block = [L.Dense(units, activation="relu", kernel_regularizer=regularizer)]
        if normalised:
            block.append(L.BatchNormalization())
        if name.startswith("dropout"):
            block.append(L.Dropout(0.5 if name == "dropout" else 0.0))
        return block

    first = L.Input((28, 28, 1)) if k.__name__ == "keras" else L.InputLayer((28, 28, 1))
    convolution = {"activation": "relu"}
    return k.Sequential(
        [
            first,
            L.Conv2D(filters[0], 5, **convolution),
            L.AveragePooling2D(2),
            L.Conv2D(filters[1], 5, **convolution),
            L.AveragePooling2D(2),
            L.Flatten(),
            *dense_block(),
            *dense_block(),
            L.Dense(10, activation="softmax"),
        ]
    )


def compiled(k, name: str, filters: tuple[int, int] = (6, 16), units: int = 1024, optimizer=None):
    model = network(k, name, filters, units)
    optimizer = optimizer or k.optimizers.Adam(learning_rate=0.002)
    model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


def mnist(folder: str, part: str) -> tuple[np.ndarray, np.ndarray]:
    images = np.fromfile(Path(folder) / f"{part}-images.bin", np.uint8).reshape(-1, 28, 28, 1)
    labels = np.fromfile(Path(folder) / f"{part}-labels.bin", np.uint8)
    return images.astype("float32") / 255, np.eye(10, dtype="float32")[labels]


def batch_losses(model, x: np.ndarray, y: np.ndarray, steps: int, batch: int = 32) -> list[float]:
    """Trains on the first batches in order; the loss of each, before its update."""
    losses = []
    for i in range(steps):
        rows = slice(i * batch, (i + 1) * batch)
        logs = model.fit(x[rows], y[rows], batch_size=batch, epochs=1, shuffle=False, verbose=0)
        losses.append(float(logs.history["loss"][0]))
    return losses
