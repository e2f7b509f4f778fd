#!/bin/sh
# Checks the training steps that `trainGraph()` writes with the checker of Python's onnx package. Needs Python 3.11 or
# later; installs pinned packages in interop/onnx/.venv, or uses the Python named by TRAZO_PEER_ONNX.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."

python=${TRAZO_PEER_ONNX:-$here/.venv/bin/python}
if [ ! -x "$python" ]; then
  "${PYTHON:-python3}" -m venv "$here/.venv"
  "$python" -m pip install --quiet --requirement "$here/requirements.txt"
fi

graphs=$(mktemp -d)
trap 'rm -rf "$graphs"' EXIT
node scripts/build-kernels.mjs
npx --no-install tsx "$here/write_step_graphs.ts" "$graphs"
"$python" "$here/check_step_graph.py" "$graphs"
