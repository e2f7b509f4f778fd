#!/usr/bin/env bash
# Runs tune.py with 8 trials on a Ray of this machine. Installs pinned packages in .venv here, or uses the Python named by TRAZO_PEER_RAY. Needs
# Python 3.11 or later, and `npm run build` before.
set -euo pipefail
cd "$(dirname "$0")"
python=${TRAZO_PEER_RAY:-.venv/bin/python}
if [ ! -x "$python" ]; then
  "${PYTHON:-python3}" -m venv .venv
  "$python" -m pip install --quiet --requirement requirements.txt
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RAY_USAGE_STATS_ENABLED=0
"$python" -c 'import ray; print("ray", ray.__version__)'
"$python" tune.py 8 "$work/runs" 2> "$work/log" | grep --extended-regexp '^[0-9]+ trials|^best:' | tee "$work/said" || { cat "$work/log" >&2; exit 1; }
runs=$(find "$work/runs" -mindepth 1 -maxdepth 1 -type d | wc -l)
echo "different runs: $runs"
sleep 2
left=$(pgrep --full --count "trazo.mjs train .*$work/runs" || true)
echo "trainings left behind: $left"
[ "$runs" = 8 ] && [ "$left" = 0 ] && grep --quiet '^8 trials, 0 failed' "$work/said" && echo "Ray Tune: all as expected"
