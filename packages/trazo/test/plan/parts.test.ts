import { describe, expect, it } from "vitest";
import * as o from "../../src/graph/ops.js";
import type { Value } from "../../src/graph/value.js";
import type { Others } from "../../src/plan/execute.js";
import { type Network, relativeError } from "../lowering/compare.js";
import { computeByPlan } from "./compare-plan.js";
import { flat, Net, plain } from "./net.js";

const rows = 64;

/** Large enough for all of its phases to have more parts than threads. */
function network(): Network {
  const net = new Net();
  const convolved = (x: Value, filters: number): Value => {
    const y = net.product(x, filters);
    return o.relu(o.batchNormalization(y, { gamma: net.weight(filters), epsilon: 1e-3 }).output);
  };
  const x = convolved(net.images(16, 16, 3), 16);
  const y = o.maxPool2d(convolved(x, 16), { poolSize: [2, 2], strides: [2, 2], padding: "valid" });
  const grouped = o.groupedConv2d(y, net.weight(3, 3, 4, 16), { ...plain, groups: 4 });
  return net.ending(net.dense(net.dense(flat(grouped), 128), 8));
}

const threads = 2;
const partsOfThread = 4;

/** Threads of which only the first does anything. */
class Absent implements Others {
  readonly #taken = Array.from({ length: threads }, () => 0);
  /** Parts of a phase that were asked for most, by threads. */
  readonly most = Array.from({ length: threads }, () => 0);

  meet(): void {
    this.#taken.fill(0);
  }

  take(thread: number): number {
    const count = this.#taken[thread] as number;
    this.#taken[thread] = count + 1;
    this.most[thread] = Math.max(this.most[thread] as number, count);
    return count;
  }
}

const compute = (crew: { readonly threads: number; readonly others?: Others }) =>
  computeByPlan(network(), rows, rows, 100_000, undefined, undefined, crew);

describe("parts that a thread does not begin", () => {
  it("are taken over by another, with the same results", () => {
    const others = new Absent();
    const got = compute({ threads, others });
    expect(others.most).toEqual([partsOfThread, partsOfThread]);
    for (const [name, { data }] of Object.entries(compute({ threads: 1 }))) {
      expect(relativeError(got[name]?.data ?? [], data), name).toBeLessThan(1e-5);
    }
  });
});
