#!/bin/sh
# Files between Trazo and real Keras (2 and 3), both ways: see README.md. With --fixtures, makes packages/trazo/test/fixtures/keras/ anew.
# Needs Python 3.11; installs pinned packages in interop/keras/.venv (and .venv-keras2 for the fixtures), or uses the
# Pythons named by TRAZO_PEER_KERAS and TRAZO_PEER_KERAS2.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."

# Prints the Python that has a list of packages: named, or made here.
python_with() {
  if [ ! -x "$2" ]; then
    "${PYTHON:-python3}" -m venv "$here/$3"
    "$here/$3/bin/python" -m pip install --quiet --requirement "$here/$1"
  fi
  echo "$2"
}
python=$(python_with requirements.txt "${TRAZO_PEER_KERAS:-$here/.venv/bin/python}" .venv)
tsx() { npx --no-install tsx "$@"; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
node scripts/build-kernels.mjs
tsx "$here/write_mnist.ts" "$folder"

if [ "${1:-}" = --fixtures ]; then
  keras2=$(python_with requirements-keras2.txt "${TRAZO_PEER_KERAS2:-$here/.venv-keras2/bin/python}" .venv-keras2)
  "$python" "$here/make_fixtures.py"
  "$python" "$here/make_class_fixtures.py"
  "$python" "$here/make_layer_fixtures.py"
  "$python" "$here/make_augmentation_fixtures.py"
  "$python" "$here/make_whitening_fixtures.py"
  "$python" "$here/make_own_fixtures.py"
  "$python" "$here/make_functional_fixtures.py" keras3
  "$python" "$here/make_functional_fixtures.py" tf_keras
  "$python" "$here/make_application_files.py" --fixtures
  "$python" "$here/make_saved_fixtures.py" keras3 "$folder"
  "$python" "$here/make_saved_fixtures.py" tf_keras "$folder"
  "$keras2" "$here/make_saved_fixtures.py" keras2 "$folder"
  exit
fi

mkdir "$folder/functional" "$folder/practice" "$folder/theirs" "$folder/optimisers" "$folder/catalogue" "$folder/own"
status=0
tsx "$here/write_practice.ts" "$folder/practice"
"$python" "$here/check_practice.py" "$folder" "$folder/practice" || status=1
for peer in tf_keras keras3; do
  "$python" "$here/make_saved_fixtures.py" "$peer" "$folder" "$folder/theirs"
done
tsx "$here/check_theirs.ts" "$folder/theirs" || status=1
tsx "$here/write_models.ts" "$folder/optimisers"
"$python" "$here/check_ours.py" "$folder" "$folder/optimisers" || status=1
tsx "$here/write_catalogue.ts" "$folder/catalogue"
"$python" "$here/check_catalogue.py" "$folder/catalogue" || status=1
tsx "$here/check_catalogue.ts" "$folder/catalogue" || status=1
tsx "$here/write_functional.ts" "$folder/functional"
"$python" "$here/check_functional.py" "$folder/functional" || status=1
"$python" "$here/make_application_files.py" "$folder/applications"
tsx "$here/check_applications.ts" "$folder/applications" || status=1
"$python" "$here/check_applications.py" "$folder/applications" || status=1
tsx "$here/write_own.ts" "$folder/own"
"$python" "$here/check_own.py" "$folder/own" || status=1
tsx "$here/check_shown.ts" "$folder" "$python" || status=1
exit $status
