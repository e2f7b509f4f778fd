"""What ONNX's own tools say of a file."""
import onnx
from onnx import checker, shape_inference

INVALID = (checker.ValidationError, shape_inference.InferenceError)


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


def faults_of_any(model):
    """The checker's full check; strict shape inference from the inputs alone, compared with what the file declares; the opset.

    Raises one of INVALID where the tools refuse the file.
    """
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
    return found
