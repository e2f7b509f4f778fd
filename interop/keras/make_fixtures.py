"""What real Keras computes, for `npm test` to compare with: writes packages/trazo/test/fixtures/keras/. Run by run.sh --fixtures.

Every case holds Keras's own serialised configuration, so that reading it is part of the test.
"""
import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tf_keras

OUT = Path(__file__).resolve().parents[2] / "packages" / "trazo" / "test" / "fixtures" / "keras"
RNG = np.random.default_rng(20240611)


def normal(*shape: int, scale: float = 1.0) -> np.ndarray:
    return (RNG.standard_normal(shape) * scale).astype("float32")


def tensor(array) -> dict:
    array = np.asarray(array, "float32")
    return {"shape": list(array.shape), "data": [float(f"{v:.9g}") for v in array.ravel().tolist()]}


def write(name: str, content) -> None:
    (OUT / name).write_text(json.dumps(content, separators=(",", ":")).replace("},{", "},\n{") + "\n")
    print(f"{name}: {(OUT / name).stat().st_size // 1000} kB")


def optimizer_steps() -> list[dict]:
    o = keras.optimizers
    choices = [
        o.Adam(),
        o.Adam(learning_rate=0.01, beta_1=0.8, beta_2=0.99, epsilon=1e-5),
        o.Adam(amsgrad=True, beta_2=0.9),
        o.Adam(clipnorm=0.5),
        o.Adam(learning_rate=1.0, epsilon=1.0, global_clipnorm=2.0),
        o.AdamW(weight_decay=0.02),
        o.SGD(),
        o.SGD(learning_rate=0.05, momentum=0.9),
        o.SGD(learning_rate=0.05, momentum=0.9, nesterov=True, global_clipnorm=1.0),
        o.SGD(clipvalue=0.1, weight_decay=0.01),
        o.RMSprop(),
        o.RMSprop(centered=True),
        o.RMSprop(learning_rate=0.01, momentum=0.9, clipvalue=0.2),
        o.RMSprop(rho=0.8, momentum=0.5, centered=True, epsilon=1e-4),
        o.Adam(learning_rate=o.schedules.ExponentialDecay(0.01, 2, 0.5, staircase=True)),
    ]
    cases = []
    for optimizer in choices:
        start = [normal(3, 4), normal(5)]
        variables = [keras.Variable(w) for w in start]
        gradients = [[normal(3, 4, scale=0.3), normal(5, scale=0.3)] for _ in range(6)]
        after = []
        for step in gradients:
            optimizer.apply([keras.ops.convert_to_tensor(g) for g in step], variables)
            after.append([tensor(v.numpy()) for v in variables])
        cases.append(
            {
                "optimizer": keras.optimizers.serialize(optimizer),
                "start": [tensor(w) for w in start],
                "gradients": [[tensor(g) for g in step] for step in gradients],
                "after": after,
            }
        )
    return cases


def schedules() -> list[dict]:
    s = keras.optimizers.schedules
    choices = [
        s.ExponentialDecay(0.1, 10, 0.9),
        s.ExponentialDecay(0.1, 10, 0.9, staircase=True),
        s.InverseTimeDecay(0.1, 10, 0.5),
        s.InverseTimeDecay(0.1, 10, 0.5, staircase=True),
        s.PiecewiseConstantDecay([5, 20], [0.1, 0.01, 0.001]),
        s.PolynomialDecay(0.1, 30, 0.001, power=2.0),
        s.PolynomialDecay(0.1, 7, 0.001, power=1.0, cycle=True),
        s.CosineDecay(0.1, 30, alpha=0.01),
        s.CosineDecay(0.01, 30, alpha=0.1, warmup_target=0.1, warmup_steps=6),
        s.CosineDecayRestarts(0.1, 7, t_mul=2.0, m_mul=0.8, alpha=0.01),
    ]
    steps = list(range(0, 50)) + [99, 1000]
    return [
        {
            "schedule": keras.optimizers.schedules.serialize(schedule),
            "steps": steps,
            "rates": [float(schedule(step)) for step in steps],
        }
        for schedule in choices
    ]


