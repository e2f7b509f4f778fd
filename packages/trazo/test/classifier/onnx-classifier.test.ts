import { readFileSync, writeFileSync } from "node:fs";
import { clearField, create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { describe, expect, it } from "vitest";
import type { ImageClassifier } from "../../src/classifier/classifier.js";
import { openClassifier } from "../../src/classifier/open-classifier.js";
import {
  divide,
  layers,
  type OnnxOptions,
  type Sequential,
  sequential,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { intAttribute, protoNode, protoTensor } from "../../src/onnx-format/proto.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { runtime } from "../model/tiny.js";

const { path } = temporaryFolder();

/** Pixel k of all pictures is (k * 7919) mod 256, as in interop/onnx/make_fixtures.py. */
function pictures(count: number, height: number, width: number, channels: number) {
  const data = Uint8Array.from({ length: count * height * width * channels }, (_, k) => (k * 7919) % 256);
  return tensor("uint8", [count, height, width, channels], data);
}

const images = pictures(11, 6, 5, 3);

const colorNet = (): Sequential =>
  sequential(
    [
      layers.input({ shape: [6, 5, 3] }),
      layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 5, runtime, name: "colors" },
  );

type Change = (graph: GraphProto, model: ModelProto) => void;

let files = 0;
function write(bytes: Uint8Array): string {
  const file = path(`${files++}.onnx`);
  writeFileSync(file, bytes);
  return file;
}

/** An exported network, its file changed. */
function changed(change: Change, options: OnnxOptions = {}): string {
  const model = fromBinary(ModelProtoSchema, colorNet().toOnnx(options));
  change(model.graph as GraphProto, model);
  return write(toBinary(ModelProtoSchema, model));
}

const open = (file: string): Promise<ImageClassifier> => openClassifier(file, { runtime });

async function classify(file: string, of = images): Promise<Float32Array> {
  const classifier = await open(file);
  const { shape, data } = await classifier.classify(of);
  expect(shape).toEqual([of.shape[0], classifier.classes.length]);
  await classifier.dispose();
  return data;
}

const expected = (await colorNet().predict(divide(images, 255))).data;

function expectSame(found: ArrayLike<number>, wanted: ArrayLike<number> = expected): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < found.length; i++) expect(found[i]).toBeCloseTo(wanted[i] as number, 5);
}

const dimsOf = (graph: GraphProto) => {
  const type = graph.input[0]?.type?.value;
  if (type?.case !== "tensorType") throw new Error("no tensor");
  return type.value.shape?.dim ?? [];
};
const setDim = (graph: GraphProto, axis: number, size: number | undefined): void => {
  const dim = dimsOf(graph)[axis];
  if (dim) dim.value = size ? { case: "dimValue", value: BigInt(size) } : { case: "dimParam", value: "any" };
};
const withoutMetadata: Change = (_, model) => {
  model.metadataProps = [];
};

