"""Keras Applications with random weights, whole or with a fraction of their channels."""
import keras
import numpy as np

side = 32
classes = 5
of = {
    "MobileNet": keras.applications.MobileNet,
    "MobileNetV2": keras.applications.MobileNetV2,
    "VGG16": keras.applications.VGG16,
    "ResNet50": keras.applications.ResNet50,
    "EfficientNetB0": keras.applications.EfficientNetB0,
}


def numbers(*shape: int, step: int = 37) -> np.ndarray:
    """The same in the checks in TypeScript: from -1 to 1, in no order."""
    count = int(np.prod(shape))
    return (((np.arange(count) * step) % 101) / 50 - 1).astype("float32").reshape(shape)


def images(name: str, count: int = 6) -> np.ndarray:
    """EfficientNet scales bytes itself; the others take what preprocess_input makes, here numbers from -1 to 1."""
    values = numbers(count, side, side, 3)
    return (values + 1) * 127.5 if name.startswith("EfficientNet") else values


def application(name: str, top: bool, narrower: int = 1):
    """With the layers of the real one and 1/narrower of its channels."""
    keras.utils.set_random_seed(5)
    options = {"classes": classes, "classifier_activation": "softmax"} if top else {}
    model = of[name](weights=None, include_top=top, input_shape=(side, side, 3), **options)
    if narrower > 1:
        model = model.__class__.from_config(narrowed(model.get_config(), narrower))
    vary(model)
    return model


def narrowed(config: dict, factor: int) -> dict:
    fewer = lambda count: max(1, -(-count // factor))
    for layer in config["layers"]:
        inner = layer["config"]
        layer["build_config"] = {}
        if layer["name"] in ("predictions", "conv_preds", "reshape_2"):
            continue
        for key in ("filters", "units"):
            if key in inner:
                inner[key] = fewer(inner[key])
        if layer["class_name"] == "Reshape" and len(inner["target_shape"]) == 3:
            inner["target_shape"] = (*inner["target_shape"][:-1], fewer(inner["target_shape"][-1]))
    return config


def vary(model) -> None:
    """Moving averages, scales and biases that are not those of a new model, with outputs that are not all alike."""
    random = np.random.default_rng(7)
    for layer in model.layers:
        for weight in layer.weights:
            noise = random.standard_normal(weight.shape).astype("float32")
            kind = weight.path.split("/")[-1]
            if kind == "gamma":
                weight.assign(1 + 0.1 * noise)
            elif kind in ("beta", "bias", "moving_mean"):
                weight.assign(0.1 * noise)
            elif kind == "moving_variance":
                weight.assign(0.5 + 0.3 * np.abs(noise))
