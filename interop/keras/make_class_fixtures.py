"""What real Keras computes with each of its classes, for the contract test of `npm test`: writes
packages/trazo/test/fixtures/keras/classes/. Run by run.sh --fixtures; with names as arguments, only those files.

Every case holds Keras's own serialized configuration, and has random numbers of its own, so that a new one changes no other.
"""
import os
import sys
import zlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
import tf_keras
from make_fixtures import OUT, tensor, write

L, o = keras.layers, keras.optimizers


def brief(array) -> dict:
    """Numbers to six digits: those that are compared within 1e-5, and those that have no more digits."""
    array = np.asarray(array, "float32")
    return {"shape": list(array.shape), "data": [float(f"{v:.6g}") for v in array.ravel().tolist()]}


class Numbers:
    """Random numbers that follow from a name."""

    def __init__(self, name: str):
        self.rng = np.random.default_rng(zlib.crc32(name.encode()))

    def normal(self, *shape: int, scale: float = 1.0) -> np.ndarray:
        return (self.rng.standard_normal(shape) * scale).astype("float32")

    def uniform(self, *shape: int) -> np.ndarray:
        return self.rng.random(shape).astype("float32")

    def probabilities(self, *shape: int) -> np.ndarray:
        return np.asarray(keras.ops.softmax(self.normal(*shape, scale=1.5)))

    def labels(self, count: int, classes: int) -> np.ndarray:
        return self.rng.integers(0, classes, count)

    def one_hot(self, count: int, classes: int) -> np.ndarray:
        return np.eye(classes, dtype="float32")[self.labels(count, classes)]

    def binary(self, *shape: int) -> np.ndarray:
        return (self.rng.random(shape) < 0.5).astype("float32")


def loss_cases() -> list[dict]:
    l = keras.losses
    n, classes = 7, 4

    def real(r):
        return r.normal(n, classes), r.normal(n, classes)

    def signs(r):
        return 2 * r.binary(n, classes) - 1, r.normal(n, classes)

    def zero_one(r):
        return r.binary(n, classes), r.normal(n, classes)

    def counts(r):
        return r.rng.poisson(2.0, (n, classes)).astype("float32"), r.uniform(n, classes) * 3 + 0.1

    def distributions(r):
        return r.probabilities(n, classes), r.probabilities(n, classes)

    def classified(r):
        return r.one_hot(n, classes), r.probabilities(n, classes)

    def scored(r):
        return r.one_hot(n, classes), r.normal(n, classes)

    def chances(r):
        return r.binary(n, classes), r.uniform(n, classes)

    choices = [
        (l.MeanSquaredError(), real),
        (l.MeanAbsoluteError(), real),
        (l.MeanAbsolutePercentageError(), real),
        (l.MeanSquaredLogarithmicError(), counts),
        (l.Huber(), real),
        (l.Huber(delta=0.3), real),
        (l.LogCosh(), real),
        (l.CosineSimilarity(), real),
        (l.Hinge(), signs),
        (l.Hinge(), zero_one),
        (l.Hinge(), real),
        (l.SquaredHinge(), signs),
        (l.CategoricalHinge(), scored),
        (l.Poisson(), counts),
        (l.KLDivergence(), distributions),
        (l.CategoricalCrossentropy(), classified),
        (l.SparseCategoricalCrossentropy(), lambda r: (r.labels(n, classes), r.probabilities(n, classes))),
        (l.BinaryCrossentropy(), chances),
        (l.BinaryFocalCrossentropy(), chances),
        (l.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.4, gamma=1.5, label_smoothing=0.1), chances),
        (l.BinaryFocalCrossentropy(from_logits=True, gamma=3.0), zero_one),
        (l.CategoricalFocalCrossentropy(), classified),
        (l.CategoricalFocalCrossentropy(alpha=0.5, gamma=1.0, label_smoothing=0.2), classified),
        (l.CategoricalFocalCrossentropy(from_logits=True), scored),
        (l.Dice(), chances),
        (l.Dice(axis=-1), chances),
        (l.Dice(axis=[0]), chances),
        (l.Tversky(), chances),
        (l.Tversky(alpha=0.3, beta=0.8, axis=[1]), chances),
        (l.CategoricalGeneralizedCrossEntropy(), lambda r: (r.labels(n, classes), r.probabilities(n, classes))),
        (l.CategoricalGeneralizedCrossEntropy(q=0.8), lambda r: (r.labels(n, classes), r.probabilities(n, classes))),
    ]
    cases = []
    for i, (loss, data) in enumerate(choices):
        y, q = data(Numbers(f"loss {i}"))
        prediction = tf.Variable(q)
        with tf.GradientTape() as tape:
            value = loss(y, prediction)
        config = keras.losses.serialize(loss)
        if isinstance(loss, l.Huber):
            # Keras 3 forgets it.
            config["config"]["delta"] = loss._fn_kwargs["delta"]
        cases.append(
            {
                "loss": config,
                "target": tensor(y),
                "prediction": tensor(q),
                "value": float(value),
                "gradient": tensor(tape.gradient(value, prediction)),
            }
        )
    return cases


