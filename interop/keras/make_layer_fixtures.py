"""What Keras's random layers, batch normalisation and penalties do, for `npm test`: adds to packages/trazo/test/fixtures/keras/. Run by
run.sh --fixtures.

The random layers run as Keras has them; only the generator behind them is replaced, by one that hands out numbers that are
written down here.
"""
from unittest import mock

import numpy as np
import tensorflow as tf
from make_fixtures import keras, normal, tensor, tf_keras, write

RNG = np.random.default_rng(20250207)


def brief(array) -> dict:
    """Values that need not be exact: those compared within a thousandth."""
    array = np.asarray(array, "float32")
    return {"shape": list(array.shape), "data": [round(v, 5) for v in array.ravel().tolist()]}


def handing_out(columns):
    """Stands for a generator of uniform numbers: each call takes the next column."""
    remaining = iter(columns)

    def uniform(shape, minval=0.0, maxval=1.0, **_):
        column = next(remaining)
        return (minval + column * (maxval - minval)).reshape([int(d) for d in shape]).astype("float32")

    return uniform


def in_keras3(layer, x, u) -> np.ndarray:
    with mock.patch("keras.src.backend.tensorflow.random.uniform", handing_out(u.T)):
        return np.asarray(layer(x, training=True))


def in_tf_keras(layer, x, u) -> np.ndarray:
    layer._random_generator.random_uniform = handing_out(u.T)
    return np.asarray(layer(x, training=True))


def image_choices():
    """Class, arguments, shape of an image, and how many numbers are drawn for it."""
    small, digit = (7, 6, 2), (28, 28, 1)
    for mode in ["reflect", "constant", "wrap", "nearest"]:
        for interpolation in ["bilinear", "nearest"]:
            options = {"fill_mode": mode, "interpolation": interpolation}
            yield "RandomRotation", {"factor": (-0.4, 0.5), **options}, small, 1
            yield "RandomTranslation", {"height_factor": 0.9, "width_factor": (-1.0, 0.2), **options}, small, 2
            yield "RandomZoom", {"height_factor": (-0.8, 1.0), "width_factor": 0.7, **options}, small, 2
    filled = {"fill_mode": "constant", "fill_value": 0.25}
    yield "RandomRotation", {"factor": 0.25, **filled}, small, 1
    yield "RandomZoom", {"height_factor": (0.5, 0.9), **filled}, small, 1
    yield "RandomZoom", {"height_factor": 0.5, "width_factor": 0.0}, small, 2
    # Far more than one image's length beyond the edge.
    yield "RandomRotation", {"factor": 0.5}, (2, 15, 1), 1
    yield "RandomRotation", {"factor": 0.5, "fill_mode": "wrap"}, (1, 9, 1), 1
    yield "RandomRotation", {"factor": 0.1}, digit, 1
    yield "RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1}, digit, 2
    yield "RandomZoom", {"height_factor": 0.1}, digit, 1


def image_cases() -> list[dict]:
    cases = []
    for name, arguments, shape, count in image_choices():
        images = 2 if shape == (28, 28, 1) else 3
        gray = RNG.integers(0, 256, (images, *shape))
        x = gray.astype("float32") / np.float32(255)
        u = RNG.random((images, count)).astype("float32")
        layers = [getattr(k.layers, name)(**arguments) for k in (keras, tf_keras)]
        y, second = in_keras3(layers[0], x, u), in_tf_keras(layers[1], x, u)
        difference = float(np.abs(y - second).max())
        assert difference < 1e-4, (name, arguments, difference)
        cases.append(
            {
                "layer": keras.layers.serialize(layers[0]),
                "keras2": tf_keras.layers.serialize(layers[1]),
                "gray": {"shape": list(gray.shape), "data": gray.ravel().tolist()},
                "u": tensor(u),
                "y": brief(y),
            }
        )
    return cases


