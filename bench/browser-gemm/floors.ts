import asc from "assemblyscript/asc";

const registers = 12;
const unrolled = 4;
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/**
 * What the processor can do with vectors of 128 bits, as modules that keep all of its arithmetic units busy and touch no memory:
 * multiplications and additions side by side, and both in one.
 */
export async function floorModules(): Promise<
  Readonly<Record<"multiply and add" | "fused", Uint8Array<ArrayBuffer>>>
> {
  return {
    "multiply and add": await compile(
      range(registers / 2).map((i) => `c${i} = f32x4.add(c${i}, y); c${i + 6} = f32x4.mul(c${i + 6}, x);`),
      4 * registers * unrolled,
    ),
    fused: await compile(
      range(registers).map((i) => `c${i} = f32x4.relaxed_madd(x, y, c${i});`),
      8 * registers * unrolled,
    ),
  };
}

async function compile(body: readonly string[], flops: number): Promise<Uint8Array<ArrayBuffer>> {
  const source = `
    export function flops(): i32 { return ${flops}; }
    export function run(turns: i32, factor: f32, summand: f32): f32 {
      const x = f32x4.splat(factor), y = f32x4.splat(summand);
      ${range(registers)
        .map((i) => `let c${i} = f32x4.splat(${i + 1});`)
        .join(" ")}
      for (; turns > 0; turns--) { ${range(unrolled)
        .flatMap(() => body)
        .join(" ")} }
      let sum = c0;
      ${range(registers)
        .map((i) => `sum = f32x4.add(sum, c${i});`)
        .join(" ")}
      return f32x4.extract_lane(sum, 0);
    }`;
  let wasm: Uint8Array | undefined;
  const flags = [
    "-O3",
    "--enable",
    "simd",
    "--enable",
    "relaxed-simd",
    "--runtime",
    "stub",
    "--use",
    "abort=",
  ];
  const { error, stderr } = await asc.main(["index.ts", "--outFile", "floor.wasm", ...flags], {
    readFile: (name) => (name === "index.ts" ? source : null),
    writeFile: (_name, content) => {
      wasm = content as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !wasm) throw new Error(`The floor does not compile.\n${stderr.toString()}`);
  return Uint8Array.from(wasm);
}
