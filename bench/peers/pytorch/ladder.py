"""A training step of any network of the ladder in PyTorch, float32 on the CPU, Adam fused.

Variants: eager or torch.compile, channels_last or not.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "common"))

import ladder
import peer

VARIANTS = [f"{mode}{layout}" for mode in ("eager", "compile") for layout in ("", "-channels-last")]
options = ladder.arguments(VARIANTS)

import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(options.threads)
torch.set_flush_denormal(True)  # Moments of weights without gradient decay into denormals, which are slow.


class SamePad(nn.Module):
    """Keras's "same": what is missing goes to the right and the bottom."""

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        side = x.shape[-1]
        total = max((-(-side // self.stride) - 1) * self.stride + self.kernel - side, 0)
        before, after = total // 2, total - total // 2
        return F.pad(x, (before, after, before, after))


def convolution(before: int, after: int, kernel: int, stride: int, same: bool, groups: int = 1, bias: bool = True) -> list[nn.Module]:
    if same and stride == 1:
        return [nn.Conv2d(before, after, kernel, padding="same", groups=groups, bias=bias)]
    pad = [SamePad(kernel, stride)] if same else []
    return [*pad, nn.Conv2d(before, after, kernel, stride, groups=groups, bias=bias)]


class Residual(nn.Module):
    """Two 3x3 convolutions with batch normalization around a shortcut (He et al. 2016)."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *convolution(before, after, 3, stride, True), nn.BatchNorm2d(after), nn.ReLU(),
            *convolution(after, after, 3, 1, True), nn.BatchNorm2d(after),
        )
        changed = stride != 1 or before != after
        self.shortcut = nn.Sequential(nn.Conv2d(before, after, 1, stride), nn.BatchNorm2d(after)) if changed else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.body(x) + self.shortcut(x))


def modules(layer: dict, shape: torch.Size) -> list[nn.Module]:
    channels = shape[1]
    kind, stride = layer["kind"], layer.get("stride", 1)
    relu = [nn.ReLU()] if layer.get("relu") else []
    if kind == "conv":
        return [*convolution(channels, layer["filters"], layer["kernel"], stride, layer.get("same", False)), *relu]
    if kind == "separable":
        middle = [*convolution(channels, channels, 3, stride, True, groups=channels), nn.BatchNorm2d(channels), nn.ReLU()]
        return [*middle, nn.Conv2d(channels, layer["filters"], 1), nn.BatchNorm2d(layer["filters"]), nn.ReLU()]
    if kind == "dense":
        return [nn.Linear(channels, layer["units"]), *relu]
    return {
        "residual": lambda: [Residual(channels, layer["filters"], stride)],
        "batchNorm": lambda: [nn.BatchNorm2d(channels)],
        "relu": lambda: [nn.ReLU()],
        "maxPool": lambda: [nn.MaxPool2d(layer["size"])],
        "averagePool": lambda: [nn.AvgPool2d(layer["size"])],
        "globalAverage": lambda: [nn.AdaptiveAvgPool2d(1), nn.Flatten()],
        "flatten": lambda: [nn.Flatten()],
        "dropout": lambda: [nn.Dropout(layer["rate"])],
    }[kind]()


def network(spec: dict) -> nn.Module:
    built: list[nn.Module] = []
    x = torch.zeros(2, spec["channels"], spec["side"], spec["side"])
    for layer in [*spec["layers"], {"kind": "dense", "units": spec["classes"]}]:
        for module in modules(layer, x.shape):
            x = module(x)
            built.append(module)
    return nn.Sequential(*built)


spec = ladder.NETWORKS[options.network]
layout = torch.channels_last if "channels-last" in options.variant else torch.contiguous_format
model = network(spec).to(memory_format=layout).train()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7, fused=True)
pixels, classes = ladder.batches(spec, options.batch)
images = [torch.from_numpy(batch).permute(0, 3, 1, 2).contiguous(memory_format=layout) for batch in pixels]
labels = [torch.from_numpy(batch) for batch in classes]


def forward_loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(model(x), y)


if options.variant.startswith("compile"):
    forward_loss = torch.compile(forward_loss)


def step(number: int) -> float:
    index = number % len(images)
    optimizer.zero_grad(set_to_none=True)
    loss = forward_loss(images[index], labels[index])
    loss.backward()
    optimizer.step()
    return loss.item()


peer.serve(f"PyTorch {options.variant}", torch.__version__, torch.get_num_threads(), peer.timed(step))
