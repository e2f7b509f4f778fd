import { inflateSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  divide,
  imageDataGenerator,
  layers,
  type Model,
  metrics,
  sequential,
  sliceRows,
  takeRows,
  tensor,
  toCategorical,
} from "../../src/index.js";

/** What a Jupyter kernel for JavaScript does with the last expression of a cell. */
async function shown(value: object): Promise<Record<string, string>> {
  const show = (value as Record<symbol, unknown>)[Symbol.for("Jupyter.display")];
  expect(show).toBeTypeOf("function");
  return await (show as () => Promise<Record<string, string>>).call(value);
}

interface Message {
  readonly type: string;
  readonly data: Record<string, string>;
  readonly id: string;
}

/** Pretends to be a cell of Deno's notebook. */
function inNotebook(): { messages: Message[]; lines: string[] } {
  const messages: Message[] = [];
  const lines: string[] = [];
  const broadcast = async (
    type: string,
    content: { data: Record<string, string>; transient: { display_id: string } },
  ): Promise<void> => void messages.push({ type, data: content.data, id: content.transient.display_id });
  vi.stubGlobal("Deno", { jupyter: { broadcast } });
  vi.spyOn(console, "log").mockImplementation((text: string) => void lines.push(text));
  return { messages, lines };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const pixels = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => (i * 37) % 256);
const images = tensor("uint8", [20, 6, 6, 1], pixels(20 * 36));
const labels = toCategorical(
  Array.from({ length: 20 }, (_, i) => i % 3),
  3,
);

