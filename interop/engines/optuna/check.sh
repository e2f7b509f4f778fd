#!/usr/bin/env bash
# Runs study.py with 8 trials, some of which must be stopped early. Installs pinned packages in .venv here, or uses the Python named by
# TRAZO_PEER_OPTUNA. Needs Python 3.11 or later, and `npm run build` before.
set -euo pipefail
cd "$(dirname "$0")"
python=${TRAZO_PEER_OPTUNA:-.venv/bin/python}
if [ ! -x "$python" ]; then
  "${PYTHON:-python3}" -m venv .venv
  "$python" -m pip install --quiet --requirement requirements.txt
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -c 'import optuna; print("optuna", optuna.__version__)'
"$python" study.py 8 "$work/runs" 2> "$work/log" | tee "$work/said" || { cat "$work/log" >&2; exit 1; }
runs=$(find "$work/runs" -mindepth 1 -maxdepth 1 -type d | wc -l)
echo "different runs: $runs"
[ "$runs" = 8 ] && grep --quiet -E '^[1-9][0-9]* complete, [1-9][0-9]* pruned$' "$work/said" && echo "Optuna: all as expected"
