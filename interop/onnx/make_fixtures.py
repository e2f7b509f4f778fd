"""Writes packages/trazo/test/fixtures/onnx: a small classifier as PyTorch exports it, and what PyTorch itself makes of some pictures.

usage: make_fixtures.py   (torch==2.15.0, onnx==1.23.2, numpy==2.4.6)
"""
import json
from pathlib import Path

import torch
from torch import nn

FOLDER = Path(__file__).resolve().parents[2] / "packages" / "trazo" / "test" / "fixtures" / "onnx"


class Net(nn.Module):
    """Channels first, normalised, uneven windows, and a flattening that asks for the batch's size as it runs."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding=1, bias=False)
        self.normal = nn.BatchNorm2d(4)
        self.second = nn.Conv2d(4, 8, 3, stride=2)
        self.dropout = nn.Dropout2d(0.25)
        self.last = nn.Linear(8 * 6 * 6, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.normal(self.first(x))), 2)
        x = self.dropout(torch.relu(self.second(x)))
        return torch.log_softmax(self.last(x.view(x.size(0), -1)), 1)


torch.manual_seed(0)
net = Net()
for _ in range(5):
    net(torch.rand(16, 1, 28, 28))
net.eval()

# Pixel k of all pictures is (k * 7919) mod 256.
pixels = (torch.arange(5 * 784) * 7919 % 256).reshape(5, 1, 28, 28).float() / 255
FOLDER.mkdir(parents=True, exist_ok=True)
torch.onnx.export(
    net,
    pixels[:1],
    FOLDER / "pytorch.onnx",
    input_names=["input"],
    output_names=["output"],
    dynamic_axes={"input": {0: "N"}, "output": {0: "N"}},
    dynamo=False,
)
with torch.no_grad():
    probabilities = net(pixels).exp()
record = {"torch": torch.__version__.split("+")[0], "probabilities": probabilities.tolist()}
(FOLDER / "pytorch.json").write_text(json.dumps(record) + "\n")
