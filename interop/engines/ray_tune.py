"""Ray Tune tries learning rates on a cluster; every node has Node.js and this checkout (pip install "ray[tune]")."""

import subprocess
from pathlib import Path

from ray import tune

here = Path(__file__).resolve().parent
trazo = ["node", str(here / "../../packages/cli/bin/trazo.mjs")]


def train(config: dict) -> None:
    command = [*trazo, "train", "--config", str(here / "search.yaml"), "--index", "0", "--threads", "1"]
    command += ["--set", f"optimizer.learningRate={config['learningRate']}"]
    values: dict[str, str] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            name, _, value = line.rstrip("\n").partition("=")
            values[name] = value
            if name == "val_accuracy":
                tune.report({"val_accuracy": float(value), "epoch": int(values["epoch"])})
    if process.returncode != 0:
        raise RuntimeError(f"trazo ended with {process.returncode}")


if __name__ == "__main__":
    tuner = tune.Tuner(
        tune.with_resources(train, {"cpu": 1}),
        param_space={"learningRate": tune.loguniform(1e-3, 1.0)},
        tune_config=tune.TuneConfig(metric="val_accuracy", mode="max", num_samples=8),
    )
    print(tuner.fit().get_best_result().config)
