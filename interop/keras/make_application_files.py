"""Keras Applications with random weights, with what Keras says of some images, and the losses of fine-tuning each on a new head:
three steps with all of it frozen, then three in which all but batch normalization is trained.

usage: make_application_files.py OUT [narrower]     1/narrower of the channels
       make_application_files.py --fixtures         very narrow ones without top, packed, in packages/trazo/test/fixtures/keras/
"""
import base64
import json
import os
import sys
import zipfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np

from applications import application, images, numbers, of, side

fixtures = sys.argv[1] == "--fixtures"
here = Path(__file__).resolve().parents[2] / "packages" / "trazo" / "test" / "fixtures" / "keras" / "applications"
out = here if fixtures else Path(sys.argv[1])
narrower = int(sys.argv[2]) if len(sys.argv) > 2 else 1
targets = np.eye(3, dtype="float32")[np.arange(6) % 3]


def fine_tuned(base, x: np.ndarray) -> dict:
    for layer in base.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0  # Keras 3 (seen: 3.15) drops values in training even where the call says training=False.
    inputs = keras.Input((side, side, 3), name="pixels")
    features = keras.layers.GlobalAveragePooling2D(name="pooled")(base(inputs, training=False))
    scores = keras.layers.Dense(3, activation="softmax", name="head")(features)
    model = keras.Model(inputs, scores, name="fine_tuned")
    head = model.get_layer("head")
    head.set_weights([numbers(*weight.shape, step=13) * 0.1 for weight in head.get_weights()])
    losses = {}
    for phase, trainable, rate in (("frozen", False, 0.01), ("unfrozen", True, 0.0001)):
        base.trainable = trainable
        for layer in base.layers:
            # The same reason: as long as they are frozen, they keep their moving averages.
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.trainable = False
        model.compile(optimizer=keras.optimizers.Adam(rate), loss="categorical_crossentropy")
        losses[phase] = [float(model.train_on_batch(x, targets)) for _ in range(3)]
    return losses


def packed(file: Path) -> None:
    """Keras stores its entries as they are, mostly gaps between small arrays."""
    with zipfile.ZipFile(file) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


entries = []
out.mkdir(parents=True, exist_ok=True)
for name in of:
    for top in (False,) if fixtures else (True, False):
        model = application(name, top, (64 if name in ("VGG16", "ResNet50") else 32) if fixtures else narrower)
        x = images(name)
        predictions = model.predict(x, verbose=0)
        files = []
        kinds = (".keras",) if fixtures or (top and narrower == 1) else (".keras", ".h5") if narrower > 1 else (".h5",)
        for kind in kinds:
            files.append(f"{name}{'' if top else '-no-top'}{kind}")
            model.save(out / files[-1])
            if fixtures:
                packed(out / files[-1])
        entries.append(
            {
                "name": name,
                "top": top,
                "files": files,
                "layers": len(model.layers),
                "shape": list(predictions.shape),
                "largest": float(np.abs(predictions).max()),
                "predictions": base64.b64encode(predictions.astype("<f4").tobytes()).decode(),
                **({} if top else {"losses": fine_tuned(model, x)}),
            }
        )
        print(files, [round(os.path.getsize(out / file) / 1000) for file in files], "kB", predictions.ravel()[:4])
(out / "applications.json").write_text(json.dumps(entries, indent=0) + "\n")
