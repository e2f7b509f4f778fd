"""Small versions of the practice's networks, trained and saved by one peer, with what it says of 1,000 of MNIST's test images and
the losses of three further steps: adds to packages/trazo/test/fixtures/keras/saved/. Run by run.sh --fixtures.

usage: make_saved_fixtures.py keras3|tf_keras|keras2 FOLDER [OUT]   (FOLDER made by write_mnist.ts; with OUT the networks have their
real width and are left there)
"""
import base64
import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
from networks import MODELS, batch_losses, compiled, mnist

peer, folder, *real = sys.argv[1:]
if peer == "keras3":
    import keras as k
elif peer == "tf_keras":
    import tf_keras as k
else:
    import tensorflow

    k = tensorflow.keras

OUT = Path(real[0]) if real else Path(__file__).resolve().parents[2] / "packages" / "trazo" / "test" / "fixtures" / "keras" / "saved"
WIDTHS = {"filters": (6, 16), "units": 1024} if real else {"filters": (2, 4), "units": 8}


def kinds_of(name: str) -> list[str]:
    """Endings of the files that are made of a model: each of the practice's in the usual ones, the odd ones once."""
    if peer == "keras3":
        # In this order: once it has written .h5, Keras 3 leaves the optimiser out of .keras.
        return [".keras", ".h5", ".weights.h5"]
    if name != "base" and not real:
        return [".h5"] if peer == "keras2" else [".h5", ".weights.h5"]
    # Keras 2.12 writes HDF5 under the name .keras.
    return [".h5", ".keras", ".weights.h5", "-legacy-weights.h5"]


def save(model, name: str) -> list[str]:
    files = [f"{peer}-{name}{kind}" for kind in kinds_of(name)]
    for file in files:
        if "weights" not in file:
            model.save(OUT / file)
        elif "legacy" in file:
            model.save_weights(OUT / file, save_format="h5")
        else:
            model.save_weights(OUT / file)
    return files


def training_batches(name: str, x, y):
    if name != "augmentation":
        return x, y
    from tf_keras.preprocessing.image import ImageDataGenerator

    generator = ImageDataGenerator(rotation_range=30, width_shift_range=0.1, height_shift_range=0.1, zoom_range=0.2)
    images, labels = next(generator.flow(x, y, batch_size=len(x), seed=1))
    return images.astype("float32"), labels


def described(name: str, make) -> dict:
    k.utils.set_random_seed(3)
    model = make()
    x, y = training_batches(name, train_x[:192], train_y[:192])
    batch_losses(model, x, y, 6)
    files = save(model, name)
    loss, accuracy = model.evaluate(test_x, test_y, batch_size=128, verbose=0)
    entry = {
        "files": files,
        "loss": loss,
        "accuracy": accuracy,
        "iterations": 6,
        "predictions": base64.b64encode(model.predict(shown_x, verbose=0).astype("<f4").tobytes()).decode(),
    }
    if name != "dropout":
        entry["losses"] = batch_losses(model, test_x, test_y, 3)
    return entry


OUT.mkdir(parents=True, exist_ok=True)
train_x, train_y = mnist(folder, "train")
test_x, test_y = (array[:1000] for array in mnist(folder, "test"))
shown_x = test_x
if peer == "keras2":
    shown_x = test_x[:100]
    # The optimisers of old, which order their state as up to Keras 2.10.
    legacy = k.optimizers.legacy
    choices = {
        "base": lambda: compiled(k, "base", **WIDTHS),
        "legacy-adam": lambda: compiled(k, "base", **WIDTHS, optimizer=legacy.Adam(0.002, amsgrad=True)),
        "legacy-rmsprop": lambda: compiled(k, "base", **WIDTHS, optimizer=legacy.RMSprop(0.002, momentum=0.5)),
        "legacy-sgd": lambda: compiled(k, "base", **WIDTHS, optimizer=legacy.SGD(0.05, momentum=0.5)),
    }
else:
    choices = {name: (lambda name=name: compiled(k, name, **WIDTHS)) for name in MODELS}
entries = {name: described(name, make) for name, make in choices.items()}
(OUT / f"{peer}.json").write_text(json.dumps(entries, indent=0) + "\n")
print(f"{peer}: {sum(file.stat().st_size for file in OUT.glob(f'{peer}*')) // 1000} kB")
