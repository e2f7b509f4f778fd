"""Optuna chooses the learning rate; `trazo train` trains, prints `name=value` lines, and bad trials are stopped early.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt
    .venv/bin/python study.py [trials] [folder of runs]
"""

import subprocess
import sys
from pathlib import Path

import optuna

here = Path(__file__).resolve().parent
trazo = ["node", str(here / "../../../packages/cli/bin/trazo.mjs")]
trials = int(sys.argv[1]) if len(sys.argv) > 1 else 8
runs = sys.argv[2] if len(sys.argv) > 2 else str(here / "runs")


def objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("learningRate", 1e-3, 1.0, log=True)
    command = [*trazo, "train", "--config", str(here / "../search.yaml"), "--index", "0", "--threads", "1"]
    command += ["--set", f"optimizer.learningRate={rate}", "--out", runs]
    values: dict[str, str] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            name, _, value = line.rstrip("\n").partition("=")
            values[name] = value
            # The last metric of an epoch's lines is not known by name: val_accuracy comes once for each epoch.
            if name == "val_accuracy":
                trial.report(float(value), int(values["epoch"]))
                if trial.should_prune():
                    process.terminate()  # saved after its step, so that it could be resumed
                    raise optuna.TrialPruned()
    if process.returncode != 0:
        raise RuntimeError(f"trazo ended with {process.returncode}")
    return float(values["best_val_accuracy"])


if __name__ == "__main__":
    study = optuna.create_study(
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=1),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3),
    )
    study.optimize(objective, n_trials=trials)
    states = [trial.state.name for trial in study.trials]
    print(f"{states.count('COMPLETE')} complete, {states.count('PRUNED')} pruned")
    print(f"best: learningRate {study.best_params['learningRate']:.4g}, val_accuracy {study.best_value:.4f}")
