import type { ContenderSource } from "../contender.js";
import { runRounds, type Turn } from "../rounds.js";
import { median, summarize } from "../stats.js";
import { floorMs } from "./count.js";
import type { NetworkSpec } from "./network.js";
import type { Rung, RungRow } from "./report.js";

/** A turn lasts about so long, so that slow rungs get fewer steps than fast ones. */
const TURN_MS = 1500;
const REST_MS = 400;

/** What a rung is measured with. */
export interface Climb {
  readonly sources: readonly ContenderSource[];
  readonly threads: number;
  readonly rounds: number;
  /** Of a large matrix product. */
  readonly gflops: number;
  readonly bytesPerSecond: number;
}

/** Measures one network at one batch size: all contenders take turns. */
export async function climb(network: string, spec: NetworkSpec, batch: number, how: Climb): Promise<Rung> {
  const rows: RungRow[] = [];
  const turns: Turn[] = [];
  for (const source of how.sources) {
    const turn = await turnOf(source, how);
    if (typeof turn === "string") rows.push({ name: source.name, note: turn });
    else turns.push(turn);
  }
  const outcomes = await runRounds(turns, () => {}, REST_MS);
  for (const { contender, durations, failure } of outcomes) {
    const usage = contender.usage?.slice(1) ?? [];
    rows.push({
      name: contender.name,
      ...(durations.length > 0 && { step: summarize(durations) }),
      ...(usage.length > 0 && {
        cpuMs: median(usage.map(({ cpuMs }) => cpuMs)),
        peakMiB: Math.max(...usage.map(({ peakMiB }) => peakMiB)),
      }),
      ...(failure !== undefined && { note: failure }),
    });
    await contender.close();
  }
  return { network, batch, floorMs: floorMs(spec, batch, how.gflops, how.bytesPerSecond), rows };
}

/** Starts a contender and finds how many steps fit a turn; a string says why it cannot take part. */
async function turnOf(source: ContenderSource, { threads, rounds }: Climb): Promise<Turn | string> {
  const started = await source.start(threads);
  if (started.status !== "ready") return `${started.status} (${started.reason})`;
  try {
    const [, , last = 1] = await started.contender.steps(3);
    const steps = Math.max(2, Math.min(40, Math.round(TURN_MS / last)));
    return { contender: started.contender, steps, warmUp: 1, rounds: rounds + 1 };
  } catch (error) {
    await started.contender.close();
    return (error as Error).message;
  }
}
