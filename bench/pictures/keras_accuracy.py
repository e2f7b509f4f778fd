"""Trains the network of `trazo train --images` on the pictures of such a run, split as there, in Keras, and tests it.

Usage: python bench/pictures/keras_accuracy.py RUN_FOLDER [EPOCHS]
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

run = Path(sys.argv[1])
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 60
record = json.loads((run / "pictures.json").read_text())
settings = json.loads((run / "config.json").read_text())["settings"]
size = (settings["height"], settings["width"])
background = settings.get("background")
auto = tf.data.AUTOTUNE
keras.utils.set_random_seed(42)


def part(name):
    files = [str(Path(record["directory"]) / file) for file in record["files"][name]["files"]]

    def read(path, label):
        if background is None:
            image = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
        else:
            # Every picture is a PNG file then: TensorFlow reads opacity from no other.
            image = tf.cast(tf.io.decode_png(tf.io.read_file(path), channels=4), tf.float32)
            opacity = image[..., 3:] / 255
            image = tf.round(opacity * image[..., :3] + (1 - opacity) * background)
        return tf.image.resize(image, size, antialias=True), label

    data = tf.data.Dataset.from_tensor_slices((files, record["files"][name]["classes"]))
    return data.map(read, num_parallel_calls=auto).cache()


varied = keras.Sequential([
    layers.RandomRotation(10 / 360, fill_mode="nearest"),
    layers.RandomTranslation(0.08, 0.08, fill_mode="nearest"),
    layers.RandomZoom(0.12, fill_mode="nearest"),
    layers.RandomFlip("horizontal"),
    layers.RandomBrightness(0.2, value_range=(0, 255)),
])
train = part("train").shuffle(10000).batch(32)
train = train.map(lambda x, y: (varied(x, training=True) / 255, y), num_parallel_calls=auto).prefetch(auto)
validation, test = (part(name).batch(32).map(lambda x, y: (x / 255, y)) for name in ("validation", "test"))

model = keras.Sequential([layers.Input((*size, 3))])
for filters in (32, 64, 96, 128):
    model.add(layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal"))
    model.add(layers.BatchNormalization(momentum=0.9))
    model.add(layers.Activation("relu"))
    model.add(layers.MaxPooling2D(2))
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dropout(0.3))
model.add(layers.Dense(len(record["classNames"]), activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
counts = np.bincount(record["files"]["train"]["classes"])
weights = counts.sum() / (len(counts) * counts) if settings["weighsClasses"] else np.ones(len(counts))
model.fit(
    train,
    class_weight=dict(enumerate(weights)),
    validation_data=validation,
    epochs=epochs,
    verbose=2,
    callbacks=[
        keras.callbacks.ReduceLROnPlateau(factor=0.3, patience=3, min_lr=1e-5),
        keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True, start_from_epoch=0),
    ],
)
loss, accuracy = model.evaluate(test, verbose=0)
print(f"Keras: test accuracy {100 * accuracy:.1f} %, loss {loss:.4f}")