def metric_cases() -> list[dict]:
    m = keras.metrics
    n, classes = 30, 4

    # Rounded, so that some numbers tie, and some are thresholds.
    def many(r):
        return r.binary(n, classes), np.round(r.uniform(n, classes) * 20).astype("float32") / 20

    def single(r):
        return r.binary(n, 1), np.round(r.uniform(n, 1) * 20).astype("float32") / 20

    def classified(r):
        return r.one_hot(n, classes), np.round(r.probabilities(n, classes), 1)

    def labelled(r):
        return r.labels(n, classes), np.round(r.probabilities(n, classes), 1)

    def real(r):
        return r.normal(n, classes), r.normal(n, classes)

    def counts(r):
        return r.rng.poisson(2.0, (n, classes)).astype("float32"), r.uniform(n, classes) * 3 + 0.1

    def scored(r):
        return r.one_hot(n, classes), r.normal(n, classes)

    def numbered(r):
        y = r.labels(n, classes)
        return y[:, None], np.where(r.uniform(n) < 0.6, y, r.labels(n, classes))[:, None].astype("float32")

    choices = [
        (m.CategoricalAccuracy(), classified),
        (m.SparseCategoricalAccuracy(), labelled),
        (m.BinaryAccuracy(threshold=0.3), many),
        (m.TopKCategoricalAccuracy(k=2), classified),
        (m.SparseTopKCategoricalAccuracy(k=3), labelled),
        (m.Precision(), many),
        (m.Precision(thresholds=0.35), single),
        (m.Precision(class_id=2), classified),
        (m.Precision(top_k=2), classified),
        (m.Precision(top_k=3, thresholds=0.2, class_id=1), classified),
        (m.Recall(), many),
        (m.Recall(thresholds=0.8), single),
        (m.Recall(top_k=1), classified),
        (m.F1Score(average="macro"), classified),
        (m.F1Score(average="micro", threshold=0.4), many),
        (m.F1Score(average="weighted"), classified),
        (m.FBetaScore(average="weighted", beta=2.0, threshold=0.5), many),
        (m.FBetaScore(average="macro", beta=0.5), classified),
        (m.AUC(), single),
        (m.AUC(), many),
        (m.AUC(num_thresholds=21, curve="PR"), many),
        (m.AUC(num_thresholds=21, curve="PR", summation_method="majoring"), single),
        (m.AUC(num_thresholds=50, summation_method="minoring"), single),
        (m.AUC(multi_label=True), many),
        (m.AUC(thresholds=[0.7, 0.15, 0.3]), many),
        (m.AUC(from_logits=True), lambda r: (r.binary(n, 1), r.normal(n, 1))),
        (m.MeanAbsoluteError(), real),
        (m.MeanSquaredError(), real),
        (m.RootMeanSquaredError(), real),
        (m.MeanAbsolutePercentageError(), real),
        (m.MeanSquaredLogarithmicError(), counts),
        (m.LogCoshError(), real),
        (m.CosineSimilarity(), real),
        (m.Hinge(), lambda r: (2 * r.binary(n, 2) - 1, r.normal(n, 2))),
        (m.SquaredHinge(), lambda r: (2 * r.binary(n, 2) - 1, r.normal(n, 2))),
        (m.CategoricalHinge(), scored),
        (m.KLDivergence(), lambda r: (r.probabilities(n, classes), r.probabilities(n, classes))),
        (m.Poisson(), counts),
        (m.BinaryCrossentropy(label_smoothing=0.1), many),
        (m.CategoricalCrossentropy(from_logits=True), scored),
        (m.SparseCategoricalCrossentropy(from_logits=True), lambda r: (r.labels(n, classes), r.normal(n, classes))),
        (m.IoU(num_classes=classes, target_class_ids=[1, 3]), numbered),
        (m.IoU(num_classes=classes, target_class_ids=[2], ignore_class=0, sparse_y_pred=False), labelled),
        (m.MeanIoU(num_classes=classes), numbered),
        (m.MeanIoU(num_classes=classes, sparse_y_pred=False, dtype="float32"), labelled),
        (m.MeanIoU(num_classes=classes + 1, ignore_class=2, sparse_y_true=False, sparse_y_pred=False), classified),
        (m.MeanIoU(num_classes=classes - 1), numbered),
        (m.OneHotIoU(num_classes=classes, target_class_ids=[0, 2]), classified),
        (m.OneHotMeanIoU(num_classes=classes, ignore_class=3), classified),
        (m.BinaryIoU(), single),
        (m.BinaryIoU(target_class_ids=[1], threshold=0.35), single),
        (m.R2Score(), real),
        (m.R2Score(class_aggregation="variance_weighted_average", num_regressors=3), real),
        (m.PearsonCorrelation(), real),
        (m.ConcordanceCorrelation(), real),
        (m.TruePositives(), many),
        (m.TrueNegatives(thresholds=0.3), many),
        (m.FalsePositives(), single),
        (m.FalseNegatives(thresholds=[0.8]), many),
        (m.PrecisionAtRecall(recall=0.4), many),
        (m.PrecisionAtRecall(recall=0.3, num_thresholds=1), single),
        (m.RecallAtPrecision(precision=0.55, num_thresholds=21), many),
        (m.SensitivityAtSpecificity(specificity=0.6, class_id=1), many),
        (m.SpecificityAtSensitivity(sensitivity=0.5), single),
    ]
    cases = []
    for i, (metric, data) in enumerate(choices):
        r = Numbers(f"metric {i}")
        y, q = data(r)
        weights = r.uniform(n) * 2
        if metric.dtype.startswith("int"):
            # Keras would cut off the fractions.
            weights = np.round(weights)
        # A metric of one name each, as if it were the only one.
        config = keras.metrics.serialize(metric)
        value = float(metric(y, q))
        metric.reset_state()
        cases.append(
            {
                "metric": config,
                "target": tensor(y),
                "prediction": tensor(q),
                "sampleWeight": tensor(weights),
                "value": value,
                # Counts have none.
                "direction": getattr(metric, "_direction", None),
                "weighted": float(metric(y, q, sample_weight=weights)),
            }
        )
    return cases