def color_choices():
    """Class, arguments, how numbers are drawn ("image": one an image; "batch": two for all), and whether tf_keras computes the same."""
    yield "RandomFlip", {}, "image", False
    yield "RandomFlip", {"mode": "horizontal"}, "image", False
    yield "RandomFlip", {"mode": "vertical"}, "image", False
    yield "RandomContrast", {"factor": (0.3, 0.8)}, "image", False
    yield "RandomContrast", {"factor": (0.1, 0.5), "value_range": (0, 1)}, "image", False
    yield "RandomBrightness", {"factor": 0.4}, "image", True
    yield "RandomBrightness", {"factor": (-0.9, 0.2), "value_range": (0, 1)}, "image", True
    yield "RandomCrop", {"height": 3, "width": 5}, "batch", False
    yield "RandomCrop", {"height": 6, "width": 2}, "batch", False


def color_cases() -> list[dict]:
    """Layers that change colors and places of whole images."""
    rng = np.random.default_rng(20261129)
    cases = []
    for i, (name, arguments, kind, in_both) in enumerate(color_choices()):
        shape = [(7, 6, 3), (8, 9, 1)][i % 2]
        scale = np.float32(1 if arguments.get("value_range", (0, 255))[1] == 255 else 1 / 255)
        gray = rng.integers(0, 256, (5, *shape))
        u = rng.random((1, 2) if kind == "batch" else (5, 1)).astype("float32")
        seed = {"seed": 1} if name == "RandomCrop" else {}
        layer = getattr(keras.layers, name)(**arguments, **seed)
        x = gray.astype("float32") * scale
        y = in_keras3(layer, x, u)
        twin = getattr(tf_keras.layers, name)(**{k: v for k, v in arguments.items() if in_both or k != "value_range"})
        if in_both:
            difference = float(np.abs(y - in_tf_keras(twin, x, u)).max())
            assert difference < 1e-4, (name, arguments, difference)
        cases.append(
            {
                "layer": keras.layers.serialize(layer),
                "keras2": tf_keras.layers.serialize(twin),
                "x": brief(x),
                "u": tensor(u[0] if kind == "batch" else u),
                "y": brief(y),
            }
        )
    # Outside of training Keras 3 leaves images as they are, against its documentation; tf_keras brings them to the size.
    for height, width in [(3, 5), (9, 4)]:
        x = rng.random((2, 7, 6, 3)).astype("float32")
        twin = tf_keras.layers.RandomCrop(height, width)
        layer = keras.layers.RandomCrop(height, width, seed=1)
        cases.append(
            {
                "layer": keras.layers.serialize(layer),
                "keras2": tf_keras.layers.serialize(twin),
                "x": brief(x),
                "u": None,
                "y": brief(twin(x, training=False)),
            }
        )
    return cases


def noise_cases() -> list[dict]:
    L = keras.layers
    cases = []
    for layer, twin, shape in [
        (L.Dropout(0.2), tf_keras.layers.Dropout(0.2), (5, 4, 3)),
        (L.SpatialDropout2D(0.4), tf_keras.layers.SpatialDropout2D(0.4), (4, 3, 6)),
    ]:
        x = RNG.random((3, *shape)).astype("float32") + 0.5
        y = np.asarray(layer(x, training=True))
        cases.append(case_of(layer, twin, x, y, "kept", (y != 0).astype("float32")))
    layer, twin = L.GaussianNoise(0.3), tf_keras.layers.GaussianNoise(0.3)
    x, z = normal(2, 3, 4), normal(2, 3, 4)
    with mock.patch("keras.src.backend.random.normal", lambda shape, mean, stddev, **_: mean + stddev * z):
        cases.append(case_of(layer, twin, x, np.asarray(layer(x, training=True)), "normals", z))
    return cases


def case_of(layer, twin, x, y, drawn: str, numbers) -> dict:
    return {
        "layer": keras.layers.serialize(layer),
        "keras2": tf_keras.layers.serialize(twin),
        "x": tensor(x),
        "y": tensor(y),
        drawn: tensor(numbers),
    }


