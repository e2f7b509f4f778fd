import { setTimeout as sleep } from "node:timers/promises";
import type { ImageClassifier } from "trazo";

/** Names every 2×3 image by its first pixel: class `c7` for 7. `delay` is how long an inference takes. */
export function fakeClassifier(options: { delay?: number; fail?: () => boolean } = {}): ImageClassifier {
  const classes = Array.from({ length: 256 }, (_, i) => `c${i}`);
  return {
    name: "fake",
    imageShape: [2, 3, 1],
    classes,
    async classify({ shape, data }) {
      const count = shape[0] as number;
      await sleep(options.delay ?? 0);
      if (options.fail?.()) throw new Error("a secret of the machine");
      const probabilities = new Float32Array(count * classes.length);
      for (let i = 0; i < count; i++) probabilities[i * classes.length + Number(data[i * 6])] = 1;
      return { dtype: "float32", shape: [count, classes.length], data: probabilities };
    },
    dispose: async () => {},
  };
}

/** A 2×3 image that the fake classifier takes for the class `first`. */
export const image = (first: number): number[][] => [
  [first, 200, 0],
  [0, 0, 0],
];
