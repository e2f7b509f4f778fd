"""What Keras says of the models of connected layers that write_functional.ts wrote: predictions, and three further steps.

usage: check_functional.py FOLDER
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
x = (((np.arange(24 * 72) * 37) % 101) / 50 - 1).astype("float32").reshape(24, 6, 6, 2)
y = np.eye(3, dtype="float32")[(np.arange(24) * 7 + 1) % 3]
failed = False
for name, said in json.loads((folder / "functional.json").read_text()).items():
    for peer, kind in ((keras, ".keras"), (tf_keras, ".h5")):
        model = peer.models.load_model(folder / f"{name}{kind}")
        apart = np.abs(model.predict(x, verbose=0).ravel() - said["predictions"]).max()
        losses = [float(model.train_on_batch(x, y, return_dict=True)["loss"]) for _ in said["losses"]]
        steps = np.abs(np.array(losses) - said["losses"]).max()
        agrees = apart < 1e-5 and steps < 1e-4
        failed |= not agrees
        print(f"{peer.__name__:9} {name + kind:16} predictions {apart:.1e}  losses {steps:.1e}  {'agrees' if agrees else 'DIFFERS'}")
sizes = (((np.arange(72) * 11) % 101) / 50 - 1).astype("float32").reshape(24, 3)
amounts = (((np.arange(24) * 5) % 101) / 50 - 1).astype("float32").reshape(24, 1)
for name, said in json.loads((folder / "outputs.json").read_text()).items():
    for peer, kind in ((keras, ".keras"), (tf_keras, ".h5")):
        model = peer.models.load_model(folder / f"{name}{kind}")
        predictions = model.predict([x, sizes], verbose=0)
        theirs = [predictions[key] for key in said["order"]] if isinstance(predictions, dict) else predictions
        apart = max(np.abs(one.ravel() - wanted).max() for one, wanted in zip(theirs, said["predictions"]))
        targets = dict(zip(said["outputs"], (y, amounts)))
        given = targets if isinstance(predictions, dict) else list(targets.values())
        scores = model.evaluate([x, sizes], given, batch_size=24, verbose=0, return_dict=True)
        # tf_keras logs the outputs of a dictionary under the names of their layers, and metrics from Keras 3's or our .h5 without them.
        layers = {"kind": "zeta", "amount": "alpha"} if name == "named" and peer is tf_keras else {}
        scores = {"_".join(layers.get(word, word) for word in key.split("_")): value for key, value in scores.items()}
        compared = {key: value for key, value in said["scores"].items() if peer is keras or key.endswith("loss")}
        evaluated = max(abs(scores.get(key, np.inf) - value) for key, value in compared.items())
        losses = [float(model.train_on_batch([x, sizes], given, return_dict=True)["loss"]) for _ in said["losses"]]
        steps = np.abs(np.array(losses) - said["losses"]).max()
        agrees = apart < 1e-5 and evaluated < 1e-5 and steps < 1e-4
        failed |= not agrees
        print(
            f"{peer.__name__:9} {name + kind:16} predictions {apart:.1e}  scores {evaluated:.1e}  losses {steps:.1e}  "
            f"{'agrees' if agrees else 'DIFFERS'}"
        )
        if not agrees:
            print(scores, said["scores"])
sys.exit(failed)
