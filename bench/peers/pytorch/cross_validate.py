"""How the practice's `best` was chosen: its recipe in PyTorch, cross-validated over the training images in five parts.

Each part is validation once and the other four, 48,000 images, are trained on. The test images are not opened. Wants a GPU:

    .venv/pytorch/bin/python pytorch/cross_validate.py [--network strided|pooled] [--smoothing 0.05] [--seed 1] [--device cuda]
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))

import numpy as np
import peer
import torch
import torch.nn.functional as F
from networks import NETWORKS, network
from torch import nn

SIDE = 28
CELLS = 4
PLAIN_EPOCHS = 3

parser = argparse.ArgumentParser()
parser.add_argument("--network", choices=NETWORKS, default="strided")
parser.add_argument("--smoothing", type=float, default=0.05)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--epochs", type=int, default=25)
parser.add_argument("--folds", type=int, default=5, help="how many of the five parts are left out in turn")
parser.add_argument("--steps", type=int, help="training steps an epoch; all by default")
parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
parser.add_argument("--data", type=Path, default=peer.DEFAULT_DATA)
options = parser.parse_args()


def fresh_network() -> nn.Module:
    model = network(options.network)
    for layer in model:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return model.to(options.device)


def one_cycle(step: int, steps: int, top: float = 0.003) -> float:
    """Trazo's schedules.oneCycle: up from a tenth and back over nine tenths of the run, then down to a thousandth."""
    low, half = top / 10, steps * 0.45
    if step < half:
        return low + (top - low) * step / half
    if step < 2 * half:
        return top + (low - top) * (step / half - 1)
    return low + (low / 100 - low) * (step - 2 * half) / (steps - 2 * half)


def spline() -> torch.Tensor:
    """Shares of a uniform cubic B-spline's points in each pixel of a side."""
    shares = torch.zeros(SIDE, CELLS + 3)
    for pixel in range(SIDE):
        place = pixel / (SIDE - 1) * CELLS
        cell = min(int(place), CELLS - 1)
        t = place - cell
        weights = [(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3]
        shares[pixel, cell : cell + 4] = torch.tensor(weights) / 6
    return shares


SPLINE = spline().to(options.device)
ACROSS, DOWN = (axis - (SIDE - 1) / 2 for axis in torch.meshgrid(*[torch.arange(float(SIDE))] * 2, indexing="xy"))
ACROSS, DOWN = ACROSS.to(options.device), DOWN.to(options.device)


def augment(x: torch.Tensor) -> torch.Tensor:
    """Turned by up to 12 degrees, sheared by 10, moved by 8 %, zoomed by 10 %, bent by up to 4 pixels."""

    def uniform(*shape: int, most: float) -> torch.Tensor:
        return (torch.rand(*shape, device=x.device) * 2 - 1) * most

    def each(value: torch.Tensor) -> torch.Tensor:
        return value[:, None, None]

    n = len(x)
    turn, shear = uniform(n, most=math.radians(12)), uniform(n, most=math.radians(10))
    zoom_x, zoom_y = 1 + uniform(n, most=0.1), 1 + uniform(n, most=0.1)
    move = uniform(n, 2, most=0.08 * SIDE)
    cos, sin = torch.cos(turn), torch.sin(turn)
    bend = SPLINE @ uniform(n, 2, CELLS + 3, CELLS + 3, most=4) @ SPLINE.T
    sheared = each(torch.sin(shear)), each(torch.cos(shear))
    u, v = each(zoom_x) * ACROSS - sheared[0] * each(zoom_y) * DOWN, sheared[1] * each(zoom_y) * DOWN
    places = torch.stack(
        [
            each(cos) * u - each(sin) * v + each(move[:, 0]) + bend[:, 0],
            each(sin) * u + each(cos) * v + each(move[:, 1]) + bend[:, 1],
        ],
        -1,
    )
    return F.grid_sample(x, places / ((SIDE - 1) / 2), align_corners=True, padding_mode="border")


def wrong_after_training(images, labels, training, validation) -> tuple[int, float]:
    model = fresh_network()
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7)
    per_epoch = options.steps or len(training) // peer.BATCH
    for epoch in range(options.epochs):
        order = training[torch.randperm(len(training), device=options.device)]
        for step in range(per_epoch):
            chosen = order[step * peer.BATCH : (step + 1) * peer.BATCH]
            x = images[chosen]
            if epoch < options.epochs - PLAIN_EPOCHS:
                x = augment(x)
            optimizer.param_groups[0]["lr"] = one_cycle(epoch * per_epoch + step, options.epochs * per_epoch)
            optimizer.zero_grad()
            F.cross_entropy(model(x), labels[chosen], label_smoothing=options.smoothing).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(images[part]) for part in validation.split(2000)])
    truth = labels[validation]
    return int((logits.argmax(1) != truth).sum()), F.cross_entropy(logits, truth).item()


def main() -> None:
    torch.manual_seed(options.seed)
    pixels = np.frombuffer((options.data / "train-images-idx3-ubyte").read_bytes(), np.uint8, offset=16)
    digits = np.frombuffer((options.data / "train-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    images = torch.from_numpy(pixels.reshape(-1, 1, SIDE, SIDE).astype(np.float32) / 255).to(options.device)
    labels = torch.from_numpy(digits.astype(np.int64)).to(options.device)
    # The first part is the practice's own validation set.
    parts = torch.from_numpy(np.random.RandomState(42).permutation(len(digits))).to(options.device).chunk(5)
    results = []
    for left_out in range(options.folds):
        training = torch.cat([part for i, part in enumerate(parts) if i != left_out])
        wrong, loss = wrong_after_training(images, labels, training, parts[left_out])
        results.append((wrong, loss))
        print(f"part {left_out + 1}: {wrong} of {len(parts[left_out])} wrong, loss {loss:.5f}", flush=True)
    wrong, loss = np.mean(results, axis=0)
    print(f"{options.network}, smoothing {options.smoothing}, seed {options.seed}: {wrong:.1f} wrong, loss {loss:.5f}")


main()