describe("an ONNX classifier classifies as the model that it came from:", () => {
  it.each<[string, OnnxOptions]>([
    ["floats, channels last", {}],
    ["bytes, channels last", { inputDtype: "uint8" }],
    ["floats, channels first", { inputLayout: "NCHW" }],
    ["bytes, channels first", { inputDtype: "uint8", inputLayout: "NCHW" }],
  ])("%s", async (_, options) => {
    expectSame(await classify(changed(() => {}, options)));
    // Layout and scale can also be told from the shape, and taken for granted.
    expectSame(await classify(changed(withoutMetadata, options)));
  });

  it("a fixed number of pictures a run, which does not divide what is asked", async () => {
    expectSame(await classify(changed((graph) => setDim(graph, 0, 4))));
    expectSame(await classify(changed((graph) => setDim(graph, 0, 1))));
  });

  it("any number by its input's shape, but made for one picture all the same", async () => {
    const file = changed((graph) => {
      const flatten = graph.node.find(({ opType }) => opType === "Reshape");
      const shape = graph.initializer.findIndex(({ name }) => name === flatten?.input[1]);
      graph.initializer[shape] = protoTensor(
        flatten?.input[1] ?? "",
        tensor("int64", [2], BigInt64Array.of(1n, -1n)),
      );
    });
    expectSame(await classify(file));
  });

  it("logits, and their logarithms' like", async () => {
    const logits = changed((graph) => {
      graph.node.pop();
      const last = graph.node.at(-1);
      if (last) last.output = ["probabilities"];
    });
    expectSame(await classify(logits));
    const logarithms = changed((graph) => {
      const last = graph.node.at(-1);
      if (last) last.opType = "LogSoftmax";
    });
    expectSame(await classify(logarithms));
    expect((await open(logits)).notes).toEqual(["The outputs are not probabilities; a softmax is applied."]);
    expect((await open(changed(() => {}))).notes).toEqual([]);
  });

  it("another scale, as the metadata say", async () => {
    const model = colorNet();
    const file = write(model.toOnnx({ pixelDivisor: 100 }));
    expectSame(await classify(file), (await model.predict(divide(images, 100))).data);
  });

  it("weights in typed fields instead of raw bytes, and weights that are inputs with defaults", async () => {
    const file = changed((graph, model) => {
      model.irVersion = 3n;
      for (const proto of graph.initializer) {
        const raw = new Uint8Array(proto.rawData).buffer;
        if (proto.dataType === 1) proto.floatData = [...new Float32Array(raw)];
        else proto.int64Data = [...new BigInt64Array(raw)];
        clearField(proto, TensorProtoSchema.field.rawData);
        graph.input.push({ ...(graph.input[0] as ValueInfoProto), name: proto.name });
      }
    });
    expectSame(await classify(file));
  });

  it("flat pictures, and pictures without an axis for channels", async () => {
    const dense = (shape: readonly number[]): Sequential =>
      sequential(
        [
          layers.input({ shape }),
          ...(shape.length > 1 ? [layers.flatten()] : []),
          layers.dense({ units: 3, activation: "softmax" }),
        ],
        { seed: 5, runtime },
      );
    const gray = pictures(3, 7, 7, 1);
    const flat = tensor("uint8", [3, 49], gray.data);
    const wanted = (await dense([49]).predict(divide(flat, 255))).data;
    expectSame(await classify(write(dense([49]).toOnnx()), gray), wanted);
    expectSame(await classify(write(dense([7, 7]).toOnnx()), gray), wanted);
  });

  it("a network that PyTorch exported, which asks for the batch's size as it runs", async () => {
    const folder = new URL("../fixtures/onnx/", import.meta.url);
    const { probabilities } = JSON.parse(readFileSync(new URL("pytorch.json", folder), "utf8"));
    const file = new URL("pytorch.onnx", folder).pathname;
    expectSame(await classify(file, pictures(5, 28, 28, 1)), probabilities.flat());
    expect((await open(file)).notes).toEqual([
      "The file does not say how pixels are scaled; they are taken from 0 to 1.",
      "The outputs are not probabilities; a softmax is applied.",
    ]);
  });
});

/** A network with another output before its own. */
const twoOutputs =
  (first: string, units: number): Change =>
  (graph) => {
    const input = graph.node.find(({ opType }) => opType === "Reshape")?.output[0] ?? "";
    const kernel = new Float32Array(48 * units).fill(0.01);
    graph.initializer.push(protoTensor("other/kernel", tensor("float32", [48, units], kernel)));
    const at = graph.node.findIndex(({ output }) => output[0] === input);
    graph.node.splice(at + 1, 0, protoNode("MatMul", [input, "other/kernel"], [first]));
    const [own] = graph.output as [ValueInfoProto];
    for (const node of graph.node)
      node.output = node.output.map((name) => (name === own.name ? "second" : name));
    graph.output = [
      { ...own, name: first },
      { ...own, name: "second" },
    ];
  };

