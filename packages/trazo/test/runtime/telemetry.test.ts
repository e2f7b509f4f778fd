import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { layers, sequential } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";

const built = fileURLToPath(new URL("../../dist/", import.meta.url));
const serve = fileURLToPath(new URL("../../../serve/dist/", import.meta.url));
const { path } = temporaryFolder();

beforeAll(() =>
  sequential([
    layers.input({ shape: [4, 4, 1] }),
    layers.flatten(),
    layers.dense({ units: 2, activation: "softmax" }),
  ]).save(path("model.keras")),
);

/** Names of the files that a program leaves in a folder which is its home and its place for temporary files. */
function leavings(name: string, program: string): string[] {
  const home = path(name);
  mkdirSync(home);
  writeFileSync(path(`${name}.mjs`), program);
  const { status, stderr } = spawnSync(process.execPath, [path(`${name}.mjs`)], {
    encoding: "utf8",
    env: { ...process.env, HOME: home, TMPDIR: home, ORT_DISABLE_TELEMETRY: undefined },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return readdirSync(home);
}

describe("ONNX Runtime keeps no record of what it is used for", () => {
  it.each(["native", "addon"])("through its %s binding", (binding) => {
    const program = `
      import { loadModel, nodeRuntime, tensor } from ${JSON.stringify(`${built}index.js`)};
      const runtime = await nodeRuntime({ binding: "${binding}", threads: 1 });
      const model = await loadModel(${JSON.stringify(path("model.keras"))}, { runtime });
      await model.predict(tensor("float32", [1, 4, 4, 1], new Float32Array(16)));
      await model.dispose();`;
    expect(leavings(binding, program)).toEqual([]);
  });

  it("in the server's thread", () => {
    const program = `
      import { openThreadedClassifier } from ${JSON.stringify(`${serve}threaded-classifier.js`)};
      const classifier = await openThreadedClassifier(${JSON.stringify(path("model.keras"))}, 1);
      await classifier.classify({ dtype: "uint8", shape: [1, 4, 4, 1], data: new Uint8Array(16) });
      await classifier.dispose();`;
    expect(leavings("thread", program)).toEqual([]);
  });
});
