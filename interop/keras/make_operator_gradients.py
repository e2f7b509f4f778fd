"""Outputs and gradients of single operators in float64, as TensorFlow computes them, for the tests of the plan's operators.

    python interop/keras/make_operator_gradients.py

Writes packages/trazo/test/fixtures/golden/operators.json. Values of inputs follow from the formula in
interop/pytorch/golden_common.py, so that only what is expected is stored: input number k has stream k and limit 1; the loss is the
sum of the output times weights of stream 100. Options are those of the graph's operators in Trazo.
"""
import base64
import json
import math
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "pytorch"))
from golden_common import GOLDEN_FOLDER, HASH_FORMULA, start_weight

LOSS_STREAM = 100


def encode(values) -> str:
    return base64.b64encode(np.ascontiguousarray(values.numpy(), dtype="<f8").tobytes()).decode("ascii")


def window(strides=(1, 1), padding="same", dilation=(1, 1)) -> dict:
    return {"strides": list(strides), "padding": padding, "dilation": list(dilation)}


def conv(x, w, o):
    return tf.nn.convolution(x, w, strides=o["strides"], padding=o["padding"].upper(), dilations=o["dilation"])


def depthwise(x, w, o):
    s = o["strides"]
    strides = [1, *s, 1] if s[0] == s[1] else None
    if strides is None:
        raise ValueError("TensorFlow's depthwise convolution takes equal strides")
    return tf.nn.depthwise_conv2d(x, w, strides, o["padding"].upper(), dilations=o["dilation"])


def grouped(x, w, o):
    parts = zip(tf.split(x, o["groups"], 3), tf.split(w, o["groups"], 3))
    return tf.concat([conv(a, b, o) for a, b in parts], 3)


def transposed(x, w, o):
    shape = [x.shape[0], *o["outputSize"], w.shape[2]]
    return tf.nn.conv2d_transpose(x, w, shape, o["strides"], o["padding"].upper())


def pool(kind):
    return lambda x, o: kind(x, o["poolSize"], o["strides"], o["padding"].upper())


def normalized(x, gamma, beta, epsilon):
    axes = list(range(len(x.shape) - 1))
    mean = tf.reduce_mean(x, axes)
    variance = tf.reduce_mean((x - mean) ** 2, axes)
    return (x - mean) / tf.sqrt(variance + epsilon) * gamma + beta


def group_normalized(x, gamma, beta, o):
    grouped = tf.reshape(x, [-1, o["places"], o["groups"], o["each"]])
    mean = tf.reduce_mean(grouped, [1, 3], keepdims=True)
    variance = tf.reduce_mean((grouped - mean) ** 2, [1, 3], keepdims=True)
    normal = (grouped - mean) / tf.sqrt(variance + o["epsilon"])
    each = [o["groups"], o["each"]]
    return tf.reshape(normal * tf.reshape(gamma, each) + tf.reshape(beta, each), x.shape)


def bilinear_matrix(length, new):
    """Shares of the old pixels in each new one, pixels at their centers, as tf.image.resize has them."""
    matrix = np.zeros((new, length))
    for i in range(new):
        place = min(max((i + 0.5) * length / new - 0.5, 0), length - 1)
        low = int(math.floor(place))
        matrix[i, low] += 1 - (place - low)
        if low + 1 < length:
            matrix[i, low + 1] += place - low
    return tf.constant(matrix)


def bilinear(x, o):
    """In float64, which TensorFlow's own does not compute in; they agree to float32."""
    height, width = o["size"]
    down = tf.einsum("oh,bhwc->bowc", bilinear_matrix(x.shape[1], height), x)
    y = tf.einsum("ow,bhwc->bhoc", bilinear_matrix(x.shape[2], width), down)
    np.testing.assert_allclose(y, tf.image.resize(x, o["size"], method="bilinear"), atol=1e-5)
    return y


def pools(size, strides, padding):
    return {"poolSize": list(size), "strides": list(strides), "padding": padding}


