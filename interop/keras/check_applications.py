"""What Keras says of the fine-tuned Applications that check_applications.ts wrote.

usage: check_applications.py FOLDER
"""
import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tf_keras

from applications import images

folder = Path(sys.argv[1])
failed = False
for file, said in json.loads((folder / "ours.json").read_text()).items():
    # Keras 3 reads no legacy file of a model within a model, its own neither.
    peer = keras if file.endswith(".keras") else tf_keras
    model = peer.models.load_model(folder / file)
    apart = np.abs(model.predict(images(said["name"]), verbose=0).ravel() - said["predictions"]).max()
    agrees = apart < 1e-4
    failed |= not agrees
    print(f"{peer.__name__:9} {file:34} predictions {apart:.1e}  {'agrees' if agrees else 'DIFFERS'}")
sys.exit(failed)
