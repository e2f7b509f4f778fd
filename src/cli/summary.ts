import { readBytes } from "../data/read-bytes.js";
import { isOnnxFile } from "../formats/file-kind.js";
import { loadModel } from "../index.js";
import { readOnnx } from "../onnx/read.js";
import { summarizeOnnx } from "../onnx/summary.js";
import { base } from "../practice/techniques/base.js";

/** Prints the table of layers, or of an ONNX file's operators. */
export async function showSummary(name: string): Promise<void> {
  process.stdout.write(`${await summaryOf(name)}\n`);
}

async function summaryOf(name: string): Promise<string> {
  if (isOnnxFile(name)) return summarizeOnnx(readOnnx(await readBytes(name), name));
  return (name === "base" ? base.network({ seed: 0 }) : await loadModel(name, { compile: false })).summary();
}
