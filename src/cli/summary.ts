import { loadModel } from "../index.js";
import { base } from "../practice/techniques/base.js";

/** Prints the table of layers. */
export async function showSummary(name: string): Promise<void> {
  const model = name === "base" ? base.network({ seed: 0 }) : await loadModel(name);
  process.stdout.write(`${model.summary()}\n`);
}
