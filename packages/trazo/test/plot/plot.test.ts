import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { residualNetwork } from "../../../../examples/residual-network.js";
import { siamese } from "../../../../examples/siamese.js";
import { uNet } from "../../../../examples/u-net.js";
import {
  apply,
  applyAll,
  layers,
  type Model,
  model,
  type SymbolicTensor,
  sequential,
} from "../../src/index.js";
import { plotBlocks } from "../../src/plot/blocks.js";
import { expandNested } from "../../src/plot/expand-nested.js";
import { layoutBlocks } from "../../src/plot/layout.js";

const texts = (svg: string, kind: string): string[] =>
  [...svg.matchAll(new RegExp(`<text class="${kind}"[^>]*>([^<]*)</text>`, "g"))].map(
    ([, text]) => text ?? "",
  );

const networks = {
  "ResNet-20": () => residualNetwork(),
  "U-Net": () => uNet(),
  "siamese network": () => siamese(),
} satisfies Record<string, () => Model>;

describe.each(Object.entries(networks))("the picture of a %s", (_, make) => {
  const net = make();

  it("shows every layer with its name and the shape of what it gives", async () => {
    const svg = await net.plot();
    const named = texts(svg, "name").map((name) => name.replace(/\[\d\]$/, ""));
    expect(new Set(named)).toEqual(new Set(net.layers.map(({ name }) => name)));
    const shapes = texts(svg, "shape");
    for (const { outputShape } of net.layers) expect(shapes).toContain(outputShape.slice(1).join("×"));
    // Well-formed, and as large as it says.
    const { width, height } = await sharp(Buffer.from(svg)).metadata();
    expect(svg).toContain(`viewBox="0 0 ${width} ${height}"`);
  });

  it.each(["TB", "LR"] as const)("has nothing lie upon another, or outside (%s)", (rankdir) => {
    const graph = plotBlocks(net.definition);
    const sizes = graph.blocks.map(({ rows }) => ({ width: 300, height: 22 * rows.length }));
    const { width, height, places, lines } = layoutBlocks(graph, sizes, rankdir);
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(0, i)) {
        const isApart =
          Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
        expect(isApart).toBe(true);
      }
      expect(a.x - a.width / 2).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width / 2).toBeLessThanOrEqual(width);
    }
    for (const { x, y } of lines.flat()) {
      expect(x >= 0 && x <= width && y >= 0 && y <= height).toBe(true);
    }
    // Whatever takes a tensor comes after what gives it.
    const along = rankdir === "TB" ? "y" : "x";
    for (const { from, to } of graph.edges) {
      expect(places[from]?.[along]).toBeLessThan(places[to]?.[along] as number);
    }
  });
});

describe("the picture of a model", () => {
  it("draws a chain as one block", () => {
    const chain = sequential([
      layers.input({ shape: [8, 8, 1] }),
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 10 }),
    ]);
    const { blocks, edges } = plotBlocks(chain.definition);
    expect(blocks.map(({ rows }) => rows.map(({ className, detail }) => `${className} ${detail}`))).toEqual([
      ["InputLayer ", "Conv2D 3×3, 4, stride 2, relu", "Flatten ", "Dense 10"],
    ]);
    expect(edges).toEqual([]);
  });

  it("draws what a chain without an input layer takes", () => {
    const chain = sequential([layers.dense({ units: 2, inputShape: [5] })]);
    expect(plotBlocks(chain.definition).blocks[0]?.rows.map(({ className }) => className)).toEqual([
      "InputLayer",
      "Dense",
    ]);
  });

  it("connects every block to those whose tensors it takes, and names several outputs", () => {
    const x = layers.input({ shape: [3], name: "x" });
    const a = apply(layers.dense({ units: 3, name: "a" }), x);
    const sum = apply(layers.add({ name: "sum" }), [x, a, x]);
    const net = model({ inputs: x, outputs: { left: a, right: sum } });
    const { blocks, edges } = plotBlocks(net.definition);
    const at = (name: string): number =>
      blocks.findIndex(({ rows }) => rows.some((row) => row.name === name));
    expect(edges).toEqual([
      { from: at("x"), to: at("a") },
      { from: at("x"), to: at("sum") },
      { from: at("a"), to: at("sum") },
    ]);
    expect(blocks[at("a")]?.outputs).toEqual(["left"]);
    expect(blocks[at("sum")]?.outputs).toEqual(["right"]);
  });

  it("draws the layers of nested models where it is told to, once for each call", async () => {
    const net = siamese({ side: 8 });
    const inTower = ["conv2d", "max_pooling2d", "flatten", "dense"];
    const graph = plotBlocks(expandNested(net.definition));
    expect(graph.blocks.map(({ rows }) => rows.map(({ name }) => name))).toEqual([
      ["left", ...inTower.map((name) => `tower/${name}`)],
      ["right", ...inTower.map((name) => `tower[1]/${name}`)],
      ["subtract"],
      ["multiply", "dense"],
    ]);
    expect(graph.edges).toEqual([
      { from: 0, to: 2 },
      { from: 1, to: 2 },
      { from: 2, to: 3 },
    ]);
    expect(texts(await net.plot({ expandNested: true }), "name")).toContain("tower[1]/conv2d");
    expect(texts(await net.plot(), "name")).not.toContain("tower[1]/conv2d");
  });

  it("draws models within nested models, of several outputs, some of them inputs", () => {
    const x = layers.input({ shape: [3], name: "x" });
    const inner = sequential([layers.dense({ units: 3, inputShape: [3], name: "deep" })], { name: "inner" });
    const y = layers.input({ shape: [3], name: "y" });
    const parts = model({ inputs: y, outputs: [y, apply(inner, y)], name: "outer" });
    const [same, deep] = applyAll(parts, x) as [SymbolicTensor, SymbolicTensor];
    const sum = apply(layers.add({ name: "sum" }), [same, deep]);
    const net = model({ inputs: x, outputs: { passed: same, sum } });
    const { blocks, edges } = plotBlocks(expandNested(net.definition));
    expect(blocks.map(({ rows }) => rows.map(({ name }) => name))).toEqual([
      ["x"],
      ["outer/inner/deep"],
      ["sum"],
    ]);
    expect(edges).toEqual([
      { from: 0, to: 1 },
      { from: 0, to: 2 },
      { from: 1, to: 2 },
    ]);
    expect(blocks.map(({ outputs }) => outputs)).toEqual([["passed"], [], ["sum"]]);
  });

  it("marks frozen layers, and leaves out what is not wanted", async () => {
    const net = sequential([layers.dense({ units: 2, inputShape: [5], name: "<&>" })]);
    net.setTrainable(false);
    expect(texts(await net.plot(), "name")).toContain("&lt;&amp;&gt; ❄");
    const bare = await net.plot({ showLayerNames: false, showShapes: false });
    expect([...texts(bare, "name"), ...texts(bare, "shape")]).toEqual([]);
    await expect(net.plot({ rankdir: "up" as never })).rejects.toThrow(/rankdir must be "TB" or "LR"/);
    await expect(net.plot({ dpi: 3 } as never)).rejects.toThrow(/plot has no option "dpi"/);
    await expect(sequential().plot()).rejects.toThrow(/has no layers to be drawn/);
  });
});
