"""Writes packages/trazo/test/fixtures/sklearn-splits.json: splits made by scikit-learn itself, which ours must equal.

Usage: python interop/sklearn/make_splits.py  (needs numpy and scikit-learn)
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.model_selection import train_test_split

rng = np.random.default_rng(2024)


def size(n):
    kind = rng.integers(3)
    if kind == 0:
        return None
    if kind == 1:
        return float(np.round(rng.uniform(0.05, 0.95), 2))
    return int(rng.integers(1, n + 2))


def stratification(n):
    kind = rng.integers(5)
    if kind < 2:
        return None
    classes = int(rng.integers(2, 6))
    labels = rng.integers(0, classes, n) if kind < 4 else rng.choice([-3, 2, 10, 11], n)
    if kind == 3:
        return np.eye(classes, dtype=int)[labels].tolist()
    return labels.tolist()


def case():
    n = int(rng.integers(2, 60))
    options = {"testSize": size(n), "trainSize": size(n), "randomState": int(rng.integers(0, 2**32)), "shuffle": True}
    stratify = stratification(n)
    if stratify is None:
        options["shuffle"] = bool(rng.integers(4) > 0)
    try:
        train, test = train_test_split(
            np.arange(n),
            test_size=options["testSize"],
            train_size=options["trainSize"],
            random_state=options["randomState"],
            shuffle=options["shuffle"],
            stratify=None if stratify is None else np.array(stratify),
        )
        expected = {"train": train.tolist(), "test": test.tolist()}
    except ValueError:
        expected = None
    return {"n": n, "options": options, "stratify": stratify, "expected": expected}


cases = [case() for _ in range(400)]
target = Path(__file__).parents[2] / "packages" / "trazo" / "test" / "fixtures" / "sklearn-splits.json"
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
target.write_text(
    f'{{"sklearn":"{sklearn.__version__}","numpy":"{np.__version__}","cases":[\n{lines}\n]}}\n', encoding="utf-8"
)
