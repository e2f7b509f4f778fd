"""Writes packages/trazo/test/fixtures/keras/whitening.json: what Keras's ImageDataGenerator makes of pictures with zca_whitening.

Usage: python interop/keras/make_whitening_fixtures.py  (needs keras with tensorflow and scipy)
"""

import json
from pathlib import Path

import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator

rng = np.random.default_rng(5)


def pictures(count, shape):
    """Neighbors alike, so that there is something to whiten."""
    noise = rng.normal(size=(count, *shape))
    return np.round(60 * (noise + np.roll(noise, 1, 1) + np.roll(noise, 1, 2)) + 120).astype("float32")


def tensor(array):
    return {"shape": list(array.shape), "data": [float(f"{v:.9g}") for v in np.asarray(array, "float32").ravel().tolist()]}


def case(count, shape, **options):
    x = pictures(count, shape)
    generator = ImageDataGenerator(zca_whitening=True, **options)
    generator.fit(x)
    white = np.stack([generator.standardize(image.copy()) for image in x[:3]])
    names = {"rescale": "rescale", "zca_epsilon": "zcaEpsilon", "featurewise_std_normalization": "featurewiseStdNormalization"}
    return {"options": {names[k]: v for k, v in options.items()}, "x": tensor(x), "white": tensor(white)}


fixture = [
    case(120, (5, 4, 1)),
    case(120, (4, 4, 3), rescale=1 / 255, featurewise_std_normalization=True),
    case(20, (6, 5, 3), zca_epsilon=0.1, rescale=1 / 255),
]
path = Path(__file__).parents[2] / "packages/trazo/test/fixtures/keras/whitening.json"
path.write_text(json.dumps(fixture))
