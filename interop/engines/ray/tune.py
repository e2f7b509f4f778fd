"""Ray Tune tries learning rates on a cluster; every node has Node.js and this checkout. Bad trials are stopped early (ASHA).

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python tune.py [trials] [folder of runs]
"""

import subprocess
import sys
from pathlib import Path

import ray
from ray import tune
from ray.tune.schedulers import ASHAScheduler

here = Path(__file__).resolve().parent
trazo = ["node", str(here / "../../../packages/cli/bin/trazo.mjs")]
trials = int(sys.argv[1]) if len(sys.argv) > 1 else 8
runs = sys.argv[2] if len(sys.argv) > 2 else str(here / "runs")


def train(config: dict) -> None:
    command = [*trazo, "train", "--config", str(here / "../search.yaml"), "--index", "0", "--threads", "1"]
    command += ["--set", f"optimizer.learningRate={config['learningRate']}", "--out", config["runs"]]
    values: dict[str, str] = {}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            name, _, value = line.rstrip("\n").partition("=")
            values[name] = value
            if name == "val_accuracy":
                tune.report({"val_accuracy": float(value)})  # once for each epoch
    finally:
        process.terminate()  # a trial that Ray stops ends in tune.report; its run is saved after its step
        process.wait()
    if values.get("status") != "finished":
        raise RuntimeError(f"trazo ended with {process.returncode}")


if __name__ == "__main__":
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    tuner = tune.Tuner(
        tune.with_resources(train, {"cpu": 1}),
        param_space={"learningRate": tune.loguniform(1e-3, 1.0), "runs": runs},
        tune_config=tune.TuneConfig(
            metric="val_accuracy",
            mode="max",
            num_samples=trials,
            scheduler=ASHAScheduler(max_t=3, grace_period=1, reduction_factor=3),
        ),
        run_config=tune.RunConfig(storage_path=str(Path(runs).resolve().parent / "ray"), verbose=0),
    )
    results = tuner.fit()
    best = results.get_best_result()
    stopped = sum(result.metrics["training_iteration"] < 3 for result in results)
    print(f"{len(results)} trials, {results.num_errors} failed, {stopped} stopped early")
    print(f"best: learningRate {best.config['learningRate']:.4g}, val_accuracy {best.metrics['val_accuracy']:.4f}")
