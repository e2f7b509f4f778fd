#!/usr/bin/env bash
# Runs the tests of kept folders, and of runs that travel through S3, against real S3 servers. README.md says which, and how to give another one.
#
#     ./check.sh            all of them; or some: ./check.sh versitygw
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
server=
end() {
  if [ -n "$server" ]; then kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; fi
  rm -rf "$work"
}
trap end EXIT

# Each starts on $port with the keys S3RVER/S3RVER, an empty bucket `sweeps`, and its objects below $objects; sets $server and $version.
start_s3proxy() {
  version=2.6.0
  local jar=s3proxy-$version-jar-with-dependencies.jar
  mvn --batch-mode -q dependency:copy -Dartifact=org.gaul:s3proxy:$version:jar:jar-with-dependencies -DoutputDirectory="$work"
  cat > "$work/s3proxy.conf" << END
s3proxy.endpoint=http://127.0.0.1:$port
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=S3RVER
s3proxy.credential=S3RVER
jclouds.provider=filesystem
jclouds.filesystem.basedir=$objects
END
  java -jar "$work/$jar" --properties "$work/s3proxy.conf" > "$work/log" 2>&1 &
  server=$!
}
start_versitygw() {
  version=v1.8.0
  GOBIN=$work/bin go install github.com/versity/versitygw/cmd/versitygw@$version
  mkdir "$work/meta"
  ROOT_ACCESS_KEY=S3RVER ROOT_SECRET_KEY=S3RVER "$work/bin/versitygw" --port "127.0.0.1:$port" posix --sidecar "$work/meta" "$objects" \
    > "$work/log" 2>&1 &
  server=$!
}

# Says which tests passed; all that was printed where one did not.
run_tests() {
  for chosen in "store.test.ts" "queue.test.ts -t S3"; do
    # shellcheck disable=SC2086
    NO_COLOR=1 npx --no-install vitest run --reporter=verbose packages/queue/test/$chosen > "$work/tests" 2>&1 || { cat "$work/tests"; return 1; }
    sed --quiet --regexp-extended 's/^ *✓ .*test\.ts > (.*)$/  passed: \1/p' "$work/tests" | sed --regexp-extended 's/ +[0-9]+ms$//'
  done
}

if [ -n "${TRAZO_TEST_S3:-}" ]; then
  run_tests
  exit
fi
port=9099
if [ $# = 0 ]; then set -- s3proxy versitygw; fi
for name in "$@"; do
  objects=$work/objects-$name
  mkdir -p "$objects/sweeps"
  "start_$name"
  export TRAZO_TEST_S3=http://127.0.0.1:$port
  for _ in $(seq 200); do
    curl --silent --output /dev/null "$TRAZO_TEST_S3" && break
    sleep 0.3
  done
  echo "$name $version"
  run_tests || { tail --lines=20 "$work/log"; exit 1; }
  kill "$server"
  wait "$server" 2> /dev/null || true
  server=
  port=$((port + 1))
done
