import { formatTable } from "../report.js";
import type { Summary } from "../stats.js";

export interface RungRow {
  readonly name: string;
  /** Milliseconds per step. */
  readonly step?: Summary;
  readonly cpuMs?: number;
  readonly peakMiB?: number;
  /** Why something is missing. */
  readonly note?: string;
}

/** One network at one batch size. */
export interface Rung {
  readonly network: string;
  readonly batch: number;
  readonly floorMs: number;
  readonly rows: readonly RungRow[];
}

const OURS = "Trazo";

const medianOf = (row: RungRow): number => row.step?.median ?? Number.POSITIVE_INFINITY;
const ours = (rung: Rung): RungRow | undefined => rung.rows.find(({ name, step }) => name === OURS && step);
const measured = (rung: Rung, among: (row: RungRow) => boolean): RungRow[] =>
  rung.rows.filter((row) => row.step && row.name !== OURS && among(row));
const fastest = (rows: readonly RungRow[]): RungRow | undefined =>
  rows.toSorted((a, b) => medianOf(a) - medianOf(b))[0];
const isTuned = ({ name }: RungRow): boolean => name.endsWith(", tuned");

export function rungLines(rung: Rung): string[] {
  const head = ["", "ms per step", "q1-q3", "CPU ms", "peak MiB", "times the floor", ""];
  const rows = rung.rows.toSorted((a, b) => medianOf(a) - medianOf(b));
  return [
    `${rung.network}, batch ${rung.batch} (floor ${rung.floorMs.toFixed(2)} ms)`,
    ...formatTable([head, ...rows.map((row) => cells(row, rung.floorMs))]),
  ];
}

function cells({ name, step, cpuMs, peakMiB, note = "" }: RungRow, floor: number): string[] {
  if (!step) return [name, "-", "", "", "", "", note];
  return [
    name,
    step.median.toFixed(2),
    `${step.q1.toFixed(1)}-${step.q3.toFixed(1)}`,
    cpuMs?.toFixed(1) ?? "",
    peakMiB?.toFixed(0) ?? "",
    (step.median / floor).toFixed(2),
    note,
  ];
}

/** Trazo's time over the fastest other form's, as installed and tuned, and its memory over the leanest PyTorch's. */
export function summaryLines(ladder: readonly Rung[]): string[] {
  const head = ["", "Trazo ms", "as installed", "tuned", "CPU", "memory", "floor", "fastest other"];
  const lines = ladder.flatMap((rung) => {
    const own = ours(rung);
    return own ? [summaryCells(rung, own)] : [[`${rung.network} ${rung.batch}`, "-"]];
  });
  const mean = (ratioOf: (rung: Rung) => number | undefined): string => {
    const ratios = ladder.map(ratioOf).filter((ratio) => ratio !== undefined);
    return ratios.length > 0 ? geometricMean(ratios).toFixed(2) : "";
  };
  return [
    "Trazo's median over the fastest other form's (below 1: Trazo is faster); memory over PyTorch's:",
    ...formatTable([
      head,
      ...lines,
      [
        "geometric mean",
        "",
        mean((rung) => ratio(rung, false)),
        mean((rung) => ratio(rung, true)),
        "",
        "",
        "",
        "",
      ],
    ]),
  ];
}

function ratio(rung: Rung, tuned: boolean): number | undefined {
  const own = ours(rung);
  const other = fastest(measured(rung, (row) => tuned || !isTuned(row)));
  return own && other ? medianOf(own) / medianOf(other) : undefined;
}

function summaryCells(rung: Rung, own: RungRow): string[] {
  const all = measured(rung, () => true);
  const leastCpu = Math.min(...all.map(({ cpuMs = Number.POSITIVE_INFINITY }) => cpuMs));
  const pytorch = all.filter(({ name }) => name.startsWith("PyTorch"));
  const leastMemory = Math.min(...pytorch.map(({ peakMiB = Number.POSITIVE_INFINITY }) => peakMiB));
  return [
    `${rung.network} ${rung.batch}`,
    medianOf(own).toFixed(2),
    ratio(rung, false)?.toFixed(2) ?? "",
    ratio(rung, true)?.toFixed(2) ?? "",
    ((own.cpuMs ?? Number.NaN) / leastCpu).toFixed(2),
    ((own.peakMiB ?? Number.NaN) / leastMemory).toFixed(2),
    (medianOf(own) / rung.floorMs).toFixed(2),
    fastest(all)?.name ?? "",
  ];
}

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
