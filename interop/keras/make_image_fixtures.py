"""Writes packages/trazo/test/fixtures/images.json: picture files with the pixels that PIL and TensorFlow read of them.

Usage: python interop/keras/make_image_fixtures.py  (needs Pillow, numpy and tensorflow)
"""

import base64
import io
import json
from pathlib import Path

import numpy as np
import PIL
import tensorflow as tf
from PIL import Image, ImageOps

HEIGHT, WIDTH = 17, 24
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
smooth = np.stack(
    [
        40 + 160 * (np.sin(columns / 5) + 1) / 2,
        30 + 180 * (np.cos(rows / 4) + 1) / 2,
        60 + 120 * (np.sin((rows + columns) / 6) + 1) / 2,
    ],
    -1,
).astype(np.uint8)
color = Image.fromarray(smooth)
gray = color.convert("L")
opacity = (255 * columns / (WIDTH - 1)).astype(np.uint8)
transparent = Image.fromarray(np.dstack([smooth, opacity]))
deep = (rows * 2500 + columns * 900).astype(np.uint16)
rng = np.random.default_rng(7)
rough = Image.fromarray(rng.integers(0, 256, (31, 45, 3), dtype=np.uint8))


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def text(data):
    return base64.b64encode(data).decode()


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(color, "JPEG", quality=95, exif=exif)


def upright(file):
    return ImageOps.exif_transpose(Image.open(io.BytesIO(file)))


def masked_bmp():
    """16 bits a pixel, 5 of red, 6 of green, 5 of blue, from the top down."""
    red, green, blue = (smooth[..., c].astype(np.uint16) for c in range(3))
    pixels = ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3).astype("<u2").tobytes()
    header = b"BM" + np.array([66 + len(pixels), 0, 66], "<u4").tobytes()
    info = np.array([40, WIDTH], "<u4").tobytes() + np.array([-HEIGHT], "<i4").tobytes()
    info += np.array([1, 16], "<u2").tobytes() + np.array([3, len(pixels), 0, 0, 0, 0], "<u4").tobytes()
    masks = np.array([0xF800, 0x07E0, 0x001F], "<u4").tobytes()
    return header + info + masks + pixels


files = {
    "png, color": encoded(color, "PNG"),
    "png, gray": encoded(gray, "PNG"),
    "png, palette": encoded(color.quantize(32), "PNG"),
    "png, two colors": encoded(gray.convert("1"), "PNG"),
    "png, opacity": encoded(transparent, "PNG"),
    "png, gray and opacity": encoded(transparent.convert("LA"), "PNG"),
    "jpeg, color": encoded(color, "JPEG", quality=90),
    "jpeg, progressive": encoded(color, "JPEG", quality=90, progressive=True),
    "jpeg, gray": encoded(gray, "JPEG", quality=90),
    "jpeg, cmyk": encoded(color.convert("CMYK"), "JPEG", quality=90),
    **{f"jpeg, orientation {i}": turned(i) for i in range(1, 9)},
    "webp, lossy": encoded(color, "WEBP", quality=90),
    "webp, lossless": encoded(color, "WEBP", lossless=True),
    "webp, opacity": encoded(transparent, "WEBP", lossless=True, exact=True),
    "gif": encoded(color.quantize(32), "GIF"),
    "gif, animated": encoded(
        color.quantize(32), "GIF", save_all=True, append_images=[gray.quantize(32)], duration=100
    ),
    "avif": encoded(color, "AVIF", quality=90, subsampling="4:4:4"),
    "tiff": encoded(color, "TIFF"),
    "tiff, lzw": encoded(color, "TIFF", compression="tiff_lzw"),
    "tiff, gray": encoded(gray, "TIFF"),
    "tiff, cmyk": encoded(color.convert("CMYK"), "TIFF"),
    "bmp, 24 bits": encoded(color, "BMP"),
    "bmp, palette": encoded(color.quantize(32), "BMP"),
    "bmp, gray": encoded(gray, "BMP"),
    "bmp, two colors": encoded(gray.convert("1"), "BMP"),
    "bmp, 32 bits": encoded(transparent, "BMP"),
    "bmp, 16 bits with masks": masked_bmp(),
}


def decoded(name, file):
    image = upright(file)
    # PIL's way from four channels keeps the colors below the transparent parts, as TensorFlow's does.
    rgb = np.asarray(image.convert("RGB"))
    return {
        "name": name,
        "file": text(file),
        "shape": list(rgb.shape),
        "pixels": text(rgb.tobytes()),
        # PIL turns a gray picture's palette into luma once more, which changes nothing.
        "gray": text(np.asarray(image.convert("RGB").convert("L")).tobytes()),
    }


def sixteen_bits():
    """PIL clips 16 bits; TensorFlow takes the upper 8."""
    file = encoded(Image.fromarray(deep), "PNG")
    pixels = tf.io.decode_png(file, channels=3).numpy()
    gray = tf.io.decode_png(file, channels=1).numpy()
    shape = list(pixels.shape)
    return {"name": "png, 16 bits", "file": text(file), "shape": shape, "pixels": text(pixels.tobytes()), "gray": text(gray.tobytes())}


def rounded(x):
    return np.clip(np.floor(x + 0.5), 0, 255).astype(np.uint8)


def resized():
    pixels = np.asarray(rough)
    pil = {
        "nearest": Image.Resampling.NEAREST,
        "bilinear": Image.Resampling.BILINEAR,
        "bicubic": Image.Resampling.BICUBIC,
        "lanczos3": Image.Resampling.LANCZOS,
    }
    for size in [(12, 9), (31, 20), (64, 80)]:
        for method in ["nearest", "bilinear", "bicubic", "lanczos3", "area"]:
            image = rounded(tf.image.resize(pixels, size, method=method).numpy())
            yield {"by": "tensorflow", "size": size, "interpolation": method, "antialias": False, "fit": "stretch", "pixels": text(image.tobytes())}
        for method, resampling in pil.items():
            image = np.asarray(rough.resize(size[::-1], resampling))
            yield {"by": "pil", "size": size, "interpolation": method, "antialias": True, "fit": "stretch", "pixels": text(image.tobytes())}
    from keras.src.utils.image_utils import smart_resize

    for size in [(12, 12), (20, 9), (9, 40), (64, 50)]:
        image = rounded(smart_resize(pixels, size))
        yield {"by": "tensorflow", "size": size, "interpolation": "bilinear", "antialias": False, "fit": "crop", "pixels": text(image.tobytes())}
        image = rounded(tf.image.resize_with_pad(pixels, *size).numpy())
        yield {"by": "tensorflow", "size": size, "interpolation": "bilinear", "antialias": False, "fit": "contain", "pixels": text(image.tobytes())}


fixtures = {
    "versions": {"pillow": PIL.__version__, "tensorflow": tf.__version__},
    "decoded": [*(decoded(name, file) for name, file in files.items()), sixteen_bits()],
    "rough": {"file": text(encoded(rough, "PNG")), "resized": list(resized())},
}
path = Path(__file__).parents[2] / "packages/trazo/test/fixtures/images.json"
path.write_text(json.dumps(fixtures, indent=1) + "\n")
