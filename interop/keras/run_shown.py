"""Runs a program of the studio's "show the code" on MNIST from a folder: run_shown.py PROGRAM FOLDER [DIGITS]."""

import runpy
import sys
from pathlib import Path

import keras
import numpy as np

program, folder = sys.argv[1], Path(sys.argv[2])
most = int(sys.argv[3]) if len(sys.argv) > 3 else None


def part(name):
    labels = np.fromfile(folder / f"{name}-labels.bin", np.uint8)
    images = np.fromfile(folder / f"{name}-images.bin", np.uint8).reshape(len(labels), 28, 28)
    return (images[:most], labels[:most]) if name == "train" else (images, labels)


# Keras would download it.
keras.datasets.mnist.load_data = lambda: (part("train"), part("test"))
runpy.run_path(program, run_name="__main__")