describe("an ONNX file with several outputs", () => {
  it("does without what only other outputs need", async () => {
    const file = changed((graph, model) => {
      graph.node.push(protoNode("ArgMax", ["probabilities"], ["label"]));
      const node = protoNode("ArrayFeatureExtractor", ["label"], ["name"]);
      node.domain = "ai.onnx.ml";
      graph.node.push(node);
      model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: "ai.onnx.ml", version: 1n }));
      graph.output.unshift(create(ValueInfoProtoSchema, { name: "name" }));
    });
    expectSame(await classify(file));
  });

  it("is read by the output with the number of classes that is known", async () => {
    const file = changed(twoOutputs("first", 5));
    const classifier = await openClassifier(file, { runtime, classes: 3 });
    expectSame((await classifier.classify(images)).data);
  });

  it("is read by the output that is asked for, and asks which where it is unclear", async () => {
    const file = changed(twoOutputs("first", 5));
    await expect(open(file)).rejects.toThrow(
      'several outputs could tell the classes: "first" [batch, 5], "second" [batch, 3]. Choose one with --output',
    );
    expectSame((await (await openClassifier(file, { runtime, output: "second" })).classify(images)).data);
    expect((await openClassifier(file, { runtime, output: "first" })).classes).toHaveLength(5);
    await expect(openClassifier(file, { runtime, output: "third" })).rejects.toThrow(
      'there is no output "third" of float32 numbers. Its outputs of that type: "first", "second".',
    );
  });

  it("is read by its probabilities where it also gives the logits of these", async () => {
    const file = changed((graph) => {
      const softmax = graph.node.at(-1);
      const [own] = graph.output as [ValueInfoProto];
      if (softmax) softmax.output = ["sure"];
      graph.output = [
        { ...own, name: softmax?.input[0] ?? "" },
        { ...own, name: "sure" },
      ];
    });
    expectSame(await classify(file));
  });
});

describe("an ONNX file's scale", () => {
  /** As Keras's Rescaling layer in front of the network. */
  const rescaled: Change = (graph, model) => {
    withoutMetadata(graph, model);
    graph.initializer.push(protoTensor("factor", tensor("float32", [], Float32Array.of(1 / 255))));
    for (const node of graph.node)
      node.input = node.input.map((name) => (name === "images" ? "scaled" : name));
    graph.node.unshift(protoNode("Mul", ["images", "factor"], ["scaled"]));
  };

  it("is told from operators that scale bytes, which is noted", async () => {
    const file = changed(rescaled);
    expectSame(await classify(file));
    expect((await open(file)).notes).toEqual([expect.stringContaining("scales them itself")]);
  });

  it("can be said, and counts more than what is assumed", async () => {
    const model = colorNet();
    const file = changed(withoutMetadata);
    const preparation = { divisor: 1, mean: [10, 20, 30], std: [50, 60, 70] };
    const classifier = await openClassifier(file, { runtime, preparation });
    expect(classifier.notes).toEqual([]);
    const scaled = Float32Array.from(
      images.data,
      (byte, i) => (byte - 10 * ((i % 3) + 1)) / (50 + 10 * (i % 3)),
    );
    const wanted = await model.predict(tensor("float32", images.shape, scaled));
    expectSame((await classifier.classify(images)).data, wanted.data);
  });

  it("is kept from the model, in the metadata or, of bytes, in the graph", async () => {
    const model = colorNet();
    model.preparation = { divisor: 127.5, mean: [1, 0.5, 0.2], std: [1, 2, 3], fit: "contain", ink: "dark" };
    const scaled = Float32Array.from(
      images.data,
      (byte, i) => (byte / 127.5 - ([1, 0.5, 0.2][i % 3] as number)) / ((i % 3) + 1),
    );
    const wanted = (await model.predict(tensor("float32", images.shape, scaled))).data;
    for (const inputDtype of ["float32", "uint8"] as const) {
      for (const inputLayout of ["NHWC", "NCHW"] as const) {
        const file = write(model.toOnnx({ inputDtype, inputLayout }));
        expectSame(await classify(file), wanted);
        expect((await open(file)).preparation).toMatchObject({ fit: "contain", ink: "dark" });
        expect((await open(file)).notes).toEqual([]);
      }
    }
  });

  it("cannot be said where the graph takes bytes", async () => {
    const file = changed(() => {}, { inputDtype: "uint8" });
    await expect(openClassifier(file, { runtime, preparation: { divisor: 255 } })).rejects.toThrow(
      "the graph takes bytes from 0 to 255 and scales them itself",
    );
  });
});

