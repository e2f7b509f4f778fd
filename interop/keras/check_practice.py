"""Opens the practice's networks that Trazo saved, in tf_keras and in Keras 3: predictions, loss, and three further steps.

usage: check_practice.py MNIST FOLDER   (made by write_mnist.ts and write_practice.ts)
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
from networks import MODELS, batch_losses, compiled, mnist, network

tf_keras.utils.disable_interactive_logging()
folder = Path(sys.argv[2])
x, y = (array[:1000] for array in mnist(sys.argv[1], "test"))
WIDTHS = {"filters": (6, 16), "units": 1024}
failures = 0


def row(kind: str, reader: str, name: str, model, losses: list[float] | None, note: str = "") -> None:
    """One line of the table. Predictions and losses to 1e-5, the losses of further steps to 1e-4."""
    global failures
    ours = json.loads((folder / f"{name}.json").read_text())
    wanted = np.fromfile(folder / f"{name}.predictions", "<f4").reshape(-1, 10)
    apart = float(np.abs(model.predict(x, verbose=0) - wanted).max())
    loss = ours["loss"]
    if model.optimizer is not None:
        loss = model.evaluate(x, y, batch_size=128, verbose=0)[0]
    agrees = apart <= 1e-5 and abs(loss - ours["loss"]) <= 1e-5
    steps = note
    if losses is not None:
        worst = max(abs(a - b) for a, b in zip(batch_losses(model, x, y, 3), losses))
        agrees = agrees and worst <= 1e-4
        steps = f"{worst:7.1e} {note}"
    failures += not agrees
    print(f"{kind:12s} {reader:16s} {name:13s} {apart:8.1e}  {'agrees' if agrees else 'DIFFERS'}  {steps}")


def trains(model) -> bool:
    try:
        batch_losses(model, x, y, 1)
        return True
    except ValueError as error:
        assert "Unknown variable" in str(error)
        return False


def keras3_trains_from_its_own_h5() -> bool:
    model = compiled(keras, "base", **WIDTHS)
    batch_losses(model, x, y, 1)
    path = folder / "keras3-own.h5"
    model.save(path)
    return trains(keras.models.load_model(path))


print("We write, they read. Largest difference of 1,000 predictions; of the losses of three further steps.")
print(f"{'file':12s} {'read by':16s} {'model':13s}")
own = keras3_trains_from_its_own_h5()
k2, k3 = (f"{k.__name__} {k.__version__}" for k in (tf_keras, keras))
for name in MODELS:
    ours = json.loads((folder / f"{name}.json").read_text())
    # Dropout is random: its twin at rate 0 is trained on.
    resumed, fresh = (None if name == "dropout" else ours[key] for key in ("losses", "freshLosses"))
    row(".h5", k2, name, tf_keras.models.load_model(folder / f"{name}.h5"), resumed)
    model = keras.models.load_model(folder / f"{name}.h5")
    row(".h5", k3, name, model, None, "takes no step, as from its own .h5")
    failures += trains(model) or own
    row(".keras", k3, name, keras.models.load_model(folder / f"{name}.keras"), resumed)
    model = compiled(keras, name, **WIDTHS)
    model.optimizer.build(model.trainable_variables)
    model.load_weights(folder / f"{name}.weights.h5")
    row(".weights.h5", k3, name, model, resumed)
    model = network(tf_keras, name, **WIDTHS)
    model.load_weights(folder / f"{name}.weights.h5")
    model.compile(
        loss="categorical_crossentropy", optimizer=tf_keras.optimizers.SGD(learning_rate=0.01), metrics=["accuracy"]
    )
    row(".weights.h5", k2, name, model, fresh, "with a new optimiser")
print("Keras 3 takes a step from its own .h5" if own else "Keras 3 takes no step from its own .h5 either.")
sys.exit(1 if failures else 0)
