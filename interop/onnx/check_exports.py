"""Checks files that Trazo exported with ONNX's own tools, and runs them in Python's ONNX Runtime.

usage: check_exports.py FOLDER [POINTS]   (FOLDER made by write_exports.ts)

Of each file: what onnx_checks.py checks; names and types of input and output; that ONNX Runtime, fed as the file's metadata say, gives
MNIST's first 1,000 test images the probabilities that the network gave them in Trazo, within 1e-5 (a quantized file those that it gave in
Trazo itself, within 1e-3: a number midway between two whole ones may be rounded either way). Then the accuracy on all 10,000 images, which
quantising may lower by less than POINTS (default 0.1).
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx_checks import INVALID, described, faults_of_any

FLOATS, BYTES = onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8
BATCH = 100

folder = Path(sys.argv[1])
most_lost = float(sys.argv[2]) if len(sys.argv) > 2 else 0.1
labels = np.fromfile(folder / "test-labels.bin", np.uint8)
images = np.fromfile(folder / "test-images.bin", np.uint8).reshape(-1, 28, 28, 1)


def prepared(model):
    stated = json.loads({entry.key: entry.value for entry in model.metadata_props}["preprocessing"])
    pixels = images.transpose(0, 3, 1, 2) if stated["layout"] == "NCHW" else images
    return pixels if stated["dtype"] == "uint8" else (pixels / stated["divisor"]).astype(np.float32)


def probabilities_of(path, model):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    pixels = prepared(model)
    batches = [pixels[start : start + BATCH] for start in range(0, len(pixels), BATCH)]
    return np.concatenate([session.run(["probabilities"], {"images": batch})[0] for batch in batches])


def check(path):
    model = onnx.load(path)
    found = faults_of_any(model)
    kind = path.stem.rsplit("-", 1)[1]
    shape = ["batch", 1, 28, 28] if kind == "nchw" else ["batch", 28, 28, 1]
    inputs = {value.name: described(value) for value in model.graph.input}
    outputs = {value.name: described(value) for value in model.graph.output}
    if inputs != {"images": (BYTES if kind == "uint8" else FLOATS, shape)}:
        found.append(f"the inputs are {inputs}")
    if outputs != {"probabilities": (FLOATS, ["batch", 10])}:
        found.append(f"the outputs are {outputs}")
    ours = np.fromfile(path.with_suffix(".bin"), np.float32).reshape(-1, 10)
    theirs = probabilities_of(path, model)
    difference = float(np.abs(ours[:1000] - theirs[:1000]).max())
    if difference > (1e-3 if kind in ("dynamic", "static") else 1e-5):
        found.append("the probabilities differ")
    accuracies = [100 * float((each.argmax(1) == labels).mean()) for each in (ours, theirs)]
    return found, difference, accuracies


paths = sorted(folder.glob("*.onnx"))
failures = 0 if paths else 1
floats = {}
print(f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}, {len(paths)} files")
print(f"{'file':24s} {'bytes':>9s}  checker  difference  accuracy by Trazo, here   lost")
for path in sorted(paths, key=lambda one: (one.stem.rsplit("-", 1)[0], one.stem.rsplit("-", 1)[1] != "float32", one.stem)):
    try:
        faults, difference, (ours, theirs) = check(path)
    except INVALID as error:
        faults, difference, ours, theirs = [str(error)], float("nan"), float("nan"), float("nan")
    network, kind = path.stem.rsplit("-", 1)
    floats.setdefault(network, theirs)
    lost = floats[network] - theirs
    if not lost < most_lost:
        faults.append("quantising cost too much")
    failures += bool(faults)
    print(
        f"{path.stem:24s} {path.stat().st_size:9d}  {'FAULTY' if faults else 'valid':7s}  {difference:10.1e}  "
        f"{ours:8.2f} % {theirs:8.2f} %  {lost + 0:5.2f}"
    )
    for fault in faults:
        print(f"    {fault}")
sys.exit(1 if failures else 0)
