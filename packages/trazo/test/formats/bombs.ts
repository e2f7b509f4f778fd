import { crc32, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { zipSync } from "fflate";
import {
  type AttributeProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { intAttribute, intsAttribute, protoNode, protoTensor } from "../../src/onnx-format/proto.js";
import { tensor } from "../../src/tensor.js";
import { writeHdf5 } from "./library-hdf5.js";

/** A small file that asks for much, and what is said of it; undefined where it is read, cheaply. */
export interface Bomb {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly refusal: RegExp | undefined;
}

/** A `.keras` file, compressed, with this configuration. */
function archive(config: string, weights: Uint8Array): Uint8Array {
  const text = new TextEncoder();
  return zipSync(
    {
      "metadata.json": text.encode('{"keras_version": "3.0.0"}'),
      "config.json": text.encode(config),
      "model.weights.h5": weights,
    },
    { level: 9 },
  );
}

const layer = (className: string, config: object): string =>
  JSON.stringify({ class_name: className, config });
const input = layer("InputLayer", { batch_shape: [null, 2, 2, 1], name: "input" });
const model = (...layers: readonly string[]): string =>
  `{"class_name": "Sequential", "config": {"name": "m", "layers": [${[input, ...layers].join(",")}]}}`;

export async function kerasBombs(): Promise<Bomb[]> {
  const none = await writeHdf5((root) => void root.create_group("layers"));
  const flatten = layer("Flatten", {});
  return [
    {
      name: "blanks.keras",
      bytes: archive(model(flatten).replace(": {", `:${" ".repeat(1_000_000)}{`), none),
      refusal: undefined,
    },
    {
      name: "layers.keras",
      bytes: archive(model(...new Array<string>(100_000).fill(flatten)), none),
      refusal: /the model has 100001 layers; at most 2000 are read/,
    },
    {
      name: "most-layers.keras",
      bytes: archive(model(...new Array<string>(1999).fill(flatten)), none),
      refusal: undefined,
    },
    {
      name: "deep.keras",
      bytes: archive(`{"a": ${"[".repeat(200_000)}${"]".repeat(200_000)}}`, none),
      refusal: /more than 500,000 values, or more than 100 levels/,
    },
    {
      name: "values.keras",
      bytes: archive(`{"a": [${"[],".repeat(5_000_000)}0]}`, none),
      refusal: /more than 500,000 values, or more than 100 levels/,
    },
    {
      name: "name.keras",
      bytes: archive(
        model(layer("Flatten", { name: "n".repeat(2_000_000) }), ...new Array<string>(1000).fill(flatten)),
        none,
      ),
      refusal: undefined,
    },
    {
      name: "option.keras",
      bytes: archive(model(layer("Dense", { units: "u".repeat(2_000_000) })), none),
      refusal: /units must be a positive integer.{0,1700}$/s,
    },
    {
      name: "content.keras",
      bytes: archive(model(flatten), new Uint8Array(100_000_000)),
      refusal: /the zip archive promises 100000\d+ bytes of content/,
    },
    {
      name: "lying-size.keras",
      bytes: lyingArchive(500_000_000),
      refusal: /the zip archive is damaged/,
    },
    {
      name: "activations.keras",
      bytes: archive(
        `{"class_name": "Sequential", "config": {"name": "m", "layers": [${layer("InputLayer", {
          batch_shape: [null, 4000, 4000, 1],
        })}, ${layer("Conv2D", { filters: 1000, kernel_size: [1, 1] })}]}}`,
        none,
      ),
      refusal: /MB/,
    },
  ];
}

/** One entry whose header says 10 bytes, and which inflates to far more. */
function lyingArchive(size: number): Uint8Array {
  const stored = deflateRawSync(new Uint8Array(size));
  const name = Buffer.from("metadata.json");
  const header = (signature: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    bytes.writeUInt32LE(signature);
    return bytes;
  };
  const local = header(0x04034b50, 30);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = header(0x02014b50, 46);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(stored.length, 20);
  entry.writeUInt32LE(10, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = header(0x06054b50, 22);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + name.length + stored.length, 16);
  return Buffer.concat([local, name, stored, entry, name, end]);
}

const config = '{"class_name": "Sequential", "config": {"layers": []}}';

export async function hdf5Bombs(): Promise<Bomb[]> {
  return [
    {
      name: "empty-texts.h5",
      bytes: emptyTexts(
        await writeHdf5((root) => {
          root.create_attribute("model_config", ["aaaa", "bbbb"], [2], "S4");
        }),
      ),
      refusal: /texts of no bytes/,
    },
    {
      name: "one-array.h5",
      // The same array under the same name, 8,000 times.
      bytes: await writeHdf5((root) => {
        root.create_attribute("model_config", config, null, "A");
        const weights = root.create_group("model_weights");
        weights.create_attribute("layer_names", ["dense"], [1], "S5");
        const dense = weights.create_group("dense");
        dense.create_attribute("weight_names", new Array<string>(8000).fill("k"), [8000], "S1");
        dense.create_dataset({ name: "k", data: new Float32Array(100_000), shape: [100_000], dtype: "<f" });
      }),
      refusal: /its arrays together are longer than the file/,
    },
    {
      name: "attributes.h5",
      bytes: await writeHdf5((root) => {
        root.create_attribute("model_config", config, null, "A");
        const weights = root.create_group("model_weights");
        for (let i = 0; i < 4000; i++) weights.create_attribute(`layer_names${i}`, ["k"], [1], "S1");
      }),
      refusal: /"k" is missing in \/model_weights/,
    },
    {
      name: "path.h5",
      // A name of 32,000 parts, none of which is there.
      bytes: await writeHdf5((root) => {
        root.create_attribute("model_config", config, null, "A");
        const weights = root.create_group("model_weights");
        weights.create_group("a");
        weights.create_attribute("layer_names", ["a/".repeat(32_000)], [1], "S64000");
      }),
      refusal: /is missing in \/model_weights/,
    },
  ];
}

/** Two texts of 4 bytes become 3e8 of none. */
function emptyTexts(bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  const name = changed.indexOf("model_config");
  const type = changed.indexOf(Buffer.from([0x13, 0x12, 0, 0, 4, 0, 0, 0]), name);
  changed.writeUInt32LE(0, type + 4);
  const dimension = changed.indexOf(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), type);
  changed.writeUInt32LE(300_000_000, dimension);
  return changed;
}

const valueInfo = (name: string, dims: readonly number[]): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: 1,
          shape: { dim: dims.map((dim) => ({ value: { case: "dimValue" as const, value: BigInt(dim) } })) },
        },
      },
    },
  });

