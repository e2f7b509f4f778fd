"""What Keras's ImageDataGenerator draws and makes: writes packages/trazo/test/fixtures/keras/augmentation.json. Run by run.sh --fixtures."""
import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
from tf_keras.preprocessing.image import ImageDataGenerator

OUT = Path(__file__).resolve().parents[2] / "packages" / "trazo" / "test" / "fixtures" / "keras" / "augmentation.json"
RNG = np.random.default_rng(7)
COURSE = dict(rotation_range=30, width_shift_range=0.1, height_shift_range=0.1, zoom_range=0.2)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def options(keras_options: dict) -> dict:
    return {camel(name): value for name, value in keras_options.items()}


def tensor(array) -> dict:
    array = np.asarray(array, "float32")
    return {"shape": list(array.shape), "data": [float(f"{v:.9g}") for v in array.ravel().tolist()]}


def image(*shape: int) -> np.ndarray:
    return (RNG.integers(0, 256, shape) / 255).astype("float32")


def plain(parameters: dict) -> dict:
    kept = {camel(k): (bool(v) if k.startswith("flip") else v) for k, v in parameters.items() if v is not None}
    return {k: (v.item() if hasattr(v, "item") else v) for k, v in kept.items()}


def parameters() -> list[dict]:
    choices = [
        COURSE,
        dict(rotation_range=15, shear_range=20, zoom_range=[0.5, 1.25], horizontal_flip=True, vertical_flip=True),
        dict(width_shift_range=3, height_shift_range=5, channel_shift_range=0.3),
        dict(width_shift_range=[-2, 0, 2], height_shift_range=[0.1, 0.25]),
        dict(width_shift_range=2.5, zoom_range=[1, 1]),
        dict(height_shift_range=1, width_shift_range=1),
    ]
    cases = []
    for chosen in choices:
        generator = ImageDataGenerator(**chosen)
        np.random.seed(42)
        drawn = [plain(generator.get_random_transform((28, 20, 1))) for _ in range(6)]
        cases.append({"options": options(chosen), "drawn": drawn})
    return cases


def transforms() -> list[dict]:
    whole = dict(theta=20, tx=0.5, ty=-0.25, shear=10, zx=1.1, zy=0.9)
    choices = [
        whole,
        dict(theta=-75, tx=3.5, ty=-2.25),
        dict(tx=-9, ty=14),
        dict(zx=2.5, zy=0.4),
        dict(theta=180),
        dict(shear=-40, flip_horizontal=True),
        dict(flip_horizontal=True, flip_vertical=True),
        dict(theta=5, channel_shift_intensity=0.25),
        dict(),
    ]
    pictures = [image(6, 6, 1), image(7, 5, 3), image(4, 9, 1)]
    cases = []
    for picture in pictures:
        for mode in ["nearest", "constant", "reflect", "wrap"]:
            for order in [0, 1]:
                generator = ImageDataGenerator(fill_mode=mode, cval=0.3, interpolation_order=order)
                made = [tensor(generator.apply_transform(picture.copy(), chosen))["data"] for chosen in choices]
                cases.append(
                    {
                        "options": dict(fillMode=mode, cval=0.3, interpolationOrder=order),
                        "image": tensor(picture),
                        "made": made,
                    }
                )
    return {"transforms": [options(chosen) for chosen in choices], "cases": cases}


def flows() -> list[dict]:
    x = image(10, 6, 5, 1)
    y = np.arange(10, dtype="float32").reshape(10, 1)
    weights = np.linspace(0.5, 1.5, 10).astype("float32")
    choices = [
        (COURSE, dict(seed=3, batch_size=4)),
        (dict(COURSE, rescale=2.0, samplewise_std_normalization=True), dict(seed=1, batch_size=8, shuffle=False)),
        (
            dict(rotation_range=10, featurewise_std_normalization=True, rescale=0.5, fill_mode="reflect"),
            dict(seed=11, batch_size=5, sample_weight=weights),
        ),
        (dict(horizontal_flip=True, validation_split=0.3), dict(seed=5, batch_size=2, subset="training")),
        (dict(vertical_flip=True, validation_split=0.3), dict(seed=5, batch_size=2, subset="validation")),
    ]
    cases = []
    for generator_options, flow_options in choices:
        generator = ImageDataGenerator(**generator_options)
        if generator_options.get("featurewise_std_normalization"):
            generator.fit(x)
        flow = generator.flow(x, y, ignore_class_split=True, **flow_options)
        batches = [next(flow) for _ in range(len(flow) * 2)]
        told = {k: (v.tolist() if isinstance(v, np.ndarray) else v) for k, v in flow_options.items()}
        cases.append(
            {
                "options": options(generator_options),
                "flow": options(told),
                "length": len(flow),
                "batches": [[tensor(part) for part in batch] for batch in batches],
            }
        )
    return {"x": tensor(x), "y": tensor(y), "cases": cases}


content = {"parameters": parameters(), "images": transforms(), "flows": flows()}
OUT.write_text(json.dumps(content, separators=(",", ":")).replace("},{", "},\n{") + "\n")
print(f"{OUT.name}: {OUT.stat().st_size // 1000} kB")
