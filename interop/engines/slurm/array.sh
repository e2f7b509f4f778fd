#!/usr/bin/env bash
# A Slurm array: each task makes one run of the sweep. The sweep has 4 (2 rates, 2 seeds), counted from 0.
#
#     sbatch interop/engines/slurm/array.sh                     # more options for `trazo train` may follow, e.g. --set epochs=20
#
#SBATCH --array=0-3
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --output=slurm-%A_%a.txt
set -euo pipefail
# A task that is requeued resumes at its last saved state: its folder is named by what the run is.
exec node packages/cli/bin/trazo.mjs train --config interop/engines/sweep.yaml --index "$SLURM_ARRAY_TASK_ID" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" --out "${TRAZO_RUNS:-runs/slurm}" "$@"
