/**
 * Training steps of the base model, side by side with other frameworks on this machine; then a summary of the ladder.
 *
 *     npx tsx bench/run.ts [--threads 2] [--rounds 12] [--steps 30] [--all] [--slow] [--only TEXT] [--json FILE]
 *         [--no-ladder]
 *
 * A summary of the ladder follows: its networks at one batch size, beside the forms that are fastest most often. The whole
 * ladder is bench/ladder.ts.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "./command.js";
import type { Contender, ContenderSource } from "./contender.js";
import { epochCost } from "./epoch.js";
import { gemmPeak } from "./gemm-peak.js";
import { climb } from "./ladder/climb.js";
import { ladderNetworks } from "./ladder/network.js";
import { type Rung, summaryLines } from "./ladder/report.js";
import { trazoContender } from "./ladder/trazo.js";
import { describeMachine } from "./machine.js";
import { memoryBandwidth } from "./memory.js";
import { own } from "./own.js";
import { ladderPeers, peers } from "./peers.js";
import { formatReport, type Report, type Row, writeJson } from "./report.js";
import { runRounds, type Turn } from "./rounds.js";
import { summarize } from "./stats.js";

const BATCH = 128;
const WARM_UP = 25;
const REST_MS = 500;

const LADDER_BATCH = 32;
const LADDER_ROUNDS = 3;
const fastestOften = [
  "PyTorch eager-channels-last",
  "PyTorch eager-channels-last, tuned",
  "Keras keras3-function, tuned",
  "Keras tf_keras-fit, tuned",
];

interface Options {
  readonly threads: number;
  readonly rounds: number;
  readonly steps: number;
  readonly all: boolean;
  readonly slow: boolean;
  /** Only contenders whose name contains one of these. */
  readonly only: readonly string[];
  readonly json: string | undefined;
  readonly ladder: boolean;
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
      "no-ladder": { type: "boolean", default: false },
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
    ladder: !values["no-ladder"] && values.only.length === 0,
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
    ...(durations.length > 0 && { step: summarize(durations) }),
    ...(failure !== undefined && { note: `failed (${failure})` }),
  };
}

async function main(): Promise<void> {
  const options = parseOptions();
  const machine = describeMachine();
  const peak = await gemmPeak(options.threads);
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
      gemmPeak: [peak],
      bytesPerSecond,
      epoch: await epochCost(options.threads),
      rows: [...rows, ...absent],
    };
    console.log(formatReport(report));
    if (options.json) await writeJson(options.json, report);
  } finally {
    await Promise.all(turns.map(({ contender }) => contender.close()));
  }
  if (options.ladder) {
    console.log(["", ...(await ladderSummary(options.threads, peak.bestGflops, bytesPerSecond))].join("\n"));
  }
}

/** Trazo beside others on each network of the ladder. */
async function ladderSummary(threads: number, gflops: number, bytesPerSecond: number): Promise<string[]> {
  const rungs: Rung[] = [];
  for (const [network, spec] of Object.entries(ladderNetworks)) {
    console.error(`${network}, batch ${LADDER_BATCH}`);
    const others = ladderPeers(network, LADDER_BATCH, false).filter(({ name }) =>
      fastestOften.includes(name),
    );
    const sources = [trazoContender(network, LADDER_BATCH), ...others];
    const how = { sources, threads, rounds: LADDER_ROUNDS, gflops, bytesPerSecond };
    rungs.push(await climb(network, spec, LADDER_BATCH, how));
  }
  return summaryLines(rungs);
}

await main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