def optimizer_cases() -> list[dict]:
    everything = {"clipnorm": 0.4, "weight_decay": 0.01, "use_ema": True, "ema_momentum": 0.9}
    choices = [
        o.Adagrad(),
        o.Adagrad(learning_rate=0.1, initial_accumulator_value=0.5, epsilon=1e-4, weight_decay=0.02),
        o.Adadelta(),
        o.Adadelta(learning_rate=1.0, rho=0.8, epsilon=1e-3, global_clipnorm=0.5),
        o.Adamax(),
        o.Adamax(learning_rate=0.02, beta_1=0.7, beta_2=0.9, epsilon=1e-4, clipvalue=0.1),
        o.Nadam(),
        o.Nadam(learning_rate=0.02, beta_1=0.6, beta_2=0.9, epsilon=1e-5),
        o.Lion(),
        o.Lion(learning_rate=0.01, beta_1=0.5, beta_2=0.8, weight_decay=0.1),
        o.Ftrl(),
        o.Ftrl(
            learning_rate=0.05,
            initial_accumulator_value=0.3,
            l1_regularization_strength=0.02,
            l2_regularization_strength=0.1,
            l2_shrinkage_regularization_strength=0.05,
            beta=0.2,
        ),
        o.Adam(),
        o.AdamW(),
        o.SGD(momentum=0.9),
        o.RMSprop(momentum=0.5),
        o.Adam(use_ema=True),
        o.SGD(learning_rate=0.1, use_ema=True, ema_momentum=0.7, ema_overwrite_frequency=2),
        o.Adam(learning_rate=0.01, gradient_accumulation_steps=2),
        o.Nadam(learning_rate=0.01, gradient_accumulation_steps=3, **everything),
        o.Adagrad(learning_rate=0.1, gradient_accumulation_steps=2, ema_overwrite_frequency=2, **everything),
        o.SGD(learning_rate=o.schedules.ExponentialDecay(0.1, 2, 0.5), gradient_accumulation_steps=2),
    ]
    cases = []
    for i, optimizer in enumerate(choices):
        r = Numbers(f"optimizer {i}")
        start = [r.normal(2, 3), r.normal(4)]
        variables = [keras.Variable(w) for w in start]
        gradients = [[r.normal(2, 3, scale=0.3), r.normal(4, scale=0.3)] for _ in range(8)]
        after = []
        for step in gradients:
            optimizer.apply([keras.ops.convert_to_tensor(g) for g in step], variables)
            after.append([tensor(v.numpy()) for v in variables])
        stored = [tensor(v.numpy()) for v in optimizer.variables]
        optimizer.finalize_variable_values(variables)
        cases.append(
            {
                "optimizer": keras.optimizers.serialize(optimizer),
                "start": [tensor(w) for w in start],
                "gradients": [[tensor(g) for g in step] for step in gradients],
                "after": after,
                "stored": stored,
                "final": [tensor(v.numpy()) for v in variables],
            }
        )
    return cases


