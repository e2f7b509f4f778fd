import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { imageMaps } from "../../src/data/augmentation/image-maps.js";
import { imageDataGenerator, nodeRuntime, type Tensor } from "../../src/index.js";
import { mapFeeds, sampleImages, smoothFillMode } from "../../src/onnx/sample-images.js";
import { irVersion, opset } from "../../src/onnx-format/proto.js";
import { onnxSchemas } from "../../src/onnx-format/schemas.js";
import { valueInfo } from "../../src/onnx-format/value-info.js";
import { RandomState } from "../../src/random/mt19937.js";

const [batch, height, width, channels] = [40, 9, 13, 3];
const shape = [batch, height, width, channels];
const pixels = new Uint8Array(batch * height * width * channels).map(
  (_, i) => (i * 97 + (i >> 5) * 31) % 256,
);
const images: Tensor<"uint8"> = { dtype: "uint8", shape, data: pixels, divisor: 255 };

/** The images that a graph makes of maps. */
async function sampled(fillMode: "nearest" | "reflect", maps: ReturnType<typeof imageMaps>): Promise<Tensor> {
  const size = { height, width, channels };
  const { nodes, constants, inputs } = sampleImages("images", "varied", {
    batch,
    size,
    divisor: 255,
    fillMode,
  });
  const graph = {
    name: "sampling",
    node: [...nodes],
    initializer: [...constants],
    input: [valueInfo("images", "uint8", shape), ...inputs],
    output: [valueInfo("varied", "float32", shape)],
  };
  const { Graph, Model } = onnxSchemas();
  const opsetImport = [{ domain: "", version: opset }];
  const model = create(Model, { irVersion, opsetImport, graph: create(Graph, graph) });
  const session = await (await nodeRuntime()).load(toBinary(Model, model));
  const { divisor: _, ...bytes } = images;
  const { varied } = await session.run({ images: bytes, ...mapFeeds(maps) });
  await session.release();
  return varied as Tensor;
}

describe("images that a graph varies", () => {
  const ranges = {
    rotationRange: 60,
    widthShiftRange: 0.4,
    heightShiftRange: 0.4,
    shearRange: 20,
    zoomRange: 0.5,
    horizontalFlip: true,
    verticalFlip: true,
  };

  it.each(["nearest", "reflect"] as const)("are those of the generator: %s", async (fillMode) => {
    const generator = imageDataGenerator({ ...ranges, fillMode });
    const rows = Int32Array.from({ length: batch }, (_, i) => i);
    const expected = new Float32Array(pixels.length);
    generator.writeBatch(images, rows, new RandomState(7), expected);
    const random = new RandomState(7);
    const drawn = Array.from(rows, () => generator.randomParameters(random, height, width));
    const { data } = await sampled(fillMode, imageMaps(drawn, { height, width }));
    const most = expected.reduce((sum, value, i) => Math.max(sum, Math.abs((data[i] as number) - value)), 0);
    expect(most).toBeLessThan(1e-5);
  });

  it("are exactly as they were where nothing is varied", async () => {
    const { data } = await sampled("nearest", imageMaps(Array(batch).fill({}), { height, width }));
    for (const [i, pixel] of pixels.entries()) expect(data[i]).toBeCloseTo(pixel / 255, 6);
  });
});

it.each([
  { channelShiftRange: 0.1 },
  { elasticRange: 2 },
  { rescale: 2 },
  { fillMode: "constant" },
  { interpolationOrder: 0 },
] as const)("a generator that does more than a graph would says so: %j", (more) => {
  const { recipe } = imageDataGenerator({ rotationRange: 10, ...more }).byRecipe ?? {};
  expect(recipe && smoothFillMode(recipe)).toBeUndefined();
});
