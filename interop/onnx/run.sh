#!/bin/sh
# Checks the training steps that `trainGraph()` writes with the checker of Python's onnx package, and the files that `toOnnx()` and
# `quantizeOnnx()` write with the checker and in Python's ONNX Runtime. Needs Python 3.11 or later; installs pinned packages in
# interop/onnx/.venv, or uses the Python named by TRAZO_PEER_ONNX.
#
# usage: run.sh [RUNS]   a folder of runs that `trazo practice` made, whose networks are exported; without it, some are trained briefly
set -eu
here=$(cd "$(dirname "$0")" && pwd)
runs=${1:+$(cd "$1" && pwd)}
cd "$here/../.."

python=${TRAZO_PEER_ONNX:-$here/.venv/bin/python}
if [ ! -x "$python" ]; then
  "${PYTHON:-python3}" -m venv "$here/.venv"
  "$python" -m pip install --quiet --requirement "$here/requirements.txt"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/steps" "$folder/exports"
node scripts/build-kernels.mjs
status=0
npx --no-install tsx "$here/write_step_graphs.ts" "$folder/steps"
"$python" "$here/check_step_graph.py" "$folder/steps" || status=1
npx --no-install tsx "$here/write_exports.ts" "$folder/exports" ${runs:+"$runs"}
# Networks that have barely learnt waver more.
"$python" "$here/check_exports.py" "$folder/exports" "$([ -n "$runs" ] && echo 0.1 || echo 1)" || status=1
exit $status
