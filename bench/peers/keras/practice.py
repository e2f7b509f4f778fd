"""The practice's own cells in real tf_keras, for what they reach: one technique, from the split to the test images.

    .venv/keras/bin/python keras/practice.py --technique augmentation [--epochs 25] [--seed 1] [--data FOLDER]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))

import numpy as np
import peer
import tf_keras as keras

TECHNIQUES = ("base", "l2", "dropout", "batchnorm", "augmentation")


def network(technique: str) -> keras.Model:
    layers = keras.layers
    penalty = keras.regularizers.l2(0.01) if technique == "l2" else None
    model = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(6, (5, 5), activation="relu"),
            layers.AveragePooling2D((2, 2), strides=2),
            layers.Conv2D(16, (5, 5), activation="relu"),
            layers.AveragePooling2D((2, 2), strides=2),
            layers.Flatten(),
        ]
    )
    for _ in range(2):
        model.add(layers.Dense(1024, activation="relu", kernel_regularizer=penalty))
        if technique == "dropout":
            model.add(layers.Dropout(0.5))
        elif technique in ("batchnorm", "augmentation"):
            model.add(layers.BatchNormalization())
    model.add(layers.Dense(10, activation="softmax"))
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def images(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    pixels = np.frombuffer((folder / f"{part}-images-idx3-ubyte").read_bytes(), np.uint8, offset=16)
    digits = np.frombuffer((folder / f"{part}-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    return pixels.reshape(-1, 28, 28, 1).astype("float32") / 255, keras.utils.to_categorical(digits, 10)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--technique", choices=TECHNIQUES, default="augmentation")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=peer.DEFAULT_DATA)
    options = parser.parse_args()

    keras.utils.set_random_seed(options.seed)
    x, y = images(options.data, "train")
    # What scikit-learn's train_test_split(test_size=0.2, random_state=42) does.
    order = np.random.RandomState(42).permutation(len(x))
    validation, training = order[: len(x) // 5], order[len(x) // 5 :]
    model = network(options.technique)
    with tempfile.TemporaryDirectory() as folder:
        best = os.path.join(folder, "best_model.h5")
        callbacks = [
            keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=0.2, patience=2, min_lr=0.00001),
            keras.callbacks.ModelCheckpoint(filepath=best, monitor="val_accuracy", save_best_only=True),
        ]
        data, sizes = (x[training], y[training]), {"batch_size": peer.BATCH}
        if options.technique == "augmentation":
            generator = keras.preprocessing.image.ImageDataGenerator(
                rotation_range=30, width_shift_range=0.1, height_shift_range=0.1, zoom_range=0.2, fill_mode="nearest"
            )
            data, sizes = (generator.flow(*data, batch_size=peer.BATCH),), {}
        validation_data = (x[validation], y[validation])
        model.fit(*data, **sizes, epochs=options.epochs, verbose=2, validation_data=validation_data, callbacks=callbacks)
        loss, accuracy = keras.models.load_model(best).evaluate(*images(options.data, "t10k"), verbose=0)
    print(f"tf_keras {keras.__version__}, {options.technique}, seed {options.seed}: ", end="")
    print(f"test loss {loss:.4f}, test accuracy {100 * accuracy:.2f} %")


main()