#: What the operators are called in the test, and what TensorFlow makes of inputs and options.
OPERATORS = {
    "conv2d": conv,
    "convolutionBiasRelu": lambda x, w, b, o: tf.nn.relu(conv(x, w, o) + b),
    "depthwiseConv2d": depthwise,
    "groupedConv2d": grouped,
    "conv2dTranspose": transposed,
    "dense": lambda x, w, b, o: tf.nn.relu(x @ w + b),
    "maxPool2d": pool(tf.nn.max_pool2d),
    "averagePool2d": pool(tf.nn.avg_pool2d),
    "globalAverage": lambda x, o: tf.reduce_mean(x, [1, 2]),
    "batchNormalization": lambda x, g, b, o: normalized(x, g, b, o["epsilon"]),
    "batchNormalizationRelu": lambda x, g, b, o: tf.nn.relu(normalized(x, g, b, o["epsilon"])),
    "residual": lambda x, g, b, y, o: tf.nn.relu(normalized(x, g, b, o["epsilon"]) + y),
    "groupNormalization": group_normalized,
    "bilinear": bilinear,
    "softmax": lambda x, o: tf.nn.softmax(4 * x),
    "logSoftmax": lambda x, o: tf.nn.log_softmax(4 * x),
    "transpose": lambda x, o: tf.transpose(x, o["perm"]),
    "mean": lambda x, o: tf.reduce_mean(x, o["axes"], keepdims=True),
    "total": lambda x, o: tf.reduce_sum(x, o["axes"]),
    "scaled": lambda x, w, o: x * w,
    "shifted": lambda x, w, o: x + w,
    "less": lambda x, w, o: x - w,
    "quotient": lambda x, w, o: x / (w * w + 1),
    "larger": lambda x, w, o: tf.maximum(x, w),
    "smaller": lambda x, w, o: tf.minimum(x, w),
    "root": lambda x, o: tf.sqrt(x * x + 0.1),
    "logarithm": lambda x, o: tf.math.log(x * x + 0.01),
    "absolute": lambda x, o: tf.abs(x),
    "softplus": lambda x, o: tf.nn.softplus(20 * x),
    "sum": lambda x, y, o: x + y,
    "product": lambda x, y, o: x * y,
    "difference": lambda x, y, o: x - y,
    "concat": lambda x, y, o: tf.concat([x, y], o["axis"]),
    "slice": lambda x, o: x[:, o["start"] : o["end"]],
    "pad": lambda x, o: tf.pad(x, list(zip(o["before"], o["after"]))),
    "repeat": lambda x, o: tf.repeat(tf.repeat(x, o["size"][0], 1), o["size"][1], 2),
    "relu": lambda x, o: tf.nn.relu(x),
    "relu6": lambda x, o: tf.nn.relu6(8 * x),
    "sigmoid": lambda x, o: tf.nn.sigmoid(x),
    "tanh": lambda x, o: tf.nn.tanh(x),
    "elu": lambda x, o: tf.nn.elu(x),
    "leakyRelu": lambda x, o: tf.nn.leaky_relu(x, 0.2),
    "hardSigmoid": lambda x, o: tf.nn.relu6(4 * x + 3) / 6,
    "exponential": lambda x, o: tf.exp(x),
    "silu": lambda x, o: tf.nn.silu(x),
    "gelu": lambda x, o: tf.nn.gelu(x, approximate=False),
    "square": lambda x, o: x**2,
    "cube": lambda x, o: x**3,
    "power": lambda x, o: (x * x + 0.1) ** 1.7,
    "chosen": lambda x, y, o: tf.where(x > y, x * x, y),
    "batchTotal": lambda x, o: tf.reduce_sum(x * x, o["axes"]),
    "batchMean": lambda x, o: tf.reduce_mean(x * x, o["axes"]),
    "aroundBatch": lambda x, o: x * (x - tf.reduce_mean(x, 0, keepdims=True)),
    "shareOfBatch": lambda x, o: tf.broadcast_to(tf.reduce_sum(tf.abs(x)), x.shape) * x,
    "overlap": lambda x, y, o: 1 - (2 * tf.reduce_sum(x * y) + 1) / (tf.reduce_sum(x * x) + tf.reduce_sum(y * y) + 1),
    "picked": lambda x, o: tf.gather(x, o["places"], axis=2),
    "crossentropy": lambda x, y, o: -tf.reduce_sum(y * y * tf.nn.log_softmax(4 * x), -1),
}

