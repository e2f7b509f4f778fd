"""Trains on a folder of pictures as Keras does it best: image_dataset_from_directory, augmentation in parallel, prefetch.

Usage: python bench/pictures/keras_epoch.py files|held|plain FOLDER EPOCHS
"""

import resource
import statistics
import sys
import time

import keras
import tensorflow as tf
from keras import layers

way, folder, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
keras.utils.set_random_seed(1)
auto = tf.data.AUTOTUNE
varied = keras.Sequential([
    layers.RandomRotation(10 / 360, fill_mode="nearest"),
    layers.RandomTranslation(0.08, 0.08, fill_mode="nearest"),
    layers.RandomZoom(0.12, fill_mode="nearest"),
    layers.RandomFlip("horizontal"),
    layers.RandomBrightness(0.2, value_range=(0, 1)),
])

data = keras.utils.image_dataset_from_directory(
    folder, image_size=(96, 96), batch_size=32, seed=1, shuffle=True, verbose=False
)
if way != "files":
    data = data.unbatch().cache().shuffle(5000).batch(32)
data = data.map(lambda x, y: (x / 255, y), num_parallel_calls=auto)
if way != "plain":
    data = data.map(lambda x, y: (varied(x, training=True), y), num_parallel_calls=auto)
data = data.prefetch(auto)

model = keras.Sequential([layers.Input((96, 96, 3))])
for filters in (16, 32, 64, 64):
    model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D(2))
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dense(10, activation="softmax"))
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")


class Stopwatch(keras.callbacks.Callback):
    seconds, cpu = [], []

    def on_epoch_begin(self, epoch, logs=None):
        self.begun, self.began_cpu = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch, logs=None):
        self.seconds.append(time.perf_counter() - self.begun)
        self.cpu.append(time.process_time() - self.began_cpu)


model.fit(data, epochs=epochs, verbose=0, callbacks=[Stopwatch()])
later = lambda values: statistics.median(values[1:] or values)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(f"{later(Stopwatch.seconds):.1f} s an epoch, {later(Stopwatch.cpu):.1f} s of CPU, peak {peak} MiB")