const ints = (name: string, values: readonly number[]): TensorProto =>
  protoTensor(name, tensor("int64", [values.length], BigInt64Array.from(values, BigInt)));

function graph(
  nodes: readonly NodeProto[],
  tensors: readonly TensorProto[] = [],
  dims = [1, 1, 8, 8],
): Uint8Array {
  const last = protoNode("Flatten", [nodes.at(-1)?.output[0] as string], ["Y"]);
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: "", version: 17n }],
      graph: {
        name: "bomb",
        node: [...nodes, last],
        initializer: [...tensors],
        input: [valueInfo("X", dims)],
        output: [valueInfo("Y", [1, 64])],
      },
    }),
  );
}

const node = (op: string, input: string[], output: string[], attributes: AttributeProto[] = []): NodeProto =>
  protoNode(op, input, output, attributes);

/** A part of a message, in the encoding of protocol buffers. */
function field(number: number, content: Uint8Array): Buffer {
  const head = [number * 8 + 2];
  for (let left = content.length; ; left = Math.floor(left / 128)) {
    head.push((left % 128) + (left >= 128 ? 128 : 0));
    if (left < 128) return Buffer.concat([Buffer.from(head), content]);
  }
}

export function onnxBombs(): Bomb[] {
  const onesOf = (count: number): number[] => new Array<number>(count).fill(1);
  const axes = protoTensor("t", { ...tensor("float32", [], new Float32Array(1)), shape: onesOf(100_000) });
  return [
    {
      name: "rank.onnx",
      bytes: graph([node("Add", ["X", "t"], ["a"])], [axes]),
      refusal: /100000 axes; at most 32/,
    },
    {
      name: "unsqueeze.onnx",
      bytes: graph(
        [
          node("Unsqueeze", ["X", "a"], ["b"]),
          ...Array.from({ length: 500 }, (_, i) =>
            node("Unsqueeze", [i ? `b${i - 1}` : "b", "a"], [`b${i}`]),
          ),
        ],
        [
          ints(
            "a",
            Array.from({ length: 64 }, (_, i) => i),
          ),
        ],
      ),
      refusal: /68 axes; at most 32/,
    },
    {
      name: "dims.onnx",
      // Parts of a message that come twice are merged: the model's graph (7) gets another stored tensor (5), with its axes (1) in a list.
      bytes: Buffer.concat([
        graph([node("Relu", ["X"], ["a"])]),
        field(7, field(5, field(1, new Uint8Array(900_000).fill(1)))),
      ]),
      refusal: /more than 500,000 parts/,
    },
    {
      name: "split.onnx",
      bytes: graph([
        node(
          "Split",
          ["X"],
          Array.from({ length: 100_000 }, (_, i) => `o${i}`),
          [intAttribute("axis", 3)],
        ),
      ]),
      refusal: /100001 inputs and outputs at Split "Split:o0"; at most 1000/,
    },
    {
      name: "nodes.onnx",
      bytes: graph(
        Array.from({ length: 20_000 }, (_, i) => node("Relu", [i ? `a${i - 1}` : "X"], [`a${i}`])),
      ),
      refusal: /the graph has 20001 operators; at most 10000/,
    },
    {
      name: "expand.onnx",
      bytes: graph([node("Expand", ["X", "s"], ["a"])], [ints("s", [1, 10_000, 8, 8])]),
      refusal: undefined,
    },
    ...(
      [
        ["Expand", [10_000_000, 1, 8, 8]],
        ["Tile", [1000, 1000, 1, 1]],
      ] as const
    ).map(([op, shape]) => ({
      name: `${op}.onnx`,
      bytes: graph([node(op, ["X", "s"], ["a"])], [ints("s", shape)]),
      refusal: /up to here the graph takes \d+ MB/,
    })),
    {
      name: "constant.onnx",
      bytes: graph(
        [
          node("ConstantOfShape", ["s"], ["c"]),
          node("ReduceSum", ["c"], ["r"]),
          node("Add", ["X", "r"], ["a"]),
        ],
        [ints("s", [40_000, 40_000])],
      ),
      refusal: /up to here the graph takes \d+ MB/,
    },
    {
      name: "pad.onnx",
      bytes: graph([node("Pad", ["X", "s"], ["a"])], [ints("s", [0, 0, 0, 0, 0, 0, 100_000, 100_000])]),
      refusal: /up to here the graph takes \d+ MB/,
    },
    {
      name: "empty-times-endless.onnx",
      bytes: graph(
        [node("Expand", ["z", "s"], ["e"]), node("ReduceSum", ["e"], ["r"]), node("Add", ["X", "r"], ["a"])],
        [
          protoTensor("z", tensor("float32", [0, 1, 1], new Float32Array(0))),
          ints("s", [...new Array<number>(25).fill(2 ** 52), 0, 1, 1]),
        ],
      ),
      refusal: /up to here the graph takes NaN MB/,
    },
    {
      name: "batch.onnx",
      bytes: graph([node("ReduceMax", ["X"], ["a"], [intsAttribute("axes", [1, 2])])], [], [100_000, 64, 64]),
      refusal: /up to here the graph takes \d+ MB/,
    },
    {
      name: "slopes.onnx",
      bytes: graph(
        [
          node("ConstantOfShape", ["s"], ["c"]),
          node("PRelu", ["t", "c"], ["p"]),
          node("ReduceSum", ["p"], ["r"]),
          node("Add", ["X", "r"], ["a"]),
        ],
        [ints("s", [1000, 1000]), protoTensor("t", tensor("float32", [], new Float32Array(1)))],
      ),
      refusal: /slopes \[1000, 1000\] do not fit \[\]/,
    },
    {
      name: "split-count.onnx",
      bytes: graph([
        node("Split", ["X"], ["a", "b"], [intAttribute("axis", 3), intAttribute("num_outputs", 1)]),
      ]),
      refusal: /its num_outputs is 1, but it has 2/,
    },
    {
      name: "blank-bias.onnx",
      bytes: graph(
        [node("LayerNormalization", ["X", "s", ""], ["a"], [intAttribute("axis", 3)])],
        [protoTensor("s", tensor("float32", [8], new Float32Array(8).fill(1)))],
      ),
      refusal: undefined,
    },
    {
      name: "no-weights.onnx",
      bytes: graph([node("Conv", ["X"], ["a"])]),
      refusal: /Conv "Conv:a": its input 1 is missing/,
    },
    {
      name: "pool.onnx",
      bytes: graph(
        [
          node(
            "AveragePool",
            ["X"],
            ["p"],
            [intsAttribute("kernel_shape", [999, 999]), intsAttribute("pads", [499, 499, 499, 499])],
          ),
        ],
        [],
        [1, 1, 1000, 1000],
      ),
      refusal: /multiplications/,
    },
  ];
}

