"""Writes packages/trazo/test/fixtures/directory.json: which files Keras takes of a folder, in which order, and their pixels.

Usage: python interop/keras/make_directory_fixtures.py  (needs keras, tensorflow and Pillow)
"""

import base64
import json
import os
import tempfile
from pathlib import Path

import keras
import numpy as np
from PIL import Image

files = [
    "b/2.png",
    "b/10.PNG",
    "b/deeper/1.jpg",
    "b/deeper/even deeper/0.png",
    "b/deep/z.png",
    "b/deeper 2/z.png",
    "a/ñandú.png",
    "a/nandu.png",
    "a/\U0001f426.png",
    "a/\uff21.png",
    "a/.hidden.png",
    "Z last/1.gif",
    "Z last/2.bmp",
    "Z last/3.jpeg",
    "鳥/1.png",
    "鳥/2.png",
    "鳥/3.png",
]
ignored = ["b/notes.txt", ".hidden/1.png", "loose.png"]
rng = np.random.default_rng(3)
root = tempfile.mkdtemp()
for name in [*files, *ignored]:
    path = Path(root, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".txt":
        path.write_text("no picture")
    else:
        Image.fromarray(rng.integers(0, 256, (6, 9, 3), dtype=np.uint8)).save(path)


def case(**options):
    dataset = keras.utils.image_dataset_from_directory(
        root, image_size=(4, 5), batch_size=None, verbose=False, **options
    )
    names = [os.path.relpath(path, root) for path in dataset.file_paths]
    return {"options": options, "files": names, "classNames": dataset.class_names}


def pixels():
    dataset = keras.utils.image_dataset_from_directory(
        root, image_size=(4, 5), batch_size=None, shuffle=False, verbose=False
    )
    exact = (".png", ".bmp")
    return {
        os.path.relpath(path, root): np.floor(image.numpy() + 0.5).astype(int).ravel().tolist()
        for path, (image, _) in zip(dataset.file_paths, dataset)
        if path.lower().endswith(exact)
    }


contents = {
    name: base64.b64encode(Path(root, name).read_bytes()).decode() for name in [*files, *ignored]
}
fixtures = {
    "keras": keras.__version__,
    "contents": contents,
    "pixels": pixels(),
    "cases": [
        case(shuffle=False),
        case(seed=5),
        case(shuffle=False, class_names=["鳥", "a"]),
        *(case(seed=seed, validation_split=0.3, subset=subset) for seed in [1, 42] for subset in ["training", "validation"]),
        case(shuffle=False, validation_split=0.25, subset="validation"),
        case(labels=None, shuffle=False),
    ],
}
path = Path(__file__).parents[2] / "packages/trazo/test/fixtures/directory.json"
path.write_text(json.dumps(fixtures, indent=1, ensure_ascii=False) + "\n")
