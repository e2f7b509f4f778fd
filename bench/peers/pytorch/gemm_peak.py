"""GFLOP/s of a 2048x2048 float32 product in NumPy (OpenBLAS) and PyTorch (MKL), beside bench/gemm-peak.ts.

    python gemm_peak.py [threads]
"""

from __future__ import annotations

import os
import sys
import time

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
os.environ["OPENBLAS_NUM_THREADS"] = str(THREADS)

import numpy as np
import torch

SIZE, RUNS = 2048, 25
torch.set_num_threads(THREADS)
a, b, c = (np.random.default_rng(i).random((SIZE, SIZE), np.float32) for i in range(3))
tensors = [torch.from_numpy(m) for m in (a, b, c)]


def report(name: str, product) -> None:
    product()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        product()
        seconds.append(time.perf_counter() - start)
    gflop = 2 * SIZE**3 / 1e9
    print(f"{name}, {THREADS} thread(s): median {gflop / np.median(seconds):.0f} GFLOP/s, best {gflop / min(seconds):.0f}")


report(f"NumPy {np.__version__}", lambda: np.matmul(a, b, out=c))
report(f"PyTorch {torch.__version__}", lambda: torch.mm(tensors[0], tensors[1], out=tensors[2]))
