"""Opens the catalogue's models in tf_keras and in Keras 3, compares predictions, and saves them again from there.

usage: check_catalogue.py FOLDER   (made by write_catalogue.ts)
"""
import json
import os
import sys
import warnings
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")
import keras
import numpy as np
import tf_keras

folder = Path(sys.argv[1])
failures = 0
for name, entry in json.loads((folder / "catalogue.json").read_text()).items():
    size = int(np.prod(entry["shape"]))
    x = np.sin(np.arange(size, dtype="float64")).astype("float32").reshape(entry["shape"])
    wanted = np.array(entry["predictions"], "float32")
    for file in entry["files"]:
        for peer in (keras,) if file.endswith(".keras") else (tf_keras, keras):
            try:
                model = peer.models.load_model(folder / file)
                apart = float(np.abs(model.predict(x, verbose=0).ravel() - wanted).max())
                kind = Path(file).suffix
                # Keras 3 cannot save some random layers as .h5 once it has loaded them from there.
                if (name, peer, kind) != ("layers", keras, ".h5"):
                    model.save(folder / f"{name}.by-{peer.__name__}{kind}")
                verdict = "agrees" if apart <= 1e-5 else "DIFFERS"
            except Exception as error:
                apart, verdict = float("nan"), f"FAILS: {str(error)[:2000]}"
            failures += verdict != "agrees"
            print(f"{file:32s} {peer.__name__:9s} {apart:8.1e}  {verdict}")
sys.exit(1 if failures else 0)