/** A chunk of a PNG file. */
function chunk(kind: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

function blackPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const rows = deflateSync(new Uint8Array((width + 1) * height), { level: 9 });
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", rows),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function zippedIdx(count: number, content: number): Buffer {
  const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  header.writeUInt32BE(count, 4);
  return gzipSync(Buffer.concat([header, new Uint8Array(content)]), { level: 9 });
}

export function dataBombs(): Bomb[] {
  const emptyMembers = Buffer.concat(new Array<Buffer>(20_000).fill(gzipSync("")));
  return [
    {
      name: "tall.png",
      bytes: blackPng(1, 10_000_000),
      refusal: /1×10000000 pixels, and at most 16384 per side/,
    },
    { name: "wide.png", bytes: blackPng(8000, 8000), refusal: /8000×8000 pixels, and at most 50 million/ },
    { name: "promise.gz", bytes: zippedIdx(2 ** 31 - 1, 100), refusal: /promises 2147483647 bytes/ },
    { name: "zeros.gz", bytes: zippedIdx(200_000_000, 200_000_000), refusal: /promises 200000000 bytes/ },
    {
      name: "late.gz",
      bytes: Buffer.concat([emptyMembers, zippedIdx(200_000_000, 200_000_000)]),
      refusal: /the IDX header is cut off at byte offset 0/,
    },
  ];
}
