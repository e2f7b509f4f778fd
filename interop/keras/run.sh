#!/bin/sh
# Opens models that Trazo saved in real Keras (2 and 3) and compares loss and accuracy; with --fixtures, makes
# test/fixtures/keras/ anew. Needs Python 3.11 or later; installs pinned packages in interop/keras/.venv, or uses the
# Python named by TRAZO_PEER_KERAS.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."

python=${TRAZO_PEER_KERAS:-$here/.venv/bin/python}
if [ ! -x "$python" ]; then
  "${PYTHON:-python3}" -m venv "$here/.venv"
  "$python" -m pip install --quiet --requirement "$here/requirements.txt"
fi

if [ "${1:-}" = --fixtures ]; then
  "$python" "$here/make_fixtures.py"
  exit
fi
models=$(mktemp -d)
trap 'rm -rf "$models"' EXIT
node scripts/build-kernels.mjs
npx --no-install tsx "$here/write_models.ts" "$models"
"$python" "$here/check_ours.py" "$models"
