"""The rungs of the ladder, read from networks.json, and random batches for them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

NETWORKS = json.loads((Path(__file__).resolve().parents[2] / "ladder" / "networks.json").read_text())

#: So many batches take turns: enough that no step finds its images in the cache.
BATCHES = 4


def arguments(variants: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", choices=variants, default=variants[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--network", choices=list(NETWORKS), required=True)
    parser.add_argument("--batch", type=int, required=True)
    return parser.parse_args()


def batches(network: dict, batch: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Channels-last images in [0, 1) and labels."""
    random = np.random.default_rng(1)
    shape = (batch, network["side"], network["side"], network["channels"])
    images = [random.random(shape, np.float32) for _ in range(BATCHES)]
    labels = [random.integers(0, network["classes"], batch).astype(np.int64) for _ in range(BATCHES)]
    return images, labels