images = (2, 5, 4, 3)
CASES: list[tuple[str, list[tuple[int, ...]], dict]] = [
    ("conv2d", [(2, 9, 7, 8), (3, 3, 8, 9)], window()),
    ("conv2d", [(1, 6, 6, 9), (3, 3, 9, 8)], window(padding="valid")),
    ("conv2d", [(3, 2, 2, 8), (3, 3, 8, 8)], window()),
    ("conv2d", [(2, 1, 1, 8), (3, 3, 8, 8)], window()),
    ("conv2d", [(2, 7, 6, 5), (3, 3, 5, 4)], window(strides=(2, 2))),
    ("conv2d", [(2, 7, 6, 1), (5, 5, 1, 6)], window(padding="valid")),
    ("conv2d", [(2, 8, 7, 3), (3, 2, 3, 4)], window(dilation=(2, 2))),
    ("conv2d", [(2, 4, 5, 6), (1, 1, 6, 4)], window()),
    ("conv2d", [(2, 6, 5, 4), (1, 1, 4, 5)], window(strides=(2, 2))),
    ("convolutionBiasRelu", [(2, 6, 5, 8), (3, 3, 8, 10), (10,)], window()),
    ("convolutionBiasRelu", [(2, 6, 5, 3), (3, 3, 3, 5), (5,)], window()),
    ("depthwiseConv2d", [(2, 6, 5, 8), (3, 3, 8, 1)], window()),
    ("depthwiseConv2d", [(2, 7, 6, 5), (3, 3, 5, 1)], window(strides=(2, 2))),
    ("depthwiseConv2d", [(2, 7, 7, 3), (3, 3, 3, 1)], window(dilation=(2, 2), padding="valid")),
    ("depthwiseConv2d", [(2, 1, 1, 6), (3, 3, 6, 1)], window()),
    ("depthwiseConv2d", [(1, 6, 6, 17), (5, 5, 17, 1)], window()),
    ("depthwiseConv2d", [(2, 6, 5, 3), (3, 3, 3, 2)], window()),
    ("depthwiseConv2d", [(2, 7, 6, 1), (3, 3, 1, 5)], window(strides=(2, 2), padding="valid")),
    ("groupedConv2d", [(2, 6, 5, 8), (3, 3, 4, 6)], {**window(), "groups": 2}),
    ("groupedConv2d", [(2, 7, 6, 15), (3, 3, 5, 9)], {**window(strides=(2, 2)), "groups": 3}),
    ("groupedConv2d", [(2, 8, 7, 6), (2, 3, 2, 3)], {**window(dilation=(2, 2), padding="valid"), "groups": 3}),
    ("groupedConv2d", [(2, 1, 1, 4), (1, 1, 1, 4)], {**window(), "groups": 4}),
    ("conv2dTranspose", [(2, 3, 4, 5), (3, 3, 4, 5)], {**window(strides=(2, 2)), "outputSize": [6, 8]}),
    ("conv2dTranspose", [(2, 3, 3, 3), (2, 2, 5, 3)], {**window(strides=(2, 2), padding="valid"), "outputSize": [6, 6]}),
    ("dense", [(4, 9), (9, 5), (5,)], {}),
    ("maxPool2d", [(2, 6, 6, 5)], pools((2, 2), (2, 2), "valid")),
    ("maxPool2d", [(2, 7, 5, 3)], pools((3, 3), (2, 2), "same")),
    ("averagePool2d", [(2, 6, 6, 5)], pools((2, 2), (2, 2), "valid")),
    ("averagePool2d", [(2, 7, 5, 3)], pools((3, 3), (2, 2), "same")),
    ("globalAverage", [(3, 5, 4, 6)], {}),
    ("batchNormalization", [(3, 4, 3, 6), (6,), (6,)], {"epsilon": 1e-3}),
    ("batchNormalization", [(7, 5), (5,), (5,)], {"epsilon": 1e-3}),
    ("batchNormalizationRelu", [(3, 4, 3, 16), (16,), (16,)], {"epsilon": 1e-3}),
    ("batchNormalizationRelu", [(3, 4, 3, 5), (5,), (5,)], {"epsilon": 1e-3}),
    ("residual", [(3, 4, 3, 8), (8,), (8,), (3, 4, 3, 8)], {"epsilon": 1e-3}),
    ("groupNormalization", [(2, 5, 4, 6), (6,), (6,)], {"places": 20, "groups": 3, "each": 2, "epsilon": 1e-3}),
    ("groupNormalization", [(2, 3, 4, 8), (8,), (8,)], {"places": 12, "groups": 2, "each": 4, "epsilon": 1e-3}),
    ("groupNormalization", [(2, 3, 4, 3), (3,), (3,)], {"places": 12, "groups": 3, "each": 1, "epsilon": 1e-3}),
    ("groupNormalization", [(3, 4, 7), (7,), (7,)], {"places": 1, "groups": 1, "each": 7, "epsilon": 1e-3}),
    ("groupNormalization", [(2, 3, 2, 5), (30,), (30,)], {"places": 1, "groups": 1, "each": 30, "epsilon": 1e-3}),
    ("bilinear", [(2, 4, 5, 3)], {"size": [8, 15]}),
    ("bilinear", [(2, 7, 6, 4)], {"size": [3, 7]}),
    ("bilinear", [(1, 1, 1, 5)], {"size": [3, 2]}),
    *((name, [(3, 4, 7)], {}) for name in ("softmax", "logSoftmax")),
    ("transpose", [(2, 3, 4, 5)], {"perm": [0, 3, 1, 2]}),
    ("mean", [(2, 3, 4, 5)], {"axes": [1, 3]}),
    ("total", [(2, 3, 4, 5)], {"axes": [2]}),
    *(
        (name, [images, shape], {})
        for name, shape in zip(
            ("scaled", "shifted", "less", "quotient", "larger", "smaller"),
            ((5, 4, 3), (5, 1, 1), (4, 1), (3,), (1, 4, 3), (5, 1, 3)),
        )
    ),
    *((name, [images], {}) for name in ("root", "logarithm", "absolute", "softplus")),
    *((name, [images, images], {}) for name in ("sum", "product", "difference")),
    ("concat", [(2, 4, 3, 5), (2, 4, 3, 2)], {"axis": 3}),
    ("concat", [(2, 4, 3, 2), (2, 1, 3, 2)], {"axis": 1}),
    ("slice", [(2, 6, 3, 2)], {"start": 1, "end": 4}),
    ("pad", [(2, 3, 4, 3)], {"before": [0, 1, 2, 0], "after": [0, 0, 3, 0]}),
    ("repeat", [(2, 3, 4, 3)], {"size": [2, 3]}),
    *(
        (name, [images], {})
        for name in (
            *("relu", "relu6", "sigmoid", "tanh", "elu", "leakyRelu", "hardSigmoid", "exponential", "silu", "gelu"),
            *("square", "cube", "power", "aroundBatch", "shareOfBatch"),
        )
    ),
    *((name, [images, images], {}) for name in ("chosen", "overlap", "crossentropy")),
    ("picked", [images], {"places": [3, 0, 0, 2, 3, 1]}),
    ("crossentropy", [(5, 3, 2), (5, 3, 2)], {}),
    ("crossentropy", [(3, 21), (3, 21)], {}),
    *((name, [images], {"axes": axes}) for name in ("batchTotal", "batchMean") for axes in ([0], [0, 2], [0, 1, 2, 3])),
]


def case(name: str, shapes: list[tuple[int, ...]], options: dict) -> dict:
    inputs = [tf.Variable(start_weight(k, shape, 1.0).astype("float64")) for k, shape in enumerate(shapes)]
    with tf.GradientTape() as tape:
        y = OPERATORS[name](*inputs, options)
        weights = start_weight(LOSS_STREAM, tuple(y.shape), 1.0).astype("float64")
        loss = tf.reduce_sum(y * weights)
    gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(loss, inputs)]
    assert y.dtype == tf.float64 and math.isfinite(float(loss))
    return {
        "operator": name,
        "shapes": [list(shape) for shape in shapes],
        "options": options,
        "output": {"shape": list(y.shape), "values": encode(y)},
        "gradients": [encode(gradient) for gradient in gradients],
    }


note = f"Written by interop/keras/make_operator_gradients.py with TensorFlow {tf.__version__}, in float64. {HASH_FORMULA}"
cases = [case(*one) for one in CASES]
path = GOLDEN_FOLDER / "operators.json"
path.write_text(json.dumps({"note": note, "cases": cases}, indent=1) + "\n")
print(f"{path}: {len(cases)} cases, {path.stat().st_size // 1024} KiB")