def fit_cases() -> list[dict]:
    """Whole trainings, in which an optimizer does more than move the weights."""
    choices = [
        o.Adam(learning_rate=0.05, use_ema=True, ema_momentum=0.6),
        o.SGD(learning_rate=0.1, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=3),
        o.Adam(learning_rate=0.05, gradient_accumulation_steps=2, global_clipnorm=0.5),
        o.SGD(learning_rate=0.1, momentum=0.5, gradient_accumulation_steps=3, use_ema=True, ema_momentum=0.8),
    ]
    cases = []
    for i, optimizer in enumerate(choices):
        r = Numbers(f"fit {i}")
        keras.utils.set_random_seed(i)
        dense = L.Dense(3, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.05))
        model = keras.Sequential([L.Input((4,)), dense, L.Dense(2)])
        start = [tensor(w) for w in model.get_weights()]
        model.compile(optimizer, "mse")
        x, y = r.normal(22, 4), r.normal(22, 2)
        config = keras.optimizers.serialize(optimizer)
        history = model.fit(x, y, batch_size=5, epochs=2, shuffle=False, verbose=0, validation_data=(x, y)).history
        cases.append(
            {
                "optimizer": config,
                "x": tensor(x),
                "y": tensor(y),
                "start": start,
                "loss": history["loss"],
                "valLoss": history["val_loss"],
                "final": [tensor(w) for w in model.get_weights()],
            }
        )
    return cases


IMAGE = (7, 6, 2)
SEQUENCE = (9, 4)
WIDE = (5, 6, 4)


