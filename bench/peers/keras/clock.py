"""Durations of the steps of one `fit`, for either Keras."""

from __future__ import annotations

import time


def clock_of(keras):
    """A callback of this Keras: its `durations()` run from the end of one batch to the end of the next, in ms."""

    class Clock(keras.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.ends: list[float] = []

        def on_train_batch_end(self, batch, logs=None) -> None:
            self.ends.append(time.perf_counter())

        def durations(self) -> list[float]:
            return [(b - a) * 1e3 for a, b in zip(self.ends, self.ends[1:])]

    return Clock()
