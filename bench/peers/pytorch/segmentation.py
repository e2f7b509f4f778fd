"""A training step of the network of bench/segmentation.ts in PyTorch: float32 on the CPU, Adam fused, sample weights, mean IoU."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))

import peer

options = peer.arguments(["eager", "eager-channels-last"])

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(options.threads)
torch.set_flush_denormal(True)


def twice(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding="same"), nn.ReLU(), nn.Conv2d(after, after, 3, padding="same"), nn.ReLU()
    )


class UNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fine, self.middle, self.coarse = twice(3, 16), twice(16, 32), twice(32, 64)
        self.up2, self.up1 = nn.ConvTranspose2d(64, 32, 2, 2), nn.ConvTranspose2d(32, 16, 2, 2)
        self.join2, self.join1 = nn.Conv2d(64, 32, 3, padding="same"), nn.Conv2d(32, 16, 3, padding="same")
        self.pixels = nn.Conv2d(16, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        fine = self.fine(x)
        middle = self.middle(F.max_pool2d(fine, 2))
        coarse = self.coarse(F.max_pool2d(middle, 2))
        y = F.relu(self.join2(torch.cat([F.relu(self.up2(coarse)), middle], 1)))
        return self.pixels(F.relu(self.join1(torch.cat([F.relu(self.up1(y)), fine], 1))))


random = np.random.default_rng(1)
images = torch.from_numpy(random.random((16, 3, 64, 64), np.float32))
labels = torch.from_numpy(random.integers(0, 2, (16, 64, 64)))
weights = torch.from_numpy(random.random(16, np.float32))
network = UNet()
if options.variant.endswith("channels-last"):
    network = network.to(memory_format=torch.channels_last)
    images = images.contiguous(memory_format=torch.channels_last)
adam = torch.optim.Adam(network.parameters(), fused=True)
both, either = torch.zeros(2), torch.zeros(2)


def step(_: int) -> float:
    adam.zero_grad()
    scores = network(images)
    each = F.cross_entropy(scores, labels, reduction="none").mean((1, 2))
    loss = (each * weights).sum() / len(weights)
    loss.backward()
    adam.step()
    with torch.no_grad():
        found = scores.argmax(1)
        for c in range(2):
            both[c] += ((found == c) & (labels == c)).sum()
            either[c] += ((found == c) | (labels == c)).sum()
    return loss.item()


peer.serve(f"PyTorch {options.variant}", torch.__version__, options.threads, peer.timed(step))
