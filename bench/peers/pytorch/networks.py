"""The network of the practice's `best` and the one that it replaced, in PyTorch."""

from __future__ import annotations

import torch
from torch import nn

#: (filters, kernel, stride, pooled) of each convolution; `strided` is the one that was chosen.
NETWORKS = {
    "strided": [(48, 4, 2, False)] + [(filters, 3, 1, False) for filters in (64, 64, 96, 96, 128)],
    "pooled": [(32, 5, 1, True), (96, 3, 1, False), (96, 3, 1, True), (192, 3, 1, False)],
}


def network(name: str) -> nn.Module:
    layers: list[nn.Module] = []
    channels = 1
    for filters, kernel, stride, pooled in NETWORKS[name]:
        pooling = [nn.AvgPool2d(2)] if pooled else []
        norm = nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01)
        layers += [nn.Conv2d(channels, filters, kernel, stride), nn.ReLU(), *pooling, norm]
        channels = filters
    model = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.3), nn.LazyLinear(10))
    model.eval()(torch.zeros(1, 1, 28, 28))
    return model.train()