def layer_choices() -> list[tuple[str, dict, tuple[int, ...]]]:
    """Class, arguments and the shape of a sample."""
    return [
        ("Conv2D", {"filters": 3, "kernel_size": 3}, IMAGE),
        ("Conv2D", {"filters": 6, "kernel_size": (3, 2), "groups": 2, "activation": "relu"}, WIDE),
        (
            "Conv2D",
            {"filters": 4, "kernel_size": 3, "groups": 4, "strides": 2, "padding": "same", "use_bias": False},
            WIDE,
        ),
        ("Conv2D", {"filters": 8, "kernel_size": 3, "groups": 2, "dilation_rate": 2, "padding": "same"}, WIDE),
        ("Conv1D", {"filters": 3, "kernel_size": 3}, SEQUENCE),
        ("Conv1D", {"filters": 4, "kernel_size": 2, "padding": "causal", "dilation_rate": 3, "groups": 2}, SEQUENCE),
        ("Conv1D", {"filters": 2, "kernel_size": 4, "strides": 2, "padding": "same", "activation": "relu"}, SEQUENCE),
        ("AveragePooling1D", {"pool_size": 3, "strides": 2, "padding": "same"}, SEQUENCE),
        ("MaxPooling1D", {}, SEQUENCE),
        ("GlobalAveragePooling1D", {}, SEQUENCE),
        ("GlobalMaxPooling1D", {"keepdims": True}, SEQUENCE),
        ("ZeroPadding1D", {}, SEQUENCE),
        ("ZeroPadding1D", {"padding": (0, 3)}, SEQUENCE),
        ("Cropping1D", {}, SEQUENCE),
        ("Cropping1D", {"cropping": (2, 0)}, SEQUENCE),
        ("UpSampling1D", {}, SEQUENCE),
        ("UpSampling1D", {"size": 3}, SEQUENCE),
        ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, IMAGE),
        ("MaxPooling2D", {"pool_size": 2}, IMAGE),
        ("GlobalAveragePooling2D", {}, IMAGE),
        ("Flatten", {}, IMAGE),
        ("Reshape", {"target_shape": (4, -1)}, (3, 2, 2)),
        ("Dense", {"units": 4}, (5,)),
        ("Dense", {"units": 3, "kernel_constraint": "max_norm", "bias_constraint": "non_neg"}, (5,)),
        ("Activation", {"activation": "tanh"}, (5,)),
        ("Dropout", {"rate": 0.5}, (5,)),
        ("SpatialDropout2D", {"rate": 0.5}, IMAGE),
        ("GaussianNoise", {"stddev": 0.5}, (5,)),
        ("BatchNormalization", {}, (3, 3, 2)),
        ("RandomRotation", {"factor": 0.1}, IMAGE),
        ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.2}, IMAGE),
        ("RandomZoom", {"height_factor": 0.1}, IMAGE),
        ("RandomFlip", {"mode": "horizontal"}, IMAGE),
        ("RandomContrast", {"factor": (0.1, 0.3)}, IMAGE),
        ("RandomBrightness", {"factor": (-0.1, 0.3), "value_range": (0.0, 1.0)}, IMAGE),
        # Outside of training Keras 3 does not crop: see color_cases in make_layer_fixtures.py for that.
        ("RandomCrop", {"height": 7, "width": 6, "seed": 3}, IMAGE),
        ("LeakyReLU", {}, (3, 4)),
        ("LeakyReLU", {"alpha": 0.1}, (5,)),
        ("PReLU", {}, (3, 4)),
        ("PReLU", {"shared_axes": [1, 2]}, IMAGE),
        ("ELU", {"alpha": 0.7}, (9,)),
        ("ReLU", {}, (9,)),
        ("ReLU", {"max_value": 1.5}, (9,)),
        ("ReLU", {"negative_slope": 0.2}, (9,)),
        ("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.3}, (19,)),
        ("Softmax", {}, (3, 5)),
        ("Softmax", {"axis": 1}, (3, 5)),
        ("LayerNormalization", {}, (3, 5)),
        ("LayerNormalization", {"axis": [1, 2], "epsilon": 1e-2}, (3, 4, 2)),
        ("LayerNormalization", {"center": False}, (6,)),
        ("ZeroPadding2D", {}, IMAGE),
        ("ZeroPadding2D", {"padding": ((0, 1), (2, 3))}, IMAGE),
        ("Cropping2D", {"cropping": ((1, 0), (2, 1))}, IMAGE),
        ("UpSampling2D", {}, IMAGE),
        ("UpSampling2D", {"size": (3, 2), "interpolation": "bilinear"}, IMAGE),
        ("GlobalMaxPooling2D", {}, IMAGE),
        ("GlobalMaxPooling2D", {"keepdims": True}, IMAGE),
        ("Permute", {"dims": (3, 1, 2)}, IMAGE),
        ("RepeatVector", {"n": 3}, (5,)),
        ("Rescaling", {"scale": 0.5, "offset": -1.0}, IMAGE),
        ("Rescaling", {"scale": [0.5, 2.0], "offset": [1.0, -1.0]}, IMAGE),
        ("GroupNormalization", {"groups": 2}, WIDE),
        ("GroupNormalization", {"groups": -1, "epsilon": 1e-2, "scale": False}, (5, 3)),
        ("GroupNormalization", {"groups": 3, "axis": 1}, (6, 4)),
        ("Normalization", {}, IMAGE),
        ("Normalization", {"axis": [1, 2]}, (3, 4, 2)),
        ("Normalization", {"axis": None}, (3, 4)),
        ("Normalization", {"mean": [0.5, -1.0], "variance": [2.0, 0.25]}, IMAGE),
        ("Normalization", {"mean": 3.0, "variance": 2.0, "invert": True}, (5,)),
        ("Resizing", {"height": 5, "width": 9}, IMAGE),
        ("Resizing", {"height": 3, "width": 8, "interpolation": "nearest"}, IMAGE),
        ("Resizing", {"height": 10, "width": 4, "interpolation": "bicubic"}, IMAGE),
        ("Resizing", {"height": 3, "width": 8, "interpolation": "lanczos5", "antialias": True}, IMAGE),
        ("Resizing", {"height": 4, "width": 8, "crop_to_aspect_ratio": True}, IMAGE),
        ("Resizing", {"height": 4, "width": 8, "pad_to_aspect_ratio": True, "fill_value": 0.5}, IMAGE),
        ("CenterCrop", {"height": 4, "width": 3}, IMAGE),
        ("CenterCrop", {"height": 4, "width": 9}, IMAGE),
        ("DepthwiseConv2D", {"kernel_size": 3}, IMAGE),
        (
            "DepthwiseConv2D",
            {"kernel_size": (3, 2), "strides": 2, "padding": "same", "depth_multiplier": 3, "activation": "relu"},
            IMAGE,
        ),
        ("DepthwiseConv2D", {"kernel_size": 2, "dilation_rate": 2, "use_bias": False}, WIDE),
        ("SeparableConv2D", {"filters": 5, "kernel_size": 3}, IMAGE),
        (
            "SeparableConv2D",
            {"filters": 3, "kernel_size": 2, "strides": 2, "padding": "same", "depth_multiplier": 2, "use_bias": False},
            WIDE,
        ),
        ("Conv2DTranspose", {"filters": 3, "kernel_size": 3}, IMAGE),
        ("Conv2DTranspose", {"filters": 3, "kernel_size": (3, 4), "strides": 2, "padding": "same"}, IMAGE),
        ("Conv2DTranspose", {"filters": 2, "kernel_size": 2, "strides": 3, "activation": "tanh"}, (3, 2, 3)),
        (
            "Conv2DTranspose",
            {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 0},
            (3, 4, 3),
        ),
        ("Conv2DTranspose", {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1}, (3, 4, 3)),
        ("Conv2DTranspose", {"filters": 2, "kernel_size": (2, 3), "padding": "same", "use_bias": False}, (3, 4, 3)),
    ]


