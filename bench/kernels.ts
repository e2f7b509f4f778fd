/**
 * What the plan's kernels cost: `npx tsx bench/kernels.ts [filter]`. Nanoseconds per element of the main array and bytes per second that move at
 * least, on one thread, in a block of images that fits the second-level cache. CPU time, the least of many turns, so
 * that others' work on the machine matters little.
 */
import { compiledPlanKernels } from "../packages/trazo/src/kernels/compiled-plan-kernels.js";
import { type PlanKernels, planKernels } from "../packages/trazo/src/kernels/plan-kernels.js";
import { sharedMemory } from "../packages/trazo/src/kernels/webassembly.js";
import { describeMachine } from "./machine.js";

interface Row {
  readonly name: string;
  /** Values of the array that the kernel is about. */
  readonly elements: number;
  /** Bytes that it reads and writes, each array once. */
  readonly bytes: number;
  readonly run: () => void;
}

const pages = 2048;
const memory = sharedMemory(pages, pages);
const kernels: PlanKernels = planKernels(compiledPlanKernels, memory);
let top = 65536;

/** So many float32 values in [-1, 1], at a multiple of 64. */
function array(length: number): number {
  const at = top;
  top += Math.ceil(length / 16) * 64 + 64;
  const view = new Float32Array(memory.buffer, at, length);
  for (let i = 0; i < length; i++) view[i] = Math.fround(((i * 7919) % 2003) / 1001 - 1);
  return at;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds of a call: the least of turns of a few milliseconds. */
function leastMs(run: () => void): number {
  let calls = 1;
  for (;;) {
    const start = cpuMs();
    for (let i = 0; i < calls; i++) run();
    if (cpuMs() - start > 3) break;
    calls *= 2;
  }
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 25; turn++) {
    const start = cpuMs();
    for (let i = 0; i < calls; i++) run();
    least = Math.min(least, (cpuMs() - start) / calls);
  }
  return least;
}

/** Addresses are given out again for every group, so that all fit. */
const fresh = <T>(make: () => T): T => {
  top = 65536;
  return make();
};

function channelRows(rows: number, channels: number): Row[] {
  return fresh(() => {
    const n = rows * channels;
    const [x, y, z] = [array(n), array(n), array(n)];
    const p = array(3 * channels + 12);
    const sums = array(2 * channels + 12);
    const label = (name: string): string => `${name} ${rows}x${channels}`;
    const row = (name: string, passes: number, run: () => void): Row => ({
      name: label(name),
      elements: n,
      bytes: 4 * n * passes,
      run,
    });
    return [
      row("biasActivation relu", 2, () => kernels.biasActivation(x, rows, channels, p, 1)),
      row("activationAdjoint relu + db", 3, () => kernels.activationAdjoint(y, x, rows, channels, 1, sums)),
      row("addMoments", 1, () => kernels.addMoments(x, rows, channels, p, sums)),
      row("channelProducts", 2, () => kernels.channelProducts(y, x, rows, channels, p, sums)),
      row("scaleChannels + relu", 2, () => kernels.scaleChannels(x, rows, channels, p, 1, z, 1)),
      row("combineChannels", 3, () => kernels.combineChannels(y, x, rows, channels, p, z)),
      row("maskedChannelProducts", 2, () => kernels.maskedChannelProducts(y, x, rows, channels, p, p, sums)),
      row("combineMaskedChannels", 3, () => kernels.combineMaskedChannels(y, x, rows, channels, p, p, z)),
    ];
  });
}

function elementRows(n: number): Row[] {
  return fresh(() => {
    const [x, y, z] = [array(n), array(n), array(n)];
    return [
      { name: `add ${n}`, elements: n, bytes: 12 * n, run: () => kernels.add(z, x, n) },
      { name: `multiply ${n}`, elements: n, bytes: 12 * n, run: () => kernels.multiply(z, x, y, n) },
      { name: `sigmoid ${n}`, elements: n, bytes: 8 * n, run: () => kernels.applyActivation(z, x, n, 3) },
      { name: `tanh ${n}`, elements: n, bytes: 8 * n, run: () => kernels.applyActivation(z, x, n, 4) },
    ];
  });
}

function patchRows(rows: number, side: number, channels: number, size: number, pad: number): Row[] {
  return fresh(() => {
    const out = side + 2 * pad - size + 1;
    const n = rows * out * out * size * size * channels;
    const [x, patches] = [array(rows * side * side * channels), array(n)];
    const numbers = [rows, side, side, channels, size, size, 1, 1, 1, 1, pad, pad, out, out] as const;
    const label = `${rows}x${side}x${side}x${channels} ${size}x${size}`;
    return [
      {
        name: `patches ${label}`,
        elements: n,
        bytes: 8 * n,
        run: () => kernels.patches(x, ...numbers, patches),
      },
      {
        name: `patchesAdjoint ${label}`,
        elements: n,
        bytes: 4 * n,
        run: () => kernels.patchesAdjoint(patches, ...numbers, x),
      },
    ];
  });
}

