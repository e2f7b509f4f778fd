/**
 * Training steps of the base model, side by side with other frameworks on this machine.
 *
 *     npx tsx bench/run.ts [--threads 2] [--rounds 12] [--steps 30] [--all] [--slow] [--only TEXT] [--json FILE]
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { Contender, ContenderSource } from "./contender.js";
import { epochCost } from "./epoch.js";
import { gemmPeak } from "./gemm-peak.js";
import { describeMachine } from "./machine.js";
import { memoryBandwidth } from "./memory.js";
import { own } from "./own.js";
import { peers } from "./peers.js";
import { formatReport, type Report, type Row, writeJson } from "./report.js";
import { runRounds, type Turn } from "./rounds.js";
import { summarise } from "./stats.js";

const BATCH = 128;
const WARM_UP = 25;
const REST_MS = 500;

interface Options {
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
  readonly all: boolean;
  readonly slow: boolean;
  /** Only contenders whose name contains one of these. */
  readonly only: readonly string[];
  readonly json: string | undefined;
}

function parseOptions(): Options {
  const { values } = parseArgs({
    options: {
      threads: { type: "string", default: String(availableParallelism()) },
      rounds: { type: "string", default: "12" },
      steps: { type: "string", default: "30" },
      all: { type: "boolean", default: false },
      slow: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      json: { type: "string" },
    },
  });
  return {
    threads: wholeNumber("threads", values.threads, 1),
    rounds: wholeNumber("rounds", values.rounds, 2),
    steps: wholeNumber("steps", values.steps, 1),
    all: values.all,
    slow: values.slow,
    only: values.only.map((text) => text.toLowerCase()),
    json: values.json,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) {
    throw new Error(`--${name} must be an integer of at least ${least}, but got ${text}`);
  }
  return value;
}

function chosen(sources: readonly ContenderSource[], { all, slow, only }: Options): ContenderSource[] {
  return sources.filter(({ name, extra = false, slow: isSlow = false }) => {
    if (only.length > 0) return only.some((text) => name.toLowerCase().includes(text)) && (!extra || all);
    return (!extra || all) && (!isSlow || slow);
  });
}

/** Peers start one after another, so that no two load their libraries at once. */
async function startAll(sources: readonly ContenderSource[], options: Options) {
  const turns: Turn[] = [];
  const absent: Row[] = [];
  for (const source of sources) {
    const started = await source.start(options.threads);
    if (started.status === "ready") {
      const amount = source.slow
        ? { steps: 1, rounds: 2 }
        : { steps: options.steps, warmUp: WARM_UP, rounds: options.rounds };
      turns.push({ contender: started.contender, ...amount });
    } else {
      absent.push({ name: source.name, note: `${started.status} (${started.reason})` });
    }
  }
  return { turns, absent };
}

function rowOf(contender: Contender, durations: readonly number[], failure: string | undefined): Row {
  const { name, version, threads } = contender;
  return {
    name,
    version,
    threads,
    ...(durations.length > 0 && { step: summarise(durations) }),
    ...(failure !== undefined && { note: `failed (${failure})` }),
  };
}

async function main(): Promise<void> {
  const options = parseOptions();
  const machine = describeMachine();
  const peaks = [await gemmPeak(options.threads)];
  const bytesPerSecond = memoryBandwidth();
  const { turns, absent } = await startAll(chosen([...own, ...peers], options), options);
  try {
    const outcomes = await runRounds(
      turns,
      (round, of) => console.error(`round ${round + 1} of ${of}`),
      REST_MS,
    );
    const rows = outcomes.map(({ contender, durations, failure }) => rowOf(contender, durations, failure));
    const date = new Date().toISOString();
    const report: Report = {
      date,
      machine,
      batchSize: BATCH,
      gemmPeak: peaks,
      bytesPerSecond,
      epoch: await epochCost(options.threads),
      rows: [...rows, ...absent],
    };
    console.log(formatReport(report));
    if (options.json) await writeJson(options.json, report);
  } finally {
    await Promise.all(turns.map(({ contender }) => contender.close()));
  }
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