def twin_of(name: str, arguments: dict, layer, shape, x, y) -> dict | None:
    """The configuration of tf_keras's class of that name, once it computed the same."""
    if not hasattr(tf_keras.layers, name):
        return None
    try:
        twin = getattr(tf_keras.layers, name)(**arguments)
    except TypeError as refusal:
        # An option that came later.
        assert "Keyword argument" in str(refusal) or "unexpected keyword" in str(refusal), refusal
        return None
    twin.build((None, *shape))
    twin.set_weights(layer.get_weights())
    apart = float(np.abs(np.asarray(twin(x, training=False)) - np.asarray(y)).max())
    assert apart < 1e-5, (name, arguments, apart)
    return tf_keras.layers.serialize(twin)


def layer_cases() -> list[dict]:
    cases = []
    counts: dict[str, int] = {}
    for name, arguments, shape in layer_choices():
        counts[name] = counts.get(name, 0) + 1
        r = Numbers(f"layer {name} {counts[name]}")
        layer = getattr(L, name)(**arguments)
        layer.build((None, *shape))
        for weight in layer.weights:
            if weight.dtype != "float32":
                continue  # a count, or the state of a generator
            value = np.round(r.normal(*weight.shape, scale=0.5), 3)
            weight.assign(np.abs(value) + 0.5 if "variance" in weight.path else value)
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
        weights = [w for w in layer.weights if not w.path.endswith("seed_generator_state")]
        x = tf.Variable(np.round(r.normal(3, *shape, scale=1.5), 3))
        with tf.GradientTape() as tape:
            y = layer(x, training=False)
            cotangent = np.round(r.normal(*y.shape), 3)
            total = tf.reduce_sum(y * cotangent)
        trainable = [w.value for w in layer.trainable_weights]
        dx, *gradients = tape.gradient(total, [x, *trainable])
        cases.append(
            {
                "layer": keras.layers.serialize(layer),
                "keras2": twin_of(name, arguments, layer, shape, x, y),
                "inputShape": list(shape),
                "weights": [brief(w.numpy()) for w in weights],
                "x": brief(x),
                "y": brief(y),
                "cotangent": brief(cotangent),
                "dx": brief(dx),
                "gradients": [brief(g) for g in gradients],
            }
        )
    return cases


def former_cases() -> list[dict]:
    """Layers that only tf_keras has, and that are read as others."""
    cases = []
    for arguments in [{}, {"theta": 0.25}]:
        layer = tf_keras.layers.ThresholdedReLU(**arguments)
        x = np.round(Numbers("former").normal(4, 5, scale=1.5), 2)
        cases.append({"layer": tf_keras.layers.serialize(layer), "x": brief(x), "y": brief(layer(x))})
    return cases


def channels_first_files() -> dict:
    """Models whose images have their channels first. TensorFlow cannot run them on a CPU: twins with the channels last say the values."""

    def stack(peer, data_format):
        l, first = peer.layers, data_format == "channels_first"
        of = {"data_format": data_format}
        return peer.Sequential(
            [
                l.Input((2, 8, 7) if first else (8, 7, 2)),
                l.ZeroPadding2D(((1, 0), (2, 1)), **of),
                l.Conv2D(4, 3, strides=(2, 1), activation="relu", **of),
                l.BatchNormalization(axis=1 if first else -1),
                l.DepthwiseConv2D(2, padding="same", **of),
                l.MaxPooling2D(2, strides=1, padding="same", **of),
                l.Conv2DTranspose(3, 2, strides=2, **of),
                l.Cropping2D(((1, 0), (0, 2)), **of),
                l.SpatialDropout2D(0.5, **of),
                l.AveragePooling2D((2, 1), **of),
                l.SeparableConv2D(2, 2, **of),
                l.UpSampling2D((1, 2), **of),
                l.Flatten(**of),
                l.Dense(2),
            ]
        )

    r = Numbers("channels first")
    x = r.normal(3, 8, 7, 2)
    files = {}
    for name, peer in {"keras3": keras, "tf_keras": tf_keras}.items():
        peer.utils.set_random_seed(7)
        model, twin = stack(peer, "channels_first"), stack(peer, "channels_last")
        weights = [r.normal(*w.shape, scale=0.5) for w in model.get_weights()]
        weights[5] = np.abs(weights[5]) + 0.5  # the moving variance
        model.set_weights(weights)
        twin.set_weights(weights)
        for ending in (".keras", ".h5"):
            file = f"{name}-channels-first{ending}"
            model.save(OUT / "classes" / file)
            files[file] = tensor(twin.predict(x, verbose=0))
    return {"x": tensor(x.transpose(0, 3, 1, 2)), "predictions": files}