function network(): Model {
  const model = sequential(
    [
      layers.input({ shape: [6, 6, 1] }),
      layers.conv2d({ filters: 5, kernelSize: 3 }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

/** Width, height and the rows of a PNG whose rows are stored as they are. */
function decodePng(base64 = ""): { width: number; height: number; at(x: number, y: number): number } {
  const file = Buffer.from(base64, "base64");
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const length = file.readUInt32BE(33);
  const rows = inflateSync(file.subarray(41, 41 + length));
  return { width, height, at: (x, y) => rows[y * (width + 1) + 1 + x] as number };
}

describe("what a notebook shows below a cell", () => {
  it("of images a sheet, enlarged pixel by pixel", async () => {
    const bundle = await shown(images);
    const sheet = decodePng(bundle["image/png"]);
    // Ten in a row, nine times as large, 4 pixels apart.
    expect([sheet.width, sheet.height]).toEqual([10 * (54 + 4) + 4, 2 * (54 + 4) + 4]);
    expect(sheet.at(0, 0)).toBe(255);
    expect([sheet.at(4, 4), sheet.at(12, 12), sheet.at(13, 4)]).toEqual([0, 0, 37]);
    expect(bundle["text/plain"]).toContain("uint8 [20, 6, 6, 1]");
  });

  it("the same of divided images and of parts of them", async () => {
    const scaled = divide(images, 255);
    const { "image/png": whole } = await shown(images);
    expect((await shown(scaled))["image/png"]).toBe(whole);
    const floats = tensor(
      "float32",
      [20, 6, 6, 1],
      Float32Array.from(images.data, (byte) => byte / 255),
    );
    // The greatest pixel is not 255, so that a stretched picture would be another one.
    expect((await shown(takeRows(floats, [3])))["image/png"]).toBe(
      (await shown(sliceRows(images, 3, 4)))["image/png"],
    );
  });

  it("of feature maps each channel, of other tensors the first values", async () => {
    const maps = await network()
      .upTo("conv2d")
      .predict(sliceRows(images, 0, 1));
    expect(decodePng((await shown(maps))["image/png"]).width).toBe(5 * (56 + 4) + 4);
    expect(await shown(tensor("float32", [2, 2], [1, 2, 3, 4.5]))).toEqual({
      "text/plain": "float32 [2, 2]\n[1, 2]\n[3, 4.5]",
    });
    expect(await shown(tensor("int64", [1], [7]))).toEqual({ "text/plain": "int64 [1]\n[7]" });
  });

  it("of a model its summary and its picture", async () => {
    const model = network();
    const bundle = await shown(model);
    expect(bundle["text/plain"]).toBe(model.summary({ print: () => {} }));
    expect(bundle["text/html"]).toMatch(/^<pre>Model: &quot;sequential&quot;[^<]*<\/pre><svg /);
    expect(bundle["image/svg+xml"]).toBe(await model.plot());
  });

  it("of a confusion matrix a heat map with the counts, and the table as text", async () => {
    const matrix = metrics.confusionMatrix(
      tensor("uint8", [4], [0, 1, 1, 1]),
      tensor("uint8", [4], [0, 1, 1, 0]),
    );
    const bundle = await shown(matrix);
    expect(bundle["text/plain"]).toBe(metrics.formatConfusionMatrix(matrix));
    expect(
      [...(bundle["image/svg+xml"] ?? "").matchAll(/class="(?:none|dark|light)"[^>]*>(\d+)</g)].map(
        (m) => m[1],
      ),
    ).toEqual(["1", "0", "1", "2"]);
  });

  it("of a flow its images with variants of them, without moving on", async () => {
    const flow = () =>
      imageDataGenerator({ rotationRange: 30 }).flow(images, labels, { seed: 3, batchSize: 4 });
    const [looked, fresh] = [flow(), flow()];
    const sheet = decodePng((await shown(looked))["image/png"]);
    expect([sheet.width, sheet.height]).toEqual([10 * (54 + 4) + 4, 5 * (54 + 4) + 4]);
    expect(looked.next().x.data).toEqual(fresh.next().x.data);
  });

  it("of a training its curves, and a table where there are no pictures", async () => {
    const history = await network().fit(images, labels, { epochs: 2, verbose: 0, validationSplit: 0.2 });
    const bundle = await shown(history);
    for (const name of ["loss", "val_loss", "accuracy", "val_accuracy"]) {
      expect(bundle["image/svg+xml"]).toContain(`>${name}</text>`);
    }
    expect(bundle["text/plain"]?.split("\n")).toHaveLength(3);
    expect(bundle["text/plain"]).toContain(history.history.val_loss?.[1]?.toFixed(4) ?? "nothing");
  });

  it("and these objects stay plain data", () => {
    expect(Object.keys(images)).toEqual(["dtype", "shape", "data"]);
    expect(Object.getOwnPropertySymbols({ ...images })).toEqual([]);
    expect(structuredClone(images)).toEqual(images);
  });
});

describe("fit in a notebook", () => {
  it("draws one line and the curves in one place, and leaves the curves as a picture", async () => {
    const { messages } = inNotebook();
    await network().fit(images, labels, { epochs: 2, batchSize: 4, validationSplit: 0.2 });
    expect(messages.map(({ type }) => type)).toEqual([
      "display_data",
      ...messages.slice(1).map(() => "update_display_data"),
    ]);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1);
    const running = messages.at(-2)?.data ?? {};
    expect(running["text/html"]).toMatch(
      /^<pre>Epoch 2\/2 4\/4 \[=+\] - \d+s .*val_accuracy: [\d.e+]+<\/pre><svg /,
    );
    const last = messages.at(-1)?.data ?? {};
    expect(Object.keys(last)).toEqual(["text/plain", "image/svg+xml"]);
    expect(last["text/plain"]).toBe(running["text/plain"]);
  });

  it("prints messages through the console, without the empty lines that end a progress line elsewhere", async () => {
    const { lines } = inNotebook();
    const says: { print: (text: string) => void } = { print: () => {} };
    const speaker = {
      setParams: ({ print }: { print: (text: string) => void }) => {
        says.print = print;
      },
      onEpochEnd: (epoch: number) => says.print(`\nEpoch ${epoch + 1}: saved\n`),
    };
    await network().fit(images, labels, { epochs: 2, callbacks: [speaker] });
    expect(lines).toEqual(["Epoch 1/2", "Epoch 1: saved", "Epoch 2/2", "Epoch 2: saved"]);
  });

  it("is silent with verbose 0, and prints a line per epoch with verbose 2 or a print of its own", async () => {
    const { messages, lines } = inNotebook();
    await network().fit(images, labels, { epochs: 2, verbose: 0 });
    expect([messages, lines]).toEqual([[], []]);
    await network().fit(images, labels, { epochs: 2, verbose: 2 });
    expect(lines).toHaveLength(2);
    const own: string[] = [];
    await network().fit(images, labels, { epochs: 2, print: (text) => void own.push(text) });
    expect(own).toHaveLength(2);
    expect(messages).toEqual([]);
  });

  it("trains the same weights as elsewhere", async () => {
    const elsewhere = network();
    await elsewhere.fit(images, labels, { epochs: 2, verbose: 0 });
    inNotebook();
    const here = network();
    await here.fit(images, labels, { epochs: 2 });
    expect(here.getWeights()).toEqual(elsewhere.getWeights());
  });

  it("takes Deno outside of notebooks, where asking for the kernel throws, for a terminal", async () => {
    vi.stubGlobal("Deno", {
      get jupyter() {
        throw new Error("Deno.jupyter is only available in `deno jupyter` subcommand.");
      },
    });
    const written = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    await network().fit(images, labels, { epochs: 2 });
    expect(written.mock.calls.flat().join("")).toContain("Epoch 2/2");
  });
});
