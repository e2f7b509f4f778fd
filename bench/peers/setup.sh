#!/bin/sh
# Installs what the peers need, at pinned versions, inside bench/peers/: three virtual environments under .venv/ and
# tfjs/node_modules. Needs Python 3.11 or later, a C compiler and npm. Run it again to repair an installation.
set -eu
cd "$(dirname "$0")"

for peer in pytorch keras jax; do
  [ -x ".venv/$peer/bin/python" ] || "${PYTHON:-python3}" -m venv ".venv/$peer"
  ".venv/$peer/bin/python" -m pip install --quiet --requirement "$peer/requirements.txt"
done

# MKL asks this function which maker's processor it runs on, and without a "yes" avoids its AVX-512 code paths on others'.
if [ "$(uname -s)" = Linux ]; then
  printf 'int mkl_serv_intel_cpu_true(void) { return 1; }\n' |
    ${CC:-cc} -shared -fPIC -x c - -o .venv/mkl-any-cpu.so || echo "no C compiler: PyTorch runs without this tuning" >&2
fi

npm ci --prefix tfjs --no-audit --no-fund
