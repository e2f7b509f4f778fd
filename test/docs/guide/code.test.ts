import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import * as trazo from "trazo";
import * as trazoNode from "trazo/node";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as serve from "../../../packages/serve/src/index.js";
import * as sweep from "../../../packages/sweep/src/index.js";
import { temporaryFolder } from "../../../packages/trazo/test/data/temporary-folder.js";
import { errorsOf } from "../compile.js";
import { blocksOf, readPage } from "./pages.js";
import { javaScriptOf, programs } from "./programs.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const nodePrograms = programs(false);
const pagePrograms = programs(true);

describe("code of the guide", () => {
  it("compiles", () => {
    expect(pagePrograms.size).toBeGreaterThan(0);
    const modules = new Map(
      [...nodePrograms, ...[...pagePrograms].map(([path, code]) => [`${path}-page`, code] as const)].map(
        ([path, code]) => [`${root}guide-${path.replace("/", "-")}.ts`, code],
      ),
    );
    expect(errorsOf(modules, { lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"] })).toEqual(
      [],
    );
  });
});

describe("runs the code of", () => {
  const { path: inFolder } = temporaryFolder();
  const before = process.cwd();
  const modules: Record<string, object> = {
    // MNIST as a page's file is what other tests write: compressing it takes half a minute.
    "trazo/node": { ...trazoNode, writeMnistAsset: async () => {} },
    "@trazo/serve": serve,
    "@trazo/sweep": { ...sweep, localPool: poolWithoutProcesses },
  };

  beforeAll(async () => {
    const { train, test } = await trazo.loadMnist();
    const some = ({ images, labels }: trazo.LabeledImages, count: number) => ({
      images: trazo.sliceRows(images, 0, count),
      labels: trazo.sliceRows(labels, 0, count),
    });
    const few = { train: some(train, 480), test: some(test, 64) };
    modules.trazo = { ...trazo, loadMnist: async () => few };
    await writeFiles(inFolder, few.train);
    process.chdir(inFolder("."));
    vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.spyOn(console, "log").mockReturnValue();
  });

  afterAll(() => {
    vi.restoreAllMocks();
    process.chdir(before);
  });

  it.each([...nodePrograms.keys()])("%s", async (path) => {
    await run(nodePrograms.get(path) as string, modules);
  });

  it("sweeps, whose ranges are read too", () => {
    expect(sweep.readSweep(inFolder("ranges.yaml")).settings).toHaveLength(20);
  });
});

/** Processes would run what was built. */
const poolWithoutProcesses = ({ folder }: sweep.LocalPoolOptions): sweep.RunPool => ({
  capacity: 1,
  run: ({ request, until }) =>
    sweep.executeRun(request, { folder: sweep.requestFolder(folder, request), until }),
  close: async () => {},
});

/** The files that the pages' programs read. */
async function writeFiles(path: (name: string) => string, digits: trazo.LabeledImages): Promise<void> {
  for (const [kind, red] of [
    ["cat", 200],
    ["dog", 60],
  ] as const) {
    mkdirSync(path(`animals/${kind}`), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const background = { r: red, g: 10 * i, b: 90 };
      await sharp({ create: { width: 40, height: 36, channels: 3, background } })
        .png()
        .toFile(path(`animals/${kind}/${i}.png`));
    }
  }
  await sharp(path("animals/dog/0.png")).jpeg().toFile(path("unknown.jpg"));

  for (const { language, code } of blocksOf(readPage("en", "sweeps"))) {
    const [, name] = /^# (\S+\.yaml)$/m.exec(code) ?? [];
    if (language === "yaml" && name) writeFileSync(path(name), code);
  }

  const rows = trazo.sliceRows(digits.images, 0, 32);
  const columns = Object.fromEntries(
    Array.from({ length: 784 }, (_, at) => [
      `pixel${at}`,
      Array.from({ length: 32 }, (_, row) => rows.data[row * 784 + at] as number),
    ]),
  );
  await trazo.writeCsv(path("train.csv"), {
    label: Array.from(digits.labels.data.subarray(0, 32)),
    ...columns,
  });

  const { layers } = trazo;
  const base = trazo.sequential(
    [
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 8, inputShape: [96, 96, 3], name: "conv1" }),
      layers.batchNormalization({ name: "conv1_bn" }),
    ],
    { name: "mobilenet", seed: 1 },
  );
  await base.save(path("mobilenet.keras"));
}

/** Runs a module's text: its imports are taken from `modules`, or are Node's own. */
async function run(code: string, modules: Readonly<Record<string, object>>): Promise<void> {
  const body = javaScriptOf(code)
    .replace(/^import \{([^}]*)\} from "([^"]+)";$/gm, (_, names: string, from: string) => {
      return `const {${names.replaceAll(" as ", ": ")}} = await load(${JSON.stringify(from)});`;
    })
    .replace(/^export \{\};$/gm, "");
  const load = async (name: string): Promise<object> => modules[name] ?? import(name);
  const silent = { log: () => {} };
  const AsyncFunction = (async () => {}).constructor as new (
    ...parts: string[]
  ) => (...given: unknown[]) => Promise<void>;
  await new AsyncFunction("load", "console", body)(load, silent);
}