def randomised(layer, input_shape: tuple[int, ...]):
    layer.build((None, *input_shape))
    for weight in layer.weights:
        value = normal(*weight.shape, scale=0.5)
        weight.assign(np.abs(value) + 0.5 if "variance" in weight.path else value)
    return layer


def layer_cases() -> list[dict]:
    L = keras.layers
    image = (7, 6, 2)
    choices = [
        (L.Conv2D(3, 3), image),
        (L.Conv2D(3, (3, 2), strides=2, padding="same", activation="relu"), image),
        (L.Conv2D(4, 3, dilation_rate=2, use_bias=False), image),
        (L.Conv2D(2, 3, strides=(2, 3), padding="same", activation="tanh"), (8, 9, 1)),
        (L.AveragePooling2D(2), image),
        (L.AveragePooling2D(3, strides=2, padding="same"), image),
        (L.MaxPooling2D(2), image),
        (L.MaxPooling2D((3, 2), strides=1, padding="same"), image),
        (L.GlobalAveragePooling2D(), image),
        (L.GlobalAveragePooling2D(keepdims=True), image),
        (L.Flatten(), (3, 2, 2)),
        (L.Reshape((4, -1)), (3, 2, 2)),
        (L.Dense(4), (5,)),
        (L.Dense(3, activation="softmax"), (5,)),
        (L.Dropout(0.5), (5,)),
        (L.BatchNormalization(), (5,)),
        (L.BatchNormalization(momentum=0.8, epsilon=1e-2), (3, 3, 2)),
        (L.BatchNormalization(center=False, scale=False), (4,)),
    ]
    for name in ["relu", "sigmoid", "tanh", "linear", "elu", "gelu", "leaky_relu", "selu", "softplus", "softsign", "silu", "softmax", "relu6", "hard_sigmoid", "exponential"]:
        choices.append((L.Activation(name), (9,)))
    cases = []
    for layer, shape in choices:
        randomised(layer, shape)
        x = normal(3, *shape, scale=2.0)
        case = {
            "layer": keras.layers.serialize(layer),
            "inputShape": list(shape),
            "weights": [tensor(w.numpy()) for w in layer.weights],
            "x": tensor(x),
            "y": tensor(layer(x, training=False)),
        }
        if isinstance(layer, L.BatchNormalization):
            case["trained"] = tensor(layer(x, training=True))
            case["weightsAfter"] = [tensor(w.numpy()) for w in layer.weights]
        cases.append(case)
    return cases


def loss_cases() -> list[dict]:
    l = keras.losses
    logits = normal(6, 4, scale=2.0)
    p = np.asarray(keras.ops.softmax(logits))
    onehot = np.eye(4, dtype="float32")[[0, 1, 2, 3, 1, 2]]
    labels = np.array([0, 1, 2, 3, 1, 2], "float32")
    binary = (RNG.random((6, 4)) < 0.5).astype("float32")
    choices = [
        (l.CategoricalCrossentropy(), onehot, p),
        (l.CategoricalCrossentropy(from_logits=True), onehot, logits),
        (l.CategoricalCrossentropy(label_smoothing=0.1), onehot, p),
        (l.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2), onehot, logits),
        (l.SparseCategoricalCrossentropy(), labels, p),
        (l.SparseCategoricalCrossentropy(from_logits=True), labels, logits),
        (l.BinaryCrossentropy(), binary, np.asarray(keras.ops.sigmoid(logits))),
        (l.BinaryCrossentropy(from_logits=True, label_smoothing=0.1), binary, logits),
        (l.MeanSquaredError(), onehot, logits),
    ]
    return [
        {
            "loss": keras.losses.serialize(loss),
            "target": tensor(y),
            "prediction": tensor(q),
            "value": float(loss(y, q)),
        }
        for loss, y, q in choices
    ]