function poolRows(rows: number, side: number, channels: number): Row[] {
  return fresh(() => {
    const out = side >> 1;
    const n = rows * side * side * channels;
    const [x, y, indices] = [array(n), array(n / 4), array(n / 16 + 16)];
    const db = array(channels);
    const numbers = [rows, side, side, channels, 2, 2, 2, 2, 0, 0, out, out] as const;
    const label = `${rows}x${side}x${side}x${channels}`;
    return [
      {
        name: `maxPool ${label}`,
        elements: n,
        bytes: 5.25 * n,
        run: () => kernels.maxPool(x, ...numbers, 1, y, indices),
      },
      {
        name: `maxPoolAdjoint ${label}`,
        elements: n,
        bytes: 5.25 * n,
        run: () => kernels.maxPoolAdjoint(y, indices, ...numbers, x, db),
      },
      {
        name: `averagePool ${label}`,
        elements: n,
        bytes: 5 * n,
        run: () => kernels.averagePool(x, ...numbers, y),
      },
    ];
  });
}

function winogradRows(rows: number, side: number, channels: number, pad: number, tile: number): Row[] {
  return fresh(() => {
    const out = side + 2 * pad - 2;
    const tiles = Math.ceil(out / tile);
    const points = (tile + 2) ** 2;
    const n = points * (rows * tiles * tiles + 1) * channels;
    const [x, planes, bias] = [array(rows * side * side * channels), array(n), array(channels)];
    const work = array(144 + (tile + 2) * channels);
    const image = [rows, side, side, channels, pad, pad, tiles, tiles, tile] as const;
    const result = [rows, out, out, channels, tiles, tiles, tile] as const;
    const label = `F${tile} ${rows}x${side}x${side}x${channels}`;
    const elements = rows * out * out * channels;
    const bytes = 4 * (n + elements);
    return [
      {
        name: `winogradInput ${label}`,
        elements,
        bytes,
        run: () => kernels.winogradInput(x, ...image, planes, work),
      },
      {
        name: `winogradOutput ${label}`,
        elements,
        bytes,
        run: () => kernels.winogradOutput(planes, ...result, bias, 1, x),
      },
      {
        name: `winogradOutputAdjoint ${label}`,
        elements,
        bytes,
        run: () => kernels.winogradOutputAdjoint(x, ...result, planes),
      },
      {
        name: `winogradInputAdjoint ${label}`,
        elements,
        bytes,
        run: () => kernels.winogradInputAdjoint(planes, ...image, x, work),
      },
    ];
  });
}

function depthwiseRows(rows: number, side: number, channels: number, stride: number): Row[] {
  return fresh(() => {
    const out = Math.ceil(side / stride);
    const elements = rows * out * out * channels;
    const [x, y] = [array(rows * side * side * channels), array(elements)];
    const weights = array(9 * channels);
    const numbers = [rows, side, side, channels, 3, 3, stride, stride, 1, 1, 1, 1, out, out] as const;
    const bytes = 4 * (elements + rows * side * side * channels);
    const label = `${rows}x${side}x${side}x${channels} stride ${stride}`;
    const row = (name: string, run: () => void): Row => ({ name: `${name} ${label}`, elements, bytes, run });
    return [
      row("depthwise", () => kernels.depthwise(x, ...numbers, weights, 0, 1, y)),
      row("depthwiseInputAdjoint", () => kernels.depthwiseInputAdjoint(y, ...numbers, weights, x)),
      row("depthwiseKernelAdjoint", () => kernels.depthwiseKernelAdjoint(x, ...numbers, y, weights)),
    ];
  });
}

const groups: (() => Row[])[] = [
  () => elementRows(32768),
  () => channelRows(1024, 32),
  () => channelRows(1024, 6),
  () => channelRows(256, 128),
  () => patchRows(8, 28, 1, 5, 0),
  () => patchRows(1, 32, 3, 3, 1),
  () => patchRows(2, 12, 6, 5, 0),
  () => patchRows(8, 12, 6, 6, 0),
  () => patchRows(1, 16, 32, 3, 1),
  () => poolRows(1, 32, 32),
  () => poolRows(4, 24, 6),
  () => winogradRows(1, 32, 32, 1, 4),
  () => winogradRows(4, 16, 64, 1, 4),
  () => winogradRows(16, 8, 128, 1, 4),
  () => winogradRows(1, 90, 16, 1, 4),
  () => winogradRows(1, 32, 32, 1, 2),
  () => depthwiseRows(1, 48, 32, 1),
  () => depthwiseRows(1, 48, 32, 2),
  () => depthwiseRows(8, 6, 256, 1),
];

const filter = (process.argv[2] ?? "").toLowerCase();
const machine = describeMachine([]);
console.log(
  `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, one thread, load ${machine.loadBefore.toFixed(1)}`,
);
console.log(`${"kernel".padEnd(44)}${"us".padStart(10)}${"ns/value".padStart(10)}${"GB/s".padStart(8)}`);
for (const group of groups) {
  for (const { name, elements, bytes, run } of group()) {
    if (!name.toLowerCase().includes(filter)) continue;
    const ms = leastMs(run);
    const figures = [
      (ms * 1000).toFixed(1).padStart(10),
      ((ms * 1e6) / elements).toFixed(3).padStart(10),
      (bytes / ms / 1e6).toFixed(1).padStart(8),
    ];
    console.log(name.padEnd(44) + figures.join(""));
  }
}
