import { loadProducts } from "../../packages/trazo/src/kernels/products.js";
import { sharedMemory } from "../../packages/trazo/src/kernels/webassembly.js";
import { flopsOf, operandShapes, repeatsOf, type Shape } from "./shapes.js";

/** A way to compute products of one shape. */
interface Contender {
  readonly name: string;
  /** Computes as many products as `repeatsOf` says. */
  run(): unknown;
}

/** What runs ONNX graphs: ONNX Runtime's package for Node or for the web. */
export type CreateRunner = (model: Uint8Array, feeds: Feeds) => Promise<() => Promise<unknown>>;

export type Feeds = Readonly<
  Record<"a" | "b", { readonly data: Float32Array; readonly shape: readonly number[] }>
>;

export interface MeasureOptions {
  /** Which of the kernels' modules the engine has: without and with relaxed SIMD. */
  readonly relaxed: readonly boolean[];
  /** A graph for each shape. */
  readonly models: readonly Uint8Array[];
  /** Modules that show what the processor can do, by name. */
  readonly floors: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
  readonly createRunner: CreateRunner;
  /** For each shape. */
  readonly milliseconds: number;
}

/** GFLOP/s of each contender, by its name: the best of short pieces in turns, since others use the machine. */
export type Rates = Readonly<Record<string, number>>;

const FLOATS = 1 << 23;
const PAGE_FLOATS = 1 << 14;

export async function measureProducts(
  shapes: readonly Shape[],
  { relaxed, models, floors, createRunner, milliseconds }: MeasureOptions,
): Promise<Rates[]> {
  const memory = sharedMemory(FLOATS / PAGE_FLOATS, FLOATS / PAGE_FLOATS);
  const values = new Float32Array(memory.buffer);
  for (let i = 0; i < FLOATS; i++) values[i] = Math.sin(i);
  const kinds = await Promise.all(relaxed.map((kind) => loadProducts(memory, { relaxed: kind })));
  const rates: Rates[] = [await measureFloors(floors, 1000)];
  for (const [i, shape] of shapes.entries()) {
    const { m, n, k, count = 1 } = shape;
    const repeats = repeatsOf(shape);
    const contenders: Contender[] = kinds.map((products) => {
      const a = 16 + products.scratchBytes / 4;
      const b = a + count * m * k;
      const y = b + count * k * n;
      if (y + count * m * n > FLOATS) throw new Error(`The matrices of "${shape.label}" do not fit.`);
      const product = products.prepare(shape, 64);
      return {
        name: products.isRelaxed ? "relaxed SIMD" : "SIMD",
        run() {
          for (let r = 0; r < repeats; r++) product(a * 4, b * 4, y * 4);
        },
      };
    });
    const { a, b } = operandShapes(shape);
    const run = await createRunner(models[i] as Uint8Array, { a: matrices(a), b: matrices(b) });
    const best = await race([...contenders, { name: "ONNX Runtime", run }], milliseconds);
    rates.push(mapValues(best, (time) => (flopsOf(shape) * repeats) / time / 1e6));
  }
  return rates;
}

function matrices(shape: readonly number[]): Feeds["a"] {
  const length = shape.reduce((product, size) => product * size, 1);
  return { data: Float32Array.from({ length }, (_, i) => Math.sin(i)), shape };
}

async function measureFloors(floors: MeasureOptions["floors"], milliseconds: number): Promise<Rates> {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmInterface }).WebAssembly;
  const turns = 40_000;
  const modules = mapValues(floors, (bytes) => new Instance(new Module(bytes), {}).exports);
  const contenders = Object.entries(modules).map(([name, { run }]) => ({
    name, // Not constants of the module: some engines make those again in every turn.
    run: () => run(turns, 1.0000001, 1e-9),
  }));
  await race(contenders, milliseconds / 4);
  // Engines compile what runs often once more, on another thread.
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const best = await race(contenders, milliseconds);
  return Object.fromEntries(
    Object.entries(modules).map(([name, { flops }]) => [
      name,
      (flops() * turns) / (best[name] as number) / 1e6,
    ]),
  );
}

interface WasmInterface {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: { run(turns: number, factor: number, summand: number): number; flops(): number } };
}

/** The shortest time of each contender. */
async function race(
  contenders: readonly Contender[],
  milliseconds: number,
): Promise<Readonly<Record<string, number>>> {
  const best = Object.fromEntries(contenders.map(({ name }) => [name, Number.POSITIVE_INFINITY]));
  const end = performance.now() + milliseconds;
  for (let round = 0; round < 8 || performance.now() < end; round++) {
    for (const { name, run } of contenders) {
      const start = performance.now();
      await run();
      best[name] = Math.min(best[name] as number, performance.now() - start);
    }
  }
  return best;
}

const mapValues = <From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
