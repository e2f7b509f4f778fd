import { base } from "@trazo/practice";
import { loadModel, readOnnx, summarizeOnnx } from "trazo";
import { isOnnxFile, readBytes } from "trazo/node";
import { modelPath } from "./model-path.js";

/** Prints the table of layers, or of an ONNX file's operators. */
export async function showSummary(name: string): Promise<void> {
  process.stdout.write(`${await summaryOf(name)}\n`);
}

async function summaryOf(given: string): Promise<string> {
  const name = given === "base" ? given : modelPath(given);
  if (isOnnxFile(name)) return summarizeOnnx(readOnnx(await readBytes(name), name));
  return (name === "base" ? base.network({ seed: 0 }) : await loadModel(name, { compile: false })).summary({
    print: () => {},
    lineLength: process.stdout.columns,
  });
}
