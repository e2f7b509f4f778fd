"""Opens files that Trazo saved in tf_keras and in Keras 3, and compares what each says of MNIST's test images.

usage: check_ours.py MNIST FOLDER   (made by write_mnist.ts and write_models.ts)
"""
import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import tf_keras
from networks import mnist

folder = Path(sys.argv[2])
images, targets = mnist(sys.argv[1], "test")

failures = 0


def compare(what: str, got: list[float], ours: dict) -> None:
    """One row of the table. Losses to 1e-5, accuracies to the picture."""
    global failures
    (loss, accuracy), difference = got, abs(got[0] - ours["loss"])
    agrees = difference <= 1e-5 and round(accuracy * 10_000) == round(ours["accuracy"] * 10_000)
    failures += not agrees
    print(
        f"{what}  {loss:.7f}  {ours['loss']:.7f}  {difference:7.1e}  {accuracy:.4f}  {ours['accuracy']:.4f}  "
        f"{'agrees' if agrees else 'DIFFERS'}"
    )


print(f"{'':44s}  {'loss':19s}  {'':7s}  accuracy")
print(f"{'file':18s} {'opened by':16s} {'':8s}  Keras      Trazo      apart    Keras   Trazo")
for described in sorted(folder.glob("*.json")):
    ours = json.loads(described.read_text())
    for peer in (tf_keras, keras):
        model = peer.models.load_model(described.with_suffix(".h5"))
        label = f"{described.stem:18s} {peer.__name__ + ' ' + peer.__version__:16s}"
        evaluate = lambda: model.evaluate(images, targets, batch_size=128, verbose=0)
        compare(f"{label} as saved", evaluate(), ours["saved"])
        # Keras 3 takes no further step from any .h5, its own included: it builds the optimiser before the model has variables.
        if peer is tf_keras and "resumed" in ours:
            model.train_on_batch(images[:128], targets[:128])
            compare(f"{label} a step on", evaluate(), ours["resumed"])
sys.exit(1 if failures else 0)