it("reads one sigmoid as the second of two classes, as the model that it came from", async () => {
  const model = sequential(
    [layers.input({ shape: [6, 5, 3] }), layers.flatten(), layers.dense({ units: 1, activation: "sigmoid" })],
    { seed: 3, runtime },
  );
  const ofOne = (await model.predict(divide(images, 255))).data;
  const file = write(model.toOnnx({ classes: ["low", "high"] }));
  expect((await open(file)).classes).toEqual(["low", "high"]);
  expectSame(
    await classify(file),
    [...ofOne].flatMap((value) => [1 - value, value]),
  );
  expect(() => model.toOnnx({ classes: ["high"] })).toThrow("classes needs a name for each output");
});

it("says the classes' names, or their numbers", async () => {
  expect((await open(changed(() => {}))).classes).toEqual(["0", "1", "2"]);
  const named = await open(changed(() => {}, { classes: ["red", "green", "blue"] }));
  expect(named.classes).toEqual(["red", "green", "blue"]);
  expect([named.name, named.imageShape]).toEqual(["colors", [6, 5, 3]]);
});

it("classifies no pictures at all, and refuses those of another size", async () => {
  const file = changed(() => {});
  expect(await classify(file, pictures(0, 6, 5, 3))).toHaveLength(0);
  await expect(classify(file, pictures(1, 5, 6, 3))).rejects.toThrow(
    `${file} reads pictures of shape [6, 5, 3], but these have [5, 6, 3].`,
  );
});

const addNode =
  (op: string, attributes: Record<string, number> = {}): Change =>
  (graph) => {
    const made = Object.entries(attributes).map(([name, value]) => intAttribute(name, value));
    graph.node.unshift(protoNode(op, ["images"], ["extra"], made));
  };

/** Makes the output need `extra`, if there is one: what nothing needs is not looked at. */
function useExtra(graph: GraphProto): void {
  if (!graph.node.some(({ output }) => output.includes("extra"))) return;
  const last = graph.node.find(({ output }) => output.includes("probabilities"));
  if (last) last.output = ["before"];
  graph.node.push(protoNode("Add", ["before", "extra"], ["probabilities"]));
}

/** A stored shape in front of an operator that makes that many numbers. */
const expandTo =
  (op: string, ...shape: bigint[]): Change =>
  (graph) => {
    graph.initializer.push(protoTensor("sizes", tensor("int64", [shape.length], BigInt64Array.from(shape))));
    const inputs = op === "ConstantOfShape" ? ["sizes"] : ["images", "sizes"];
    graph.node.unshift(protoNode(op, inputs, ["extra"]));
  };

