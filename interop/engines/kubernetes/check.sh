#!/usr/bin/env bash
# Takes the manifests as an API server does (check.go, with Kubernetes' own code), then runs the job's command four times as its pods would, and
# the workers' command as far as its missing queue. Needs Go 1.26, and `npm run build` before.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$here" && go build -o "$work/check" .)
echo "Kubernetes $(sed -n 's/^\t*k8s.io\/kubernetes v/v/p' "$here/go.mod" | head --lines=1)"
manifests=(interop/engines/kubernetes/job.yaml interop/engines/kubernetes/workers.yaml)
"$work/check" "${manifests[@]}" 2>&1 > "$work/commands"

# What it must not take: the checks have teeth.
sed 's/backoffLimitPerIndex/backoffLimitPerIndexx/' "${manifests[0]}" > "$work/unknown.yaml"
sed 's/completionMode: Indexed/completionMode: NonIndexed/' "${manifests[0]}" > "$work/nonindexed.yaml"
for wrong in unknown nonindexed; do
  if "$work/check" "$work/$wrong.yaml" > /dev/null 2>&1; then echo "$wrong: taken, but wrong"; exit 1; else echo "$wrong: refused"; fi
done

run() { # kind: its command as the manifest says it
  node -e '
    const { readFileSync } = require("node:fs");
    const { spawnSync } = require("node:child_process");
    const [file, kind] = process.argv.slice(1);
    const line = readFileSync(file, "utf8").split("\n").find((line) => line.startsWith(kind + " "));
    const words = JSON.parse(line.slice(kind.length)).map((word) => word.replace(/\$\((\w+)\)/g, (_, name) => process.env[name] ?? ""));
    const { status } = spawnSync(words[0], words.slice(1), { stdio: "inherit" });
    process.exit(status ?? 1);
  ' "$work/commands" "$1"
}
for index in 0 1 2 3; do
  JOB_COMPLETION_INDEX=$index TRAZO_RUNS=$work/runs run Job > "$work/pod-$index"
  grep --quiet "^status=finished$" "$work/pod-$index"
done
echo "pods that finished their run: 4; different runs: $(find "$work/runs" -mindepth 1 -maxdepth 1 -type d | wc -l)"
status=0
JOB_COMPLETION_INDEX=4 TRAZO_RUNS=$work/runs run Job 2> "$work/said" || status=$?
echo "an index too many ends with $status: $(head --lines=1 "$work/said")"
status=0
JOB_COMPLETION_INDEX= TRAZO_RUNS=$work/runs run Job 2> "$work/said" > /dev/null || status=$?
echo "no index ends with $status"
status=0
TRAZO_QUEUE=redis://127.0.0.1:9 TRAZO_STORE=$work/store run Deployment 2> "$work/said" || status=$?
echo "workers without their queue end with $status: $(head --lines=1 "$work/said")"
[ "$(find "$work/runs" -mindepth 1 -maxdepth 1 -type d | wc -l)" = 4 ] && echo "Kubernetes: all as expected"
