"""Checks training steps that Trazo wrote with ONNX's own tools.

usage: check_step_graph.py FOLDER   (made by write_step_graphs.ts)

Of each file: the checker accepts it with its full check; strict shape inference, which starts from the inputs alone, gives every value a
type and every output the type and shape that the file declares; the opset is 17; weights and slots come out in the shape in which they
went in.
"""
import sys
from pathlib import Path

import onnx
from onnx import checker, shape_inference


def described(value):
    tensor = value.type.tensor_type
    shape = [dim.dim_value if dim.HasField("dim_value") else dim.dim_param or "?" for dim in tensor.shape.dim]
    return tensor.elem_type, shape


def agrees(declared, inferred):
    """A size that inference cannot know (a reshape's -1) agrees with a symbolic one only."""
    if declared[0] != inferred[0] or len(declared[1]) != len(inferred[1]):
        return False
    return all(
        d == i if isinstance(d, int) or isinstance(i, int) else True for d, i in zip(declared[1], inferred[1])
    )


def faults_of(path):
    model = onnx.load(path)
    checker.check_model(model, full_check=True)
    found = []
    opsets = [(entry.domain, entry.version) for entry in model.opset_import]
    if opsets != [("", 17)]:
        found.append(f"opsets {opsets} instead of 17")
    declared = {value.name: described(value) for value in model.graph.output}

    # Without their declared shapes inference has to find the outputs' by itself.
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    for value in bare.graph.output:
        value.type.tensor_type.ClearField("shape")
    inferred = shape_inference.infer_shapes(bare, check_type=True, strict_mode=True, data_prop=True).graph
    known = {value.name: described(value) for value in [*inferred.value_info, *inferred.output]}
    for node in inferred.node:
        found += [f"{node.op_type} gives {name} no type" for name in node.output if name and name not in known]
    for name, wanted in declared.items():
        if not agrees(wanted, known[name]):
            found.append(f"output {name} is declared {wanted}, but inferred {known[name]}")

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
    except (checker.ValidationError, shape_inference.InferenceError) as error:
        faults, summary = [str(error)], "refused"
    failures += bool(faults)
    print(f"{path.stem:20s} {summary:45s} {'FAULTY' if faults else 'valid'}")
    for fault in faults:
        print(f"    {fault}")
sys.exit(1 if failures else 0)
