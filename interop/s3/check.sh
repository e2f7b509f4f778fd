#!/usr/bin/env bash
# Runs the tests of kept folders, and of runs that travel through S3, against a real S3 server: S3Proxy (Apache 2.0, from Maven Central), which
# checks signatures and keeps objects in files. Needs Java 17 and Maven; the second half also redis-server.
# MinIO, Ceph or any other: start it with the keys S3RVER/S3RVER and an empty bucket `sweeps`, and set TRAZO_TEST_S3 to its address.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${TRAZO_TEST_S3:-}" ]; then
  work=$(mktemp -d)
  mkdir -p "$work/objects/sweeps"
  jar=s3proxy-2.6.0-jar-with-dependencies.jar
  mvn --batch-mode -q dependency:copy -Dartifact=org.gaul:s3proxy:2.6.0:jar:jar-with-dependencies -DoutputDirectory="$work"
  cat > "$work/s3proxy.conf" << END
s3proxy.endpoint=http://127.0.0.1:9099
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=S3RVER
s3proxy.credential=S3RVER
jclouds.provider=filesystem
jclouds.filesystem.basedir=$work/objects
END
  java -jar "$work/$jar" --properties "$work/s3proxy.conf" > "$work/log" 2>&1 &
  server=$!
  trap 'kill "$server"; rm -rf "$work"' EXIT
  export TRAZO_TEST_S3=http://127.0.0.1:9099
  for _ in $(seq 100); do
    curl --silent --output /dev/null "$TRAZO_TEST_S3" && break
    sleep 0.3
  done
fi
npx vitest run packages/queue/test/store.test.ts
npx vitest run packages/queue/test/queue.test.ts -t S3
