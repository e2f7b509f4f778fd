"""A training step of the network of bench/segmentation.ts in Keras 3 on TensorFlow: float32 on the CPU, `fit`, sample weights, mean IoU."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import peer

options = peer.arguments(["keras3-fit"])

import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(options.threads)
tf.config.threading.set_inter_op_parallelism_threads(options.threads)

import keras

keras.utils.set_random_seed(1)
layers = keras.layers


def conv(filters: int, x):
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)


def up(filters: int, x):
    return layers.Conv2DTranspose(filters, 2, 2, padding="same", activation="relu")(x)


x = layers.Input((64, 64, 3))
fine = conv(16, conv(16, x))
middle = conv(32, conv(32, layers.MaxPooling2D()(fine)))
coarse = conv(64, conv(64, layers.MaxPooling2D()(middle)))
y = conv(32, layers.Concatenate()([up(32, coarse), middle]))
y = conv(16, layers.Concatenate()([up(16, y), fine]))
network = keras.Model(x, layers.Conv2D(2, 1, activation="softmax")(y))
iou = keras.metrics.MeanIoU(2, sparse_y_pred=False)
network.compile("adam", "sparse_categorical_crossentropy", metrics=[iou])

random = np.random.default_rng(1)
images = random.random((16, 64, 64, 3), np.float32)
labels = random.integers(0, 2, (16, 64, 64)).astype(np.int32)
weights = np.repeat(random.random(16, np.float32), 64 * 64).reshape(16, 64, 64)
data = tf.data.Dataset.from_tensors((images, labels, weights)).cache().repeat()


class Clock(keras.callbacks.Callback):
    def on_train_begin(self, logs=None):
        self.ends = []

    def on_train_batch_end(self, batch, logs=None):
        self.ends.append(time.perf_counter())


def run(n: int) -> tuple[list[float], float]:
    clock = Clock()
    history = network.fit(data, steps_per_epoch=n + 1, verbose=0, callbacks=[clock])
    durations = [(b - a) * 1e3 for a, b in zip(clock.ends, clock.ends[1:])]
    return durations, history.history["loss"][-1]


peer.serve("Keras keras3-fit", keras.__version__, options.threads, run)
