"""Writes packages/trazo/test/fixtures/keras/brightness.json: what Keras's ImageDataGenerator makes of color pictures.

Usage: python interop/keras/make_brightness_fixtures.py  (needs keras with tensorflow, Pillow and scipy)
"""

import json
from pathlib import Path

import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator

rng = np.random.default_rng(11)
pictures = rng.integers(0, 256, (5, 6, 7, 3)).astype("float32")
labels = np.arange(5)
COLOR = dict(brightness_range=[0.3, 1.8], channel_shift_range=40.0, horizontal_flip=True, rotation_range=20)


def halve(image):
    return image / 2 + 3


def tensor(array):
    return {"shape": list(array.shape), "data": [float(f"{v:.9g}") for v in np.asarray(array, "float32").ravel().tolist()]}


def brightened(image, brightness):
    return tensor(ImageDataGenerator().apply_transform(image.copy(), {"brightness": brightness}))


def flow(**options):
    generator = ImageDataGenerator(**options)
    if options.get("featurewise_center"):
        generator.fit(pictures)
    batches = generator.flow(pictures, labels, batch_size=3, seed=4)
    return [[tensor(x), y.tolist()] for x, y in (next(batches) for _ in range(3))]


wide = pictures[1] * 2 - 100
np.random.seed(42)
drawn = [float(ImageDataGenerator(**COLOR).get_random_transform((6, 7, 3))["brightness"]) for _ in range(5)]
fixtures = {
    "pictures": tensor(pictures),
    "wide": tensor(wide),
    "drawn": drawn,
    "brightened": [{"brightness": b, "image": brightened(pictures[0], b)} for b in [0, 0.35, 1, 1.7]],
    "brightenedWide": [{"brightness": b, "image": brightened(wide, b)} for b in [0.5, 1.5]],
    "flow": flow(**COLOR, rescale=1 / 255),
    "preprocessed": flow(preprocessing_function=halve, rescale=0.5, featurewise_center=True),
}
path = Path(__file__).parents[2] / "packages/trazo/test/fixtures/keras/brightness.json"
path.write_text(json.dumps(fixtures) + "\n")
