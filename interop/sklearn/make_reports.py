"""Writes packages/trazo/test/fixtures/sklearn-reports.json: folds, weights, reports and curves made by scikit-learn itself.

Usage: python interop/sklearn/make_reports.py  (needs numpy and scikit-learn)
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import auc, classification_report, roc_curve
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.utils.class_weight import compute_class_weight

rng = np.random.default_rng(7)


def folds():
    for n, splits, seed, classes in [(10, 3, None, 0), (23, 5, 42, 0), (7, 7, 1, 0), (30, 4, None, 3), (41, 5, 42, 4), (25, 3, 9, 2)]:
        labels = rng.integers(0, classes, n) if classes else None
        kind = StratifiedKFold if classes else KFold
        folder = kind(n_splits=splits, shuffle=seed is not None, random_state=seed)
        parts = folder.split(np.zeros(n), labels)
        yield {
            "n": n,
            "splits": splits,
            "randomState": seed,
            "stratify": None if labels is None else labels.tolist(),
            "folds": [{"train": a.tolist(), "test": b.tolist()} for a, b in parts],
        }


def reports():
    for n, classes in [(40, 3), (25, 5), (12, 2)]:
        truth = rng.integers(0, classes, n)
        found = np.where(rng.random(n) < 0.6, truth, rng.integers(0, classes, n))
        names = [f"class {i}" for i in range(classes)]
        labels = list(range(classes))
        options = {"labels": labels, "target_names": names, "zero_division": 0}
        weights = compute_class_weight("balanced", classes=np.unique(truth), y=truth)
        yield {
            "truth": truth.tolist(),
            "found": found.tolist(),
            "names": names,
            "scores": classification_report(truth, found, output_dict=True, **options),
            "text": classification_report(truth, found, **options),
            "weights": {int(c): float(w) for c, w in zip(np.unique(truth), weights)},
        }


def curves():
    for n in [8, 30, 60]:
        truth = (rng.random(n) < 0.4).astype(int)
        truth[:2] = [0, 1]
        scores = np.round(np.clip(truth * 0.3 + rng.random(n) * 0.7, 0, 1), 1 if n == 60 else 3)
        false, true, thresholds = roc_curve(truth, scores)
        yield {
            "truth": truth.tolist(),
            "scores": scores.tolist(),
            "false": false.tolist(),
            "true": true.tolist(),
            "thresholds": thresholds.tolist()[1:],
            "auc": float(auc(false, true)),
        }


out = Path(__file__).resolve().parents[2] / "packages/trazo/test/fixtures/sklearn-reports.json"
out.write_text(json.dumps({"folds": list(folds()), "reports": list(reports()), "curves": list(curves())}) + "\n")
