import { describe, expect, it } from "vitest";
import { compiledPlanKernels } from "../../src/kernels/compiled-plan-kernels.js";
import { planKernels } from "../../src/kernels/plan-kernels.js";
import { compileRarePlanKernels } from "../../src/kernels/rare-plan-kernels.js";
import { sharedMemory } from "../../src/kernels/webassembly.js";
import { kernelBinder } from "../../src/plan/crew/share.js";

describe("the plan's kernels", () => {
  it("keep nothing in the memory themselves, so that threads can share it", () => {
    const memory = sharedMemory(2, 2);
    new Uint8Array(memory.buffer).fill(0x5a);
    planKernels(compiledPlanKernels, memory);
    kernelBinder(memory)(compileRarePlanKernels());
    expect(new Uint8Array(memory.buffer).every((value) => value === 0x5a)).toBe(true);
  });

  it("are made once per thread from one compiled module", () => {
    const memory = sharedMemory(2, 2);
    const [one, other] = [planKernels(compiledPlanKernels, memory), planKernels(compiledPlanKernels, memory)];
    const values = new Float32Array(memory.buffer, 1024, 10);
    one.fill(1024, 10, 3);
    other.scale(1024, 10, 2);
    expect(Array.from(values)).toEqual(Array(10).fill(6));
  });
});
