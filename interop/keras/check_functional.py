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
sys.exit(failed)
