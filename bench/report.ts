import { writeFile } from "node:fs/promises";
import type { EpochCost } from "./epoch.js";
import { floorMs, productsMs } from "./floor.js";
import type { GemmPeak } from "./gemm-peak.js";
import type { Machine } from "./machine.js";
import type { Summary } from "./stats.js";

/** One line of the table. `step` is in milliseconds; without it, `note` says why. */
export interface Row {
  readonly name: string;
  readonly version?: string;
  readonly threads?: number;
  readonly step?: Summary;
  readonly note?: string;
}

export interface Report {
  readonly date: string;
  readonly machine: Machine;
  readonly batchSize: number;
  readonly gemmPeak: readonly GemmPeak[];
  /** Of one thread copying memory, bytes read and bytes written. */
  readonly bytesPerSecond: number;
  /** What validation and the rest add to Trazo's training steps. */
  readonly epoch?: EpochCost;
  readonly rows: readonly Row[];
}

/** The report as text: measured contenders from fast to slow, then those that could not be measured. */
export function formatReport({ machine, batchSize, gemmPeak, bytesPerSecond, epoch, rows }: Report): string {
  const measured = rows.filter((row) => row.step).sort((a, b) => medianOf(a) - medianOf(b));
  const fastest = measured[0] ? medianOf(measured[0]) : Number.NaN;
  const head = [
    "",
    "threads",
    "ms a step",
    "q1-q3",
    "min",
    "images/s",
    "times the fastest",
    "times the floor",
    "version",
  ];
  const gflops = Math.max(...gemmPeak.map(({ bestGflops }) => bestGflops));
  const floor = floorMs(batchSize, gflops, bytesPerSecond);
  const body = measured.map((row) => formatRow(row, batchSize, fastest, floor));
  const packages = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`);
  return [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}`,
    `Node ${machine.node}, ${packages.join(", ")}; load before the run ${machine.loadBefore.toFixed(2)}`,
    ...gemmPeak.map((peak) => formatPeak(peak, batchSize)),
    `Floor: ${floor.toFixed(2)} ms a step, with Adam's memory traffic at the ${(bytesPerSecond / 1e9).toFixed(0)} GB/s of a copy`,
    "",
    `One training step of the base model, ${batchSize} images, float32:`,
    ...formatTable([head, ...body]),
    ...rows.filter((row) => row.note).map((row) => `${row.name}: ${row.note}`),
    ...(epoch
      ? [
          `\nA whole epoch of Trazo, validation included, takes ${epoch.ratio.toFixed(3)} times its training steps.`,
        ]
      : []),
  ].join("\n");
}

export async function writeJson(file: string, report: Report): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** Columns as wide as their widest cell: the first and the last to the left, numbers to the right. */
export function formatTable(lines: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, c) =>
    Math.max(...lines.map((line) => line[c]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, c) =>
        c === 0 || c === columns - 1 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

function formatRow(
  { name, version, threads, step }: Row,
  batchSize: number,
  fastest: number,
  floor: number,
): string[] {
  if (!step) return [name];
  return [
    name,
    String(threads ?? ""),
    step.median.toFixed(2),
    `${step.q1.toFixed(1)}-${step.q3.toFixed(1)}`,
    step.min.toFixed(2),
    ((batchSize / step.median) * 1e3).toFixed(0),
    (step.median / fastest).toFixed(2),
    (step.median / floor).toFixed(2),
    version ?? "",
  ];
}

/** The floor is taken from the best rate: a peak that other work on the machine lowered would flatter every contender. */
function formatPeak({ size, threads, gflops, bestGflops }: GemmPeak, batchSize: number): string {
  return (
    `Gemm ${size}x${size}, ${threads} ${threads === 1 ? "thread" : "threads"}: best ${bestGflops.toFixed(0)} GFLOP/s, median ${gflops.toFixed(0)}; ` +
    `a step's products need ${productsMs(batchSize, bestGflops).toFixed(2)} ms at the best rate`
  );
}

function medianOf(row: Row): number {
  return row.step?.median ?? Number.POSITIVE_INFINITY;
}
