"""The base model's training step in PyTorch, float32 on the CPU (oneDNN on, as is its default).

Variants: eager or torch.compile; channels_last or not; Adam fused or foreach. The harness takes them all and reports the
fastest beside the plain one. With `-best` behind it, the network of the practice's `best`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))

import peer

VARIANTS = [
    f"{mode}{layout}-{adam}{network}"
    for network in ("", "-best")
    for mode in ("eager", "compile", "compile-max")
    for layout in ("", "-channels-last")
    for adam in ("fused", "foreach")
]
options = peer.arguments(VARIANTS)
form = options.variant.removesuffix("-best")
is_best = form != options.variant

import torch
import torch.nn.functional as F
from networks import network
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(options.threads)
torch.set_flush_denormal(True)  # Moments of weights without gradient decay into denormals, which are slow.


def base_model() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(256, 1024),
        nn.ReLU(),
        nn.Linear(1024, 1024),
        nn.ReLU(),
        nn.Linear(1024, 10),
    )


layout = torch.channels_last if "channels-last" in form else torch.contiguous_format
model = (network("strided") if is_best else base_model()).to(memory_format=layout)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, **{form.rsplit("-", 1)[1]: True})
pixels, digits = peer.mnist(options.data)
images = [torch.from_numpy(batch).unsqueeze(1).contiguous(memory_format=layout) for batch in pixels]
labels = [torch.from_numpy(batch) for batch in digits]


def forward_loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(model(x), y, label_smoothing=0.05 if is_best else 0.0)


if form.startswith("compile"):
    forward_loss = torch.compile(forward_loss, mode="max-autotune" if "compile-max" in form else None)


def step(number: int) -> float:
    index = number % len(images)
    optimizer.zero_grad(set_to_none=True)
    loss = forward_loss(images[index], labels[index])
    loss.backward()
    optimizer.step()
    return loss.item()


peer.serve(f"PyTorch {options.variant}", torch.__version__, torch.get_num_threads(), peer.timed(step))
