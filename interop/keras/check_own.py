"""What Keras says of the model of one's own classes that write_own.ts wrote, with an entry of Trazo's: predictions, and three further steps.

usage: check_own.py FOLDER
"""
import json
import sys
from pathlib import Path

from own_classes import own_classes  # first: it quiets TensorFlow
import keras
import numpy as np
import tf_keras

folder = Path(sys.argv[1])
x = (((np.arange(24 * 72) * 37) % 101) / 50 - 1).astype("float32").reshape(24, 6, 6, 2)
y = np.eye(3, dtype="float32")[(np.arange(24) * 7 + 1) % 3]
said = json.loads((folder / "own.json").read_text())
failed = False
for peer, kind in ((keras, ".keras"), (tf_keras, ".h5")):
    model = peer.models.load_model(folder / f"own{kind}", custom_objects=own_classes(peer))
    apart = np.abs(model.predict(x, verbose=0).ravel() - said["predictions"]).max()
    losses = [float(model.train_on_batch(x, y, return_dict=True)["loss"]) for _ in said["losses"]]
    steps = np.abs(np.array(losses) - said["losses"]).max()
    agrees = apart < 1e-5 and steps < 1e-4
    failed |= not agrees
    print(f"{peer.__name__:9} own{kind:7} predictions {apart:.1e}  losses {steps:.1e}  {'agrees' if agrees else 'DIFFERS'}")
sys.exit(failed)
