"""Models of one's own classes as Keras 3 and tf_keras save them, with what they say of some data, for test/extend/own-from-keras.test.ts.

usage: make_own_fixtures.py [FOLDER]
"""
import json
import sys
from pathlib import Path

from own_classes import own_classes  # first: it quiets TensorFlow
import keras
import numpy as np
import tf_keras

default = Path(__file__).parent / "../../packages/trazo/test/fixtures/keras"
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
x = (((np.arange(24 * 72) * 37) % 101) / 50 - 1).astype("float32").reshape(24, 6, 6, 2)
y = np.eye(3, dtype="float32")[(np.arange(24) * 7 + 1) % 3]
said = {}
for peer, file in ((keras, "own-classes.keras"), (tf_keras, "own-classes.h5")):
    peer.utils.set_random_seed(1)
    own = own_classes(peer)
    model = peer.Sequential(
        [
            peer.layers.Input((6, 6, 2)),
            own["ResidualBlock"](kernel_size=2, name="block"),
            peer.layers.Flatten(),
            peer.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss=own["FocalLoss"](gamma=1.5))
    model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    model.save(folder / file)
    predictions = model.predict(x, verbose=0)
    losses = [float(model.train_on_batch(x, y, return_dict=True)["loss"]) for _ in range(3)]
    said[file] = {"predictions": predictions.ravel().tolist(), "losses": losses}
(folder / "own-classes.json").write_text(json.dumps(said) + "\n")
