"""Writes packages/trazo/test/fixtures/npy.json: arrays as NumPy saves them, with their values.

Usage: python interop/numpy/make_npy_fixtures.py  (needs numpy)
"""

import base64
import io
import json
from pathlib import Path

import numpy as np

text = lambda data: base64.b64encode(data).decode()
steps = np.arange(24).reshape(2, 3, 4)


def saved(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


types = ["bool", "u1", "i1", ">u2", "<i2", "<u4", ">u4", "<i4", ">i4", "<i8", ">i8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]
cases = [(name, (steps - (0 if name[-2:-1] == "u" or name == "bool" else 7)).astype(name)) for name in types]
cases += [
    ("fractions", np.array([1 / 3, -0.0, 6e-8, 65504, np.inf], "<f2")),
    ("fortran order", np.asfortranarray(steps.astype("<f4"))),
    ("scalar", np.array(2.5)),
    ("empty", np.zeros((0, 3), "<f4")),
]
arrays = [
    {"name": name, "file": text(saved(a)), "shape": list(a.shape), "values": [str(v) for v in a.ravel().astype("f8").tolist()]}
    for name, a in cases
]
plain, packed = io.BytesIO(), io.BytesIO()
np.savez(plain, x_train=steps.astype("u1"), y_train=np.array([3, 1]))
np.savez_compressed(packed, x_train=steps.astype("u1"), y_train=np.array([3, 1]))
records = np.zeros(2, [("a", "i4"), ("b", "f8")])
refused = [
    {"name": "records", "file": text(saved(records))},
    {"name": "strings", "file": text(saved(np.array(["ab", "c"])))},
    {"name": "complex numbers", "file": text(saved(np.array([1j])))},
]
fixtures = {"numpy": np.__version__, "arrays": arrays, "npz": {"plain": text(plain.getvalue()), "packed": text(packed.getvalue())}, "refused": refused}
path = Path(__file__).parents[2] / "packages/trazo/test/fixtures/npy.json"
path.write_text(json.dumps(fixtures, indent=1) + "\n")
