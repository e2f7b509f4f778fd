import { describe, expect, it } from "vitest";
import { terminateOnNaN } from "../../src/callbacks/index.js";
import { optimizers } from "../../src/index.js";
import { column, frozenLine } from "../model/tiny.js";
import { play } from "./drive.js";

describe("terminateOnNaN", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "ends training after the batch whose running loss is %d, in Keras's words",
    async (loss) => {
      const ended: number[] = [];
      const count = { onTrainBatchEnd: (batch: number) => void ended.push(batch) };
      const { logs, text } = await play([terminateOnNaN(), count], {
        epochs: [{}, {}],
        batches: [{ loss: 1 }, { loss }, { loss: 1 }],
      });
      expect(text).toBe("Batch 1: Invalid loss, terminating training\n");
      expect(ended).toEqual([0, 1]);
      expect(logs).toHaveLength(1);
    },
  );

  it("lets a loss be as large as it likes", async () => {
    const { logs, text } = await play([terminateOnNaN()], { epochs: [{}, {}], batches: [{ loss: 1e300 }] });
    expect(logs).toHaveLength(2);
    expect(text).toBe("");
  });

  it("ends a real training that diverges", async () => {
    const model = frozenLine();
    model.compile({ optimizer: optimizers.sgd({ learningRate: 1e30 }), loss: "meanSquaredError" });
    let text = "";
    const { epoch, history } = await model.fit(column([1, 2, 3, 4]), column([9, 9, 9, 9]), {
      batchSize: 1,
      epochs: 50,
      verbose: 0,
      callbacks: [terminateOnNaN()],
      print: (more) => {
        text += more;
      },
    });
    expect(text).toMatch(/^Batch \d: Invalid loss, terminating training\n$/);
    expect(epoch).toEqual([0]);
    expect(Number.isFinite(history.loss?.[0])).toBe(false);
  });
});