def constraint_cases() -> list[dict]:
    """What each constraint makes of weights, one of whose columns is 0."""
    choices = [
        ("MaxNorm", {}),
        ("MaxNorm", {"max_value": 0.5, "axis": [0, 1, 2]}),
        ("NonNeg", {}),
        ("UnitNorm", {}),
        ("UnitNorm", {"axis": -1}),
        ("MinMaxNorm", {}),
        ("MinMaxNorm", {"min_value": 2.0, "max_value": 3.0, "rate": 0.25, "axis": [0, 1]}),
    ]
    cases = []
    for i, (name, arguments) in enumerate(choices):
        constraint = getattr(keras.constraints, name)(**arguments)
        twin = getattr(tf_keras.constraints, name)(**arguments)
        shape = (2, 3, 2, 4) if isinstance(arguments.get("axis"), list) else (6, 4)
        w = Numbers(f"constraint {i}").normal(*shape)
        w[..., 1] = 0
        y = np.asarray(constraint(w))
        assert float(np.abs(np.asarray(twin(tf.constant(w))) - y).max()) < 1e-6
        cases.append(
            {
                "constraint": keras.constraints.serialize(constraint),
                "keras2": tf_keras.constraints.serialize(twin),
                "w": tensor(w),
                "y": tensor(y),
            }
        )
    return cases


def constrained_fit_cases() -> list[dict]:
    """Trainings in which weights of every kind have constraints."""
    c = keras.constraints
    stacks = [
        (
            (6, 5, 2),
            lambda: [
                L.Conv2D(3, 2, kernel_constraint=c.MaxNorm(0.4, axis=[0, 1, 2]), bias_constraint=c.NonNeg()),
                L.PReLU(shared_axes=[1, 2], alpha_constraint=c.NonNeg()),
                L.DepthwiseConv2D(2, depthwise_constraint=c.UnitNorm([0, 1, 2])),
                L.SeparableConv2D(2, 2, depthwise_constraint=c.MaxNorm(0.5), pointwise_constraint=c.UnitNorm(2)),
                L.Conv2DTranspose(2, 2, kernel_constraint=c.MinMaxNorm(0.2, 0.6, 0.5)),
                L.LayerNormalization(gamma_constraint=c.MaxNorm(1.0), beta_constraint=c.NonNeg()),
                L.Flatten(),
                L.Dense(2),
            ],
            o.SGD(learning_rate=0.1, momentum=0.5),
        ),
        (
            (4,),
            lambda: [L.Dense(3, "tanh", kernel_constraint="max_norm", kernel_regularizer="l2"), L.Dense(2, kernel_constraint="unit_norm")],
            o.Adam(learning_rate=0.3, use_ema=True, ema_momentum=0.5, ema_overwrite_frequency=2),
        ),
        (
            (4,),
            lambda: [L.Dense(3, kernel_constraint=c.MinMaxNorm(0.5, 0.7, 0.3)), L.Dense(2, bias_constraint="non_neg")],
            o.SGD(learning_rate=0.2, gradient_accumulation_steps=2, weight_decay=0.01),
        ),
    ]
    cases = []
    for i, (shape, make, optimizer) in enumerate(stacks):
        r = Numbers(f"constrained fit {i}")
        keras.utils.set_random_seed(i)
        layers = make()
        model = keras.Sequential([L.Input(shape), *layers])
        start = [np.round(w, 3) for w in model.get_weights()]
        model.set_weights(start)
        config = keras.optimizers.serialize(optimizer)
        model.compile(optimizer, "mse")
        x, y = np.round(r.normal(14, *shape), 3), np.round(r.normal(14, 2), 3)
        history = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0).history
        cases.append(
            {
                "layers": [keras.layers.serialize(layer) for layer in layers],
                "inputShape": list(shape),
                "optimizer": config,
                "x": brief(x),
                "y": brief(y),
                "start": [brief(w) for w in start],
                "loss": history["loss"],
                "final": [brief(w) for w in model.get_weights()],
            }
        )
    return cases


