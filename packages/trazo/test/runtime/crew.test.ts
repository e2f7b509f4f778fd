import { afterEach, describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { mul } from "../../src/graph/ops.js";
import { compiledPlanKernels } from "../../src/kernels/compiled-plan-kernels.js";
import { FlatMemory } from "../../src/kernels/flat-memory.js";
import { compileStream } from "../../src/kernels/kernels.js";
import { productModels } from "../../src/node/runtime/product-models.js";
import { threadStarter } from "../../src/node/runtime/thread-starter.js";
import { Crew } from "../../src/plan/crew/crew.js";
import type { Letter, StartThread, Thread } from "../../src/plan/crew/thread.js";
import { PlanHost } from "../../src/plan/host.js";
import type { Program, Step } from "../../src/plan/program/program.js";
import { WasmBlas } from "../../src/plan/wasm-blas.js";

const start = threadStarter(productModels());
const crews: Crew[] = [];
const crewOf = (isJoined: boolean, starting: StartThread = start): Crew => {
  const crew = new Crew({ threads: 2, isJoined, start: starting });
  crews.push(crew);
  return crew;
};
afterEach(async () => {
  for (const crew of crews.splice(0)) await crew.end();
});

const program = (step: Step): Program => ({
  batch: 8,
  threads: 2,
  parts: 2,
  phases: [
    {
      ...{ parts: 2, shares: 2, rows: 2, blocks: [step] },
      ...{ first: [], prepare: [], each: [], begin: [], idle: [], shared: [], last: [], end: [] },
    },
  ],
  inputs: [],
  constants: [],
  outputs: {},
  end: 0,
});

/** Sets as many numbers as there are samples. */
const fill = (kernel: string, value: number): Program => {
  const place = { at: 65536, perRow: 4, perThread: 0, perPart: 0 };
  return program({ kind: "kernel", name: kernel, args: [place, { perRow: 1 }, value] });
};

function announce(crew: Crew, memory: FlatMemory, ...programs: readonly Program[]): number[] {
  memory.take(2 * 65536);
  const [kernels, shared] = [compiledPlanKernels, memory.memory];
  crew.announce({ kind: "memory", memory: shared, kernels, scratch: [0, 0] });
  return programs.map((one) => {
    const number = crew.newId();
    crew.announce({ kind: "program", id: number, program: one });
    return number;
  });
}

describe("a crew beside the caller", () => {
  it("says what went wrong in a thread, and continues with what is right", async () => {
    const [crew, memory] = [crewOf(false), new FlatMemory()];
    const [wrong, right] = announce(crew, memory, fill("fil", 1), fill("fill", 2)) as [number, number];
    await crew.ready();
    for (let i = 0; i < 3; i++) {
      await expect(crew.runBeside({ id: wrong, count: 8 })).rejects.toThrow('There is no kernel "fil".');
      await crew.runBeside({ id: right, count: 7 });
      expect([...memory.float32(65536, 8)]).toEqual([2, 2, 2, 2, 2, 2, 2, 0]);
    }
  });

  it("takes its runs in turns", async () => {
    const [crew, memory] = [crewOf(false), new FlatMemory()];
    const ids = announce(crew, memory, ...[1, 2, 3, 4].map((value) => fill("fill", value)));
    await crew.ready();
    await Promise.all(ids.map((id) => crew.runBeside({ id, count: 8 })));
    expect(memory.float32(65536, 1)[0]).toBe(4);
  });
});

describe("a crew with the caller", () => {
  it("says what went wrong in another thread, and continues", async () => {
    const [crew, memory] = [crewOf(true), new FlatMemory()];
    const [wrong, right] = announce(crew, memory, fill("fil", 1), fill("fill", 2)) as [number, number];
    await crew.ready();
    for (let i = 0; i < 3; i++) {
      expect(() => crew.run({ id: wrong, count: 8 }, crew.meet)).toThrow('There is no kernel "fil".');
      crew.run({ id: right, count: 8 }, crew.meet);
      // Of what the caller does not begin the other thread does its part, too.
      expect([...memory.float32(65536, 8)]).toEqual([2, 2, 2, 2, 2, 2, 2, 2]);
      memory.float32(65536, 8).fill(0);
    }
  });

  it("passes on what went wrong in the caller's part", async () => {
    const [crew, memory] = [crewOf(true), new FlatMemory()];
    const [right] = announce(crew, memory, fill("fill", 2)) as [number];
    await crew.ready();
    const fail = (): void => {
      throw new RangeError("no memory");
    };
    expect(() => crew.run({ id: right, count: 8 }, fail)).toThrow(new RangeError("no memory"));
    crew.run({ id: right, count: 8 }, crew.meet);
  });

  it("sees memory that has grown since", async () => {
    const [crew, memory] = [crewOf(true), new FlatMemory()];
    announce(crew, memory);
    await crew.ready();
    const at = 100 * 65536;
    memory.take(at + 64);
    const id = crew.newId();
    const place = { at, perRow: 4, perThread: 0, perPart: 0 };
    const grown = program({ kind: "kernel", name: "fill", args: [place, { perRow: 1 }, 3] });
    crew.announce({ kind: "program", id, program: grown });
    crew.run({ id, count: 8 }, crew.meet);
    expect([...memory.float32(at + 16, 4)]).toEqual([3, 3, 3, 3]);
  });
});

describe("a thread that ends by itself", () => {
  /** What makes it end: a letter that it cannot read. */
  const broken = { kind: "start", control: new ArrayBuffer(4) } as unknown as Letter;

  const silent: Thread = { post() {}, hold() {}, end() {} };
  const failing = (): void => {
    throw new RangeError("no memory");
  };

  it("is reported with the reason", async () => {
    const reason = await new Promise<string>((resolve) => {
      start(() => {}, resolve).post(broken);
    });
    expect(reason).toMatch(/array length/);
  });

  it("makes the next runs fail in words", async () => {
    let end = (_reason: string): void => {};
    const crew = crewOf(true, (received, failed) => {
      end = failed;
      return start(received, failed);
    });
    await crew.ready();
    end("it stopped with code 1");
    expect(() => crew.run({ id: 1, count: 1 }, () => {})).toThrow(
      /Thread 2 of the 2 that compute this model's steps has ended: it stopped with code 1\. Make a new runtime/,
    );
  });

  it("in a run is noticed by a caller that waits for it", async () => {
    const threads: Thread[] = [];
    const starting: StartThread = (...told) => {
      const thread = start(...told);
      threads.push(thread);
      return thread;
    };
    const crew = new Crew({ threads: 2, isJoined: true, start: starting, patience: 200 });
    crews.push(crew);
    const [id] = announce(crew, new FlatMemory(), fill("fill", 1)) as [number];
    await crew.ready();
    // As if the system had ended it: nothing says so before the event loop turns.
    threads[0]?.end();
    for (let i = 0; i < 2; i++) {
      expect(() => crew.run({ id, count: 8 }, crew.meet)).toThrow(
        /The threads that compute this model's steps, 2 with the caller's, have done nothing for 0\.2 seconds while.*Make a new runtime/,
      );
    }
  });

  it("in a run is noticed by a caller whose own part fails", async () => {
    const crew = new Crew({ threads: 2, isJoined: true, start: () => silent, patience: 20 });
    expect(() => crew.run({ id: 1, count: 8 }, failing)).toThrow(/have done nothing for 0\.02 seconds/);
  });

  it("at the start is not waited for by a pass over arrays, all of whose shares the caller does then", () => {
    const host = new PlanHost({
      choice: "always",
      cache: 2 ** 18,
      scratchBytes: 0,
      crew: { threads: 2, isJoined: true, start: () => silent, patience: 20 },
      blas: (memory, scratch) => new WasmBlas(memory, scratch),
      pause: async () => {},
    });
    const count = 2 ** 16;
    const at = host.memory.top;
    host.memory.take(at + 4 * count);
    host.memory.float32(at, count).fill(2);
    const values = new Graph().input("values", "float32", []);
    const squares = { arrays: [values], scalars: [], stores: new Map(), sum: mul(values, values) };
    expect(host.teamFor(count)?.bind(compileStream(squares, true))([at], count, [])).toBe(4 * count);
  });

  it("at the start is reported to whoever waits for it", async () => {
    const crew = crewOf(false, (received, failed) => {
      const thread = start(received, failed);
      return { ...thread, post: () => thread.post(broken) };
    });
    await expect(crew.ready()).rejects.toThrow(/Thread . of the 2 that compute this model's steps has ended/);
  });
});