def trained(layers, input_shape, loss: str, y, learning_rate: float, batch: int, epochs: int) -> dict:
    """The first batch's outputs, loss and gradients, and what each epoch of gradient descent in order leaves behind."""
    model = keras.Sequential([keras.layers.Input(input_shape), *layers])
    # Biases and offsets of 0 would hide their penalties.
    for variable in model.weights:
        value = variable.numpy() + normal(*variable.shape, scale=0.1)
        variable.assign(np.abs(value) + 0.5 if "variance" in variable.path else value)
    start = model.get_weights()
    x = normal(len(y), *input_shape)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=loss)
    with tf.GradientTape() as tape:
        outputs = model(x[:batch], training=True)
        total = model.compute_loss(x=x[:batch], y=y[:batch], y_pred=outputs, training=True)
    first = {
        "outputs": tensor(outputs),
        "loss": float(total),
        "gradients": [tensor(g) for g in tape.gradient(total, model.trainable_variables)],
    }
    model.set_weights(start)
    held_out = (x[-batch:], y[-batch:])
    record = []
    for _ in range(epochs):
        logs = model.fit(x, y, batch_size=batch, shuffle=False, verbose=0, validation_data=held_out).history
        record.append(
            {
                "loss": logs["loss"][0],
                "valLoss": logs["val_loss"][0],
                "weights": [tensor(w) for w in model.get_weights()],
            }
        )
    return {
        "layers": [keras.layers.serialize(layer) for layer in layers],
        "inputShape": list(input_shape),
        "lossName": loss,
        "learningRate": learning_rate,
        "batchSize": batch,
        "x": tensor(x),
        "y": tensor(y),
        "start": [tensor(w) for w in start],
        "first": first,
        "epochs": record,
        "predictions": tensor(model.predict(x[:batch], verbose=0)),
    }


def training_cases() -> dict:
    L, r = keras.layers, keras.regularizers
    keras.utils.set_random_seed(11)
    onehot = np.eye(3, dtype="float32")[RNG.integers(0, 3, 20)]
    after_dense = [L.Dense(4), L.BatchNormalization(momentum=0.9), L.Activation("relu"), L.Dense(3, activation="softmax")]
    after_convolution = [
        L.Conv2D(2, 3, padding="same"),
        L.BatchNormalization(),
        L.Activation("relu"),
        L.Flatten(),
        L.Dense(3, activation="softmax"),
    ]
    dense_penalties = [
        L.Dense(4, activation="tanh", kernel_regularizer=r.L2(0.02), bias_regularizer=r.L1(0.03)),
        L.Dense(4, activation="sigmoid", kernel_regularizer=r.L1(0.01), activity_regularizer=r.L2(0.05)),
        L.Dense(3, activation="softmax", kernel_regularizer=r.L1L2(0.005, 0.01)),
    ]
    image_penalties = [
        L.Conv2D(
            2,
            3,
            activation="relu",
            kernel_regularizer=r.L1L2(0.01, 0.02),
            bias_regularizer=r.L2(0.1),
            activity_regularizer=r.L1(0.002),
        ),
        L.BatchNormalization(gamma_regularizer=r.L2(0.03), beta_regularizer=r.L1(0.04)),
        L.Flatten(),
        L.Dense(1, kernel_regularizer=r.L2(0.05)),
    ]
    crossentropy, squares = "categorical_crossentropy", "mean_squared_error"
    # Normalisation: ten steps of two batches in turn. Penalties: nine steps, the third batch of each epoch a small one.
    return {
        "batch normalisation after a dense layer": trained(after_dense, (5,), crossentropy, onehot, 0.3, 10, 5),
        "batch normalisation after a convolution": trained(
            after_convolution, (4, 4, 1), crossentropy, onehot, 0.1, 10, 5
        ),
        "penalties on a dense network": trained(dense_penalties, (5,), crossentropy, onehot, 0.2, 8, 3),
        "penalties on a convolutional network": trained(
            image_penalties, (4, 4, 1), squares, normal(20, 1), 0.05, 8, 3
        ),
    }


if __name__ == "__main__":
    write("color-layers.json", color_cases())
    write("image-layers.json", image_cases())
    write("noise-layers.json", noise_cases())
    write("training.json", training_cases())
