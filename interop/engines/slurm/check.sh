#!/usr/bin/env bash
# Runs array.sh on a Slurm cluster of this one machine, started for the purpose: all four tasks, and a task that is requeued in the middle of
# its run and must resume. Needs root and Debian's packages slurm-wlm and munge (`apt-get install slurm-wlm munge`), and `npm run build` before.
set -euo pipefail
cd "$(dirname "$0")/../../.."
work=$(mktemp -d)
chmod 755 "$work"
export SLURM_CONF=$work/slurm.conf TRAZO_RUNS=$work/runs
host=$(hostname --short)
mkdir "$work/state" "$work/spool" "$work/munge"
chmod 755 "$work/munge"

head --bytes=128 /dev/urandom > "$work/munge/key"
chmod 600 "$work/munge/key"
# Nothing here uses control groups, but slurmd wants to know of which kind they are.
printf 'CgroupPlugin=cgroup/v1\nCgroupMountpoint=%s\n' "$work/cgroup" > "$work/cgroup.conf"
cat > "$SLURM_CONF" << END
ClusterName=trazo
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=15
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END

started=()
end() {
  for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait
  if [ "${1:-0}" != 0 ]; then tail --lines=20 "$work"/*.log "$work"/slurm-*.txt 2> /dev/null || true; fi
  rm -rf "$work"
}
trap 'end $?' EXIT
/usr/sbin/munged --foreground --force --socket="$work/munge/socket" --key-file="$work/munge/key" --pid-file="$work/munge/pid" \
  --log-file="$work/munge/log" --seed-file="$work/munge/seed" 2> "$work/munged.log" &
started+=($!)
slurmctld -D > /dev/null 2>&1 &
started+=($!)
slurmd -D > /dev/null 2>&1 &
started+=($!)
for _ in $(seq 100); do
  [ "$(sinfo --noheader --format=%t 2> /dev/null)" = idle ] && break
  sleep 0.3
done
[ "$(sinfo --noheader --format=%t)" = idle ] || { echo "The cluster did not start."; exit 1; }

status=0
expect() { # name, actual, expected
  if [ "$2" = "$3" ]; then echo "$1: $2"; else echo "$1: $2, expected $3"; status=1; fi
}
printf '%s, ' "$(slurmctld -V)"; node --version
array() { sbatch --parsable --output="$work/slurm-%A_%a.txt" "$@"; }
finished() { awk 'FNR == 1 { seen = 0 } /^status=finished/ && !seen { count++; seen = 1 } END { print count + 0 }' "$@"; }

job=$(array --wait interop/engines/slurm/array.sh)
expect "tasks that finished their run" "$(finished "$work"/slurm-"${job}"_*.txt)" 4
expect "different runs" "$(find "$TRAZO_RUNS" -mindepth 1 -maxdepth 1 -type d | wc -l)" 4
again=$(array --wait interop/engines/slurm/array.sh)
expect "epochs trained when the array is submitted again" "$(cat "$work"/slurm-"${again}"_*.txt | grep --count ^epoch= || true)" 0
# The runs of an array are those of a sweep: this only reads them, and compares the settings.
node packages/cli/bin/trazo.mjs sweep interop/engines/sweep.yaml --threads 1 --parallel 2 --out "$TRAZO_RUNS" > "$work/sweep.txt"
expect "runs that the sweep reads" "$(grep --count '^\[./4\]' "$work/sweep.txt")" 4
sed -n '/^setting/,/^$/p' "$work/sweep.txt"

# Long enough to be stopped in the middle, then moved aside by the cluster, as for a job that is more urgent.
long=$(array --array=0 interop/engines/slurm/array.sh --set epochs=600)
log=$work/slurm-${long}_0.txt
for _ in $(seq 300); do
  grep --quiet '^epoch=20$' "$log" 2> /dev/null && break
  sleep 0.1
done
scontrol requeue "${long}_0"
for _ in $(seq 900); do
  grep --quiet '^status=finished' "$log" 2> /dev/null && break
  # A requeued task waits for two minutes, which nobody needs here.
  if [ "$(squeue --noheader --format=%r)" = BeginTime ]; then scontrol update JobId="${long}_0" StartTime=now || true; fi
  sleep 0.2
done
first=$(sed -n 's/^epoch=//p' "$log" | head --lines=1)
expect "epochs after the requeue reach the end" "$(sed -n 's/^epoch=//p' "$log" | tail --lines=1)" 600
if [ "$first" -gt 1 ]; then echo "the requeued task began at epoch: later than the first"; else echo "the requeued task began at epoch $first"; status=1; fi
[ $status = 0 ] && echo "Slurm: all as expected"
exit $status
