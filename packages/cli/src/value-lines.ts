import type { RunEvent, RunResult } from "@trazo/sweep";

/**
 * What other programs read of a run: lines of `name=value`, in full precision, never in another language. Of each epoch its number and its
 * metrics, and of the end the status, the best epoch, what it is chosen by, and the test's metrics with `test_` before.
 */
export function epochLines(event: RunEvent): string {
  if (event.type !== "epoch") return "";
  const { epoch, metrics } = event.epoch;
  return lines({ epoch, ...metrics });
}

export function resultLines({ digest, status, best, monitor, test = {}, model }: RunResult): string {
  return lines({
    run: digest,
    status,
    ...(best && { best_epoch: best.epoch, [`best_${monitor}`]: best.value }),
    ...Object.fromEntries(Object.entries(test).map(([name, value]) => [`test_${name}`, value])),
    ...(model !== undefined && { model }),
  });
}

const lines = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