describe("an ONNX file is refused with a reason when", () => {
  it.each<[string, Change, string]>([
    ["height or width are open", (graph) => setDim(graph, 1, undefined), "leaves the size of axis 1 open"],
    [
      "channels may be first or last",
      (graph, model) => {
        withoutMetadata(graph, model);
        setDim(graph, 1, 3);
      },
      "may be channels first or last",
    ],
    ["its input is no picture", (graph) => setDim(graph, 3, 2), "is not a picture"],
    [
      "it has two inputs",
      (graph) => void graph.input.push({ ...(graph.input[0] as ValueInfoProto), name: "mask" }),
      'one input, but this graph has 2 ("images", "mask")',
    ],
    [
      "its weights are in another file",
      (graph) => {
        const [weights] = graph.initializer;
        if (!weights) return;
        weights.dataLocation = TensorProto_DataLocation.EXTERNAL;
        weights.externalData = [
          create(StringStringEntryProtoSchema, { key: "location", value: "/etc/passwd" }),
        ];
      },
      'has its values in another file ("/etc/passwd"), and none is opened',
    ],
    [
      "a weight is not as large as it says",
      (graph) => void graph.initializer[0]?.dims.push(3n),
      "are stored",
    ],
    [
      "it holds a loop",
      (graph) => {
        const body = create(AttributeProtoSchema, {
          name: "body",
          type: AttributeType.GRAPH,
          g: create(GraphProtoSchema, { name: "body" }),
        });
        graph.node.unshift(protoNode("Loop", ["images"], ["extra"], [body]));
      },
      "graphs inside operators (loops and branches) are not supported",
    ],
    [
      "it has an operator of others",
      (graph) => {
        if (graph.node[0]) graph.node[0].domain = "com.example";
      },
      "the operator com.example.Transpose is not supported; only those of ONNX's main set",
    ],
    ["it has an operator that is not understood", addNode("Einsum"), "the operator Einsum is not supported"],
    [
      "it is older than what is read",
      (_, model) => void Object.assign(model.opsetImport[0] ?? {}, { version: 6n }),
      "opset 6",
    ],
    [
      "it does not say its opset",
      (_, model) => void model.opsetImport.pop(),
      "which version of ONNX's operators",
    ],
    [
      "a name is given twice",
      (graph) => void graph.node.push(...graph.node.slice(-1)),
      'the name "probabilities" is given to two values',
    ],
    ["nodes are in no order", (graph) => void graph.node.reverse(), "which nothing before it gives"],
    ["an operator makes more than fits", expandTo("Expand", 1n << 20n, 6n, 5n, 3n), "MB"],
    ["an operator makes more than anything holds", expandTo("ConstantOfShape", 1n << 40n, 1n << 20n), "MB"],
    ["a shape is negative", expandTo("ConstantOfShape", -5n), "is impossible"],
    [
      "integers are divided by 0",
      (graph) => {
        const none = tensor("int64", [1], BigInt64Array.of(0n));
        graph.initializer.push(protoTensor("none", none));
        graph.node.unshift(protoNode("Div", ["none", "none"], ["extra"]));
      },
      "divides integers by what may be 0",
    ],
    [
      "its outputs are no finite numbers",
      (graph) => {
        const kernel = graph.initializer.find(({ name }) => name === "dense/kernel");
        kernel?.rawData.fill(255);
      },
      "not all finite numbers",
    ],
    [
      "its metadata name other classes than it has",
      (_, model) => {
        model.metadataProps.push(
          create(StringStringEntryProtoSchema, { key: "classes", value: '["a","b"]' }),
        );
      },
      "its metadata name 2 classes, but its output has 3",
    ],
    [
      "its metadata say what cannot be understood",
      (_, model) => void Object.assign(model.metadataProps[0] ?? {}, { value: '{"divisor":-1}' }),
      `its metadata's "preprocessing" is {"divisor":-1}`,
    ],
    [
      "it gives one number only",
      (graph) => void graph.output.splice(0, 1, ...graph.input),
      "at least two classes",
    ],
  ])("%s", async (_, change, message) => {
    const file = changed((graph, model) => {
      change(graph, model);
      useExtra(graph);
    });
    const error = await open(file).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TrazoError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message.startsWith(`${file}: `)).toBe(true);
  });

  it("a small file would fill the memory with empty parts", async () => {
    // 1.5 million empty initializers in a graph (field 7) of 3 MB.
    const parts = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i % 2 === 0 ? 0x2a : 0));
    const length = [0xc0, 0x8d, 0xb7, 0x01];
    const file = write(Buffer.concat([Uint8Array.from([0x3a, ...length]), parts]));
    await expect(open(file)).rejects.toThrow("more than 500,000 parts");
  });

  it("it is none, or there is none", async () => {
    await expect(open(write(new Uint8Array(0)))).rejects.toThrow("not an ONNX file, or it is damaged");
    await expect(open(write(new TextEncoder().encode("just text")))).rejects.toThrow(
      "not an ONNX file, or it is damaged",
    );
    await expect(open(path("none.onnx"))).rejects.toThrow("there is no such file");
  });
});