def metric_cases() -> list[dict]:
    m = keras.metrics
    # Rounded, so that some classes tie.
    scores = np.round(np.asarray(keras.ops.softmax(normal(40, 7))), 1)
    labels = RNG.integers(0, 7, 40)
    onehot = np.eye(7, dtype="float32")[labels]
    binary = (RNG.random((40, 1)) < 0.5).astype("float32")
    halves = np.round(RNG.random((40, 1)) * 4).astype("float32") / 4
    choices = [
        (m.CategoricalAccuracy(name="accuracy"), onehot, scores),
        (m.SparseCategoricalAccuracy(name="accuracy"), labels, scores),
        (m.BinaryAccuracy(name="accuracy"), binary, halves),
        (m.TopKCategoricalAccuracy(k=1), onehot, scores),
        (m.TopKCategoricalAccuracy(k=3, name="top3"), onehot, scores),
        (m.TopKCategoricalAccuracy(), onehot, scores),
    ]
    return [
        {
            "metric": keras.metrics.serialize(metric),
            "target": tensor(y),
            "prediction": tensor(q),
            "value": float(metric(y, q)),
        }
        for metric, y, q in choices
    ]


def small_model(k):
    k.utils.set_random_seed(7)
    L = k.layers
    model = k.Sequential(
        [
            L.Input((12, 12, 1)) if k is keras else L.InputLayer((12, 12, 1)),
            L.Conv2D(3, 3, activation="relu"),
            L.AveragePooling2D(2),
            L.Conv2D(4, 3, padding="same", use_bias=False),
            L.BatchNormalization(),
            L.Activation("relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(8, activation="tanh", kernel_regularizer=k.regularizers.L2(0.01)),
            L.Dropout(0.25),
            L.Dense(4, activation="softmax"),
        ]
    )
    model.compile(
        loss="categorical_crossentropy", optimizer=k.optimizers.Adam(learning_rate=0.005), metrics=["accuracy"]
    )
    return model


def slots_model(k, optimizer):
    k.utils.set_random_seed(8)
    L = k.layers
    model = k.Sequential(
        [
            L.Input((12, 12, 1)) if k is keras else L.InputLayer((12, 12, 1)),
            L.AveragePooling2D(4),
            L.Flatten(),
            L.Dense(5, activation="sigmoid"),
            L.Dense(4, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


def models_of(k) -> dict:
    """Names and models; between them they store every order of slots that an optimiser may have."""
    o = k.optimizers
    decay = o.schedules.ExponentialDecay(0.02, 3, 0.5)
    return {
        "": small_model(k),
        "-amsgrad": slots_model(k, o.Adam(learning_rate=decay, beta_2=0.9, amsgrad=True)),
        "-rmsprop": slots_model(k, o.RMSprop(learning_rate=0.01, momentum=0.5, centered=True, epsilon=1e-3)),
        "-sgd": slots_model(k, o.SGD(learning_rate=1.0, momentum=0.5, nesterov=True)),
    }


def saved_models() -> dict:
    x = RNG.random((24, 12, 12, 1)).astype("float32")
    y = np.eye(4, dtype="float32")[RNG.integers(0, 4, 24)]
    described = {"x": tensor(x), "y": tensor(y), "files": {}}
    for peer, k in (("keras3", keras), ("tf_keras", tf_keras)):
        for suffix, model in models_of(k).items():
            name = peer + suffix
            # Dropout is off, so that a further step here and there can be compared.
            for layer in model.layers:
                if layer.__class__.__name__ == "Dropout":
                    layer.rate = 0.0
            model.fit(x, y, batch_size=12, epochs=2, shuffle=False, verbose=0)
            path = OUT / f"{name}.h5"
            model.save(path)
            loss, accuracy = model.evaluate(x, y, verbose=0)
            entry = {"loss": loss, "accuracy": accuracy, "predictions": tensor(model.predict(x, verbose=0))}
            model.fit(x, y, batch_size=12, epochs=1, shuffle=False, verbose=0)
            entry["afterOneMoreEpoch"] = [tensor(w) for w in model.get_weights()]
            described["files"][name] = entry
            print(f"{name}.h5: {path.stat().st_size // 1000} kB")
    return described


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    write("optimizer-steps.json", optimizer_steps())
    write("schedules.json", schedules())
    write("layers.json", layer_cases())
    write("losses.json", loss_cases())
    write("metrics.json", metric_cases())
    write("models.json", saved_models())
