"""Small models of connected layers, trained and saved by one peer, with what it says of some data and the losses of three further
steps: adds to packages/trazo/test/fixtures/keras/functional/. Run by run.sh --fixtures.

usage: make_functional_fixtures.py keras3|tf_keras [OUT]
"""
import base64
import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

peer, *elsewhere = sys.argv[1:]
if peer == "keras3":
    import keras as k
else:
    import tf_keras as k

L = k.layers
here = Path(__file__).resolve().parents[2] / "packages" / "trazo" / "test" / "fixtures" / "keras" / "functional"
OUT = Path(elsewhere[0]) if elsewhere else here


def numbers(*shape: int, step: int = 37) -> np.ndarray:
    """The same in the tests: from -1 to 1, in no order."""
    count = int(np.prod(shape))
    return (((np.arange(count) * step) % 101) / 50 - 1).astype("float32").reshape(shape)


def conv(filters: int, size: int = 3, **options):
    return L.Conv2D(filters, size, padding="same", **options)


def residual():
    x = L.Input((6, 6, 2), name="pixels")
    first = conv(4, activation="relu", name="first")(x)
    long = L.BatchNormalization(name="norm", momentum=0.8)(conv(4, name="second")(first))
    sum_ = L.Activation("relu", name="relu")(L.Add(name="sum")([first, long]))
    short = conv(3, 1, name="short")(x)
    both = L.Concatenate(name="both")([sum_, short])
    mean = L.Average(name="mean")([L.GlobalAveragePooling2D(name="all")(both), L.GlobalAveragePooling2D(name="again")(both)])
    return k.Model(x, L.Dense(3, activation="softmax", name="scores")(mean), name="residual")


def shared():
    x = L.Input((6, 6, 2), name="pixels")
    twice = conv(2, activation="tanh", name="twice", kernel_regularizer=k.regularizers.l2(0.01))
    inner = twice(twice(x))
    norm = L.BatchNormalization(name="norm", momentum=0.8)
    apart = L.Subtract(name="apart")([norm(x), norm(inner)])
    top = L.Maximum(name="top")([L.Multiply(name="product")([apart, inner]), L.Minimum(name="least")([apart, x])])
    return k.Model(x, L.Dense(3, activation="softmax", name="scores")(L.Flatten(name="flat")(top)), name="shared")


def nested():
    a = L.Input((6, 6, 2), name="within")
    b = L.BatchNormalization(name="norm", momentum=0.8)(conv(2, name="conv")(a))
    backbone = k.Model(a, L.Add(name="sum")([a, b]), name="backbone")
    head = k.Sequential([L.Input((6, 6, 2)), L.Flatten(), L.Dense(5, activation="relu"), L.Dense(3)], name="head")
    x = L.Input((6, 6, 2), name="pixels")
    y = head(backbone(backbone(x)))
    frozen = k.Model(a, conv(2, name="fixed")(a), name="frozen")
    frozen.trainable = False
    z = L.GlobalAveragePooling2D(name="all")(frozen(x))
    scores = L.Dense(3, activation="softmax", name="scores")(L.Concatenate(name="both")([y, z]))
    return k.Model(x, scores, name="nested")


def chain_of_models():
    a = L.Input((6, 6, 2), name="within")
    backbone = k.Model(a, L.Add(name="sum")([a, conv(2, name="conv")(a)]), name="backbone")
    return k.Sequential(
        [L.Input((6, 6, 2)), backbone, L.Flatten(name="flat"), L.Dense(3, activation="softmax", name="scores")],
        name="chain_of_models",
    )


def body():
    """Two inputs, and what two outputs are made of."""
    x, size = L.Input((6, 6, 2), name="pixels"), L.Input((3,), name="size")
    flat = L.Flatten(name="flat")(conv(4, activation="relu", name="first")(x))
    both = L.Concatenate(name="both")([flat, size])
    kind = L.Dense(3, activation="softmax", name="kind", activity_regularizer=k.regularizers.l2(0.01))(both)
    return [x, size], kind, L.Dense(1, name="amount")(both)


def several():
    inputs, kind, amount = body()
    return k.Model(inputs, [kind, amount], name="several")


def named():
    """Under names that are not the layers', and not in their order."""
    inputs, kind, amount = body()
    return k.Model(inputs, {"zeta": kind, "alpha": amount}, name="named")


x = numbers(24, 6, 6, 2)
y = np.eye(3, dtype="float32")[(np.arange(24) * 7 + 1) % 3]


