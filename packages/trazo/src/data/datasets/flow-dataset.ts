import { copyRows } from "../../tensor.js";
import type { ImageFlow } from "../augmentation/flow.js";
import { type Dataset, rowType } from "./dataset.js";

/** The images that a flow makes, for what reads datasets; each batch draws from its own seed. */
export function flowDataset(flow: ImageFlow): Dataset {
  return {
    length: flow.x.shape[0] as number,
    x: { dtype: "float32", shape: flow.x.shape.slice(1) },
    y: rowType(flow.y),
    read(indices, into, { seed }) {
      flow.writeBatch(indices, 0, seed, into.x as Float32Array);
      if (into.y) copyRows(flow.y, indices, 0, indices.length, into.y);
      if (!flow.sampleWeight) return;
      for (const [row, index] of indices.entries())
        into.sampleWeight[row] = flow.sampleWeight[index] as number;
    },
  };
}
