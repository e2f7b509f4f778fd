import { base } from "@trazo/practice";
import { loadModel, readOnnx, summarizeOnnx } from "trazo";
import { isOnnxFile, readBytes } from "trazo/node";
import { modelPath } from "./model-path.js";
import type { CliText } from "./text/index.js";

/** Prints the table of layers, or of an ONNX file's operators. */
export async function showSummary(name: string, text: CliText): Promise<void> {
  process.stdout.write(`${await summaryOf(name, text)}\n`);
}

async function summaryOf(given: string, text: CliText): Promise<string> {
  const name = given === "base" ? given : modelPath(given, text);
  if (isOnnxFile(name)) return summarizeOnnx(readOnnx(await readBytes(name), name));
  return (name === "base" ? base.network({ seed: 0 }) : await loadModel(name, { compile: false })).summary({
    print: () => {},
    lineLength: process.stdout.columns,
  });
}