def steps(model, count: int) -> list[float]:
    return [float(model.train_on_batch(x[8 * i : 8 * i + 8], y[8 * i : 8 * i + 8], return_dict=True)["loss"]) for i in range(count)]


def kinds_of(name: str) -> list[str]:
    """Each model in one kind of file, one of them in all. In this order: once it has written .h5, Keras 3 forgets the optimiser."""
    if name == "nested" or elsewhere:
        return [".keras", ".weights.h5", ".h5"]
    return [".keras"] if peer == "keras3" else [".h5"]


def described(make) -> dict:
    k.utils.set_random_seed(3)
    model = make()
    model.compile(optimizer=k.optimizers.Adam(0.01), loss="categorical_crossentropy", metrics=["accuracy"])
    steps(model, 3)
    files = [f"{peer}-{model.name}{kind}" for kind in kinds_of(model.name)]
    for file in files:
        if "weights" in file:
            model.save_weights(OUT / file)
        else:
            model.save(OUT / file)
    loss, accuracy = model.evaluate(x, y, batch_size=8, verbose=0)
    return {
        "files": files,
        "layers": [layer.name for layer in model.layers],
        "weights": [list(weight.shape) for weight in model.weights],
        "loss": loss,
        "accuracy": accuracy,
        "iterations": 3,
        "predictions": base64.b64encode(model.predict(x, verbose=0).astype("<f4").tobytes()).decode(),
        "losses": steps(model, 3),
    }


sizes = numbers(24, 3, step=11)
amounts = numbers(24, 1, step=5)
weights = [np.arange(24, dtype="float32") / 12, np.arange(24, 0, -1, dtype="float32") / 12]


def described_outputs(make) -> dict:
    """The same for two outputs, each with its own loss, weights and metrics."""
    k.utils.set_random_seed(4)
    model = make()
    names = ["alpha", "zeta"] if model.name == "named" else ["kind", "amount"]
    of = dict(zip(names, ["mse", "categorical_crossentropy"] if model.name == "named" else ["categorical_crossentropy", "mse"]))
    targets = {name: (amounts if loss == "mse" else y) for name, loss in of.items()}
    of_weights = dict(zip(names, weights))
    model.compile(
        optimizer=k.optimizers.Adam(0.01),
        loss=of,
        loss_weights={name: 0.5 if loss == "mse" else 1.0 for name, loss in of.items()},
        metrics={name: ["mae"] if loss == "mse" else ["accuracy"] for name, loss in of.items()},
        weighted_metrics={name: [] if loss == "mse" else ["accuracy"] for name, loss in of.items()},
    )
    inputs = [x, sizes]
    as_given = (lambda tensors: tensors) if model.name == "named" else (lambda tensors: list(tensors.values()))

    def rows(at: int):
        part = slice(8 * at, 8 * at + 8)
        return (
            [tensor[part] for tensor in inputs],
            as_given({name: tensor[part] for name, tensor in targets.items()}),
            as_given({name: tensor[part] for name, tensor in of_weights.items()}),
        )

    def step(at: int) -> float:
        inputs, outputs, factors = rows(at)
        return float(model.train_on_batch(inputs, outputs, sample_weight=factors, return_dict=True)["loss"])

    for at in range(3):
        step(at)
    files = [f"{peer}-{model.name}{kind}" for kind in ([".keras", ".h5"] if peer == "keras3" else [".h5"])]
    for file in files:
        model.save(OUT / file)
    scores = model.evaluate(inputs, as_given(targets), sample_weight=as_given(of_weights), batch_size=24, verbose=0, return_dict=True)
    predictions = model.predict(inputs, verbose=0)
    flat = [predictions[name] for name in names] if model.name == "named" else predictions
    return {
        "files": files,
        "outputs": names,
        "layers": [layer.name for layer in model.layers],
        "scores": {name: float(value) for name, value in scores.items()},
        "iterations": 3,
        "predictions": [base64.b64encode(one.astype("<f4").tobytes()).decode() for one in flat],
        "losses": [step(at) for at in range(3)],
    }


OUT.mkdir(parents=True, exist_ok=True)
entries = {make.__name__: described(make) for make in (residual, shared, nested, chain_of_models)}
(OUT / f"{peer}.json").write_text(json.dumps(entries, indent=0) + "\n")
outputs = {make.__name__: described_outputs(make) for make in (several, named)}
(OUT / f"{peer}-outputs.json").write_text(json.dumps(outputs, indent=0) + "\n")
print(f"{peer}: {sum(file.stat().st_size for file in OUT.glob(f'{peer}*')) // 1000} kB")
