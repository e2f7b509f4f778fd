"""Opens files that Trazo saved in tf_keras and in Keras 3, and compares what each says of MNIST's test images.

usage: check_ours.py FOLDER   (made by write_models.ts)
"""
import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tf_keras

folder = Path(sys.argv[1])
images = np.fromfile(folder / "images.bin", np.uint8).reshape(-1, 28, 28, 1).astype("float32") / 255
targets = np.eye(10, dtype="float32")[np.fromfile(folder / "labels.bin", np.uint8)]

failures = 0
for described in sorted(folder.glob("*.json")):
    ours = json.loads(described.read_text())
    for peer in (tf_keras, keras):
        model = peer.models.load_model(described.with_suffix(".h5"))
        loss, accuracy = model.evaluate(images, targets, batch_size=128, verbose=0)
        agrees = abs(loss - ours["loss"]) <= 1e-5 and round(accuracy * 10_000) == round(ours["accuracy"] * 10_000)
        failures += not agrees
        print(
            f"{described.stem:8s} {peer.__name__:8s} {peer.__version__:8s} "
            f"loss {loss:.7f} (Trazo {ours['loss']:.7f}, difference {abs(loss - ours['loss']):.1e})  "
            f"accuracy {accuracy:.4f} (Trazo {ours['accuracy']:.4f})  {'agrees' if agrees else 'DIFFERS'}"
        )
sys.exit(1 if failures else 0)
