"""Checks training steps that Trazo wrote with ONNX's own tools.

usage: check_step_graph.py FOLDER   (made by write_step_graphs.ts)

Of each file: what onnx_checks.py checks, and that weights and slots come out in the shape in which they went in.
"""
import sys
from pathlib import Path

import onnx
from onnx_checks import INVALID, described, faults_of_any


def faults_of(path):
    model = onnx.load(path)
    found = faults_of_any(model)
    declared = {value.name: described(value) for value in model.graph.output}
    inputs = {value.name: described(value) for value in model.graph.input}
    states = [name for name in declared if name.startswith("next/")]
    for name in states:
        if inputs.get(name.removeprefix("next/")) != declared[name]:
            found.append(f"{name} does not go in as it comes out")
    if not states or "loss" not in declared:
        found.append("there is no loss or no next state")
    return found, f"{len(model.graph.node)} nodes, {len(inputs)} inputs, {len(states)} states"


paths = sorted(Path(sys.argv[1]).glob("*.onnx"))
failures = 0 if paths else 1
print(f"onnx {onnx.__version__}, {len(paths)} files")
for path in paths:
    try:
        faults, summary = faults_of(path)
    except INVALID as error:
        faults, summary = [str(error)], "refused"
    failures += bool(faults)
    print(f"{path.stem:20s} {summary:45s} {'FAULTY' if faults else 'valid'}")
    for fault in faults:
        print(f"    {fault}")
sys.exit(1 if failures else 0)