def adapt_cases() -> list[dict]:
    """What Keras's Normalization takes from data."""
    choices = [({}, IMAGE), ({"axis": [1, 3]}, (3, 4, 2)), ({"axis": None}, (3, 4)), ({"axis": 1}, (5,))]
    cases = []
    for i, (arguments, shape) in enumerate(choices):
        r = Numbers(f"adapt {i}")
        x = np.round(r.normal(9, *shape, scale=3.0) + 100, 2).astype("float32")
        layer = L.Normalization(**arguments)
        layer.adapt(x)
        moments = {"mean": brief(layer.adapt_mean.numpy()), "variance": brief(layer.adapt_variance.numpy())}
        cases.append({"axis": list(layer.axis), "x": brief(x), **moments, "y": brief(layer(x))})
    return cases


def normalization_files() -> dict:
    """Models with a Normalization that both peers saved: one of its weights is an integer."""
    x = Numbers("normalization").normal(5, 3)
    files = {}
    for name, peer in {"keras3": keras, "tf_keras": tf_keras}.items():
        layer = peer.layers.Normalization()
        layer.adapt(np.arange(12, dtype="float32").reshape(4, 3))
        model = peer.Sequential([peer.layers.Input((3,)), layer])
        for ending in (".keras", ".h5", ".weights.h5"):
            file = f"{name}-normalization{ending}"
            path = OUT / "classes" / file
            (model.save_weights if "weights" in ending else model.save)(path)
            files[file] = tensor(model.predict(x, verbose=0))
    return {"x": tensor(x), "predictions": files}


def pixel_weight_cases() -> list[dict]:
    """Losses and metrics of pixels that have a weight each."""
    l, m = keras.losses, keras.metrics
    shape, classes = (3, 4, 5), 3

    def labelled(r):
        return r.rng.integers(0, classes, shape), r.probabilities(*shape, classes)

    def classified(r):
        y, q = labelled(r)
        return np.eye(classes, dtype="float32")[y], q

    def binary(r):
        return r.binary(*shape, 1), np.round(r.uniform(*shape, 1) * 20).astype("float32") / 20

    def real(r):
        return r.normal(*shape, 2), r.normal(*shape, 2)

    choices = [
        (l.SparseCategoricalCrossentropy(), [m.SparseCategoricalAccuracy(), m.MeanIoU(classes, sparse_y_pred=False, dtype="float32")], labelled),
        (l.CategoricalCrossentropy(label_smoothing=0.1), [m.CategoricalAccuracy(), m.OneHotMeanIoU(classes, dtype="float32")], classified),
        (l.BinaryCrossentropy(), [m.BinaryAccuracy(), m.Precision(), m.Recall(), m.AUC(), m.TruePositives()], binary),
        (l.MeanSquaredError(), [m.MeanAbsoluteError(), m.RootMeanSquaredError()], real),
    ]
    cases = []
    for i, (loss, metrics, data) in enumerate(choices):
        r = Numbers(f"pixel weights {i}")
        y, q = data(r)
        weights = np.round(r.uniform(*shape) * 2, 2)
        prediction = tf.Variable(q)
        with tf.GradientTape() as tape:
            value = loss(y, prediction, sample_weight=weights)
        cases.append(
            {
                "loss": keras.losses.serialize(loss),
                "target": tensor(y),
                "prediction": tensor(q),
                "sampleWeight": tensor(weights),
                "value": float(value),
                "gradient": tensor(tape.gradient(value, prediction)),
                "metrics": [
                    {"metric": keras.metrics.serialize(metric), "weighted": float(metric(y, q, sample_weight=weights))}
                    for metric in metrics
                ],
            }
        )
    return cases


FILES = {
    "pixel-weights": pixel_weight_cases,
    "former": former_cases,
    "channels-first": channels_first_files,
    "constraints": constraint_cases,
    "constrained-fits": constrained_fit_cases,
    "adapt": adapt_cases,
    "normalization": normalization_files,
    "layers": layer_cases,
    "losses": loss_cases,
    "metrics": metric_cases,
    "optimizers": optimizer_cases,
    "fits": fit_cases,
}

if __name__ == "__main__":
    (OUT / "classes").mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or FILES:
        write(f"classes/{name}.json", FILES[name]())
