import type { Attribute, Dataset, Group } from "h5wasm";
import { describe, expect, it } from "vitest";
import { readHdf5 } from "../../src/formats/hdf5.js";
import { writeHdf5 } from "../../src/formats/hdf5-writer.js";
import { readKerasH5, writeKerasH5 } from "../../src/formats/keras-h5.js";
import { readByLibrary } from "./library-hdf5.js";

const floats = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });
const attribute = (group: Group, name: string): unknown => (group.attrs[name] as Attribute).value;

describe("an HDF5 file, as the library itself reads it", () => {
  it("holds texts, lists of texts and arrays, with the types that they were given", async () => {
    const bytes = writeHdf5((root) => {
      root.text("keras_version", "2.15.0");
      root.text("config", '{"name": "señal"}', "ascii");
      root.text("nothing", "");
      const group = root.group("weights/dense");
      group.texts("names", ["kernel:0", "bías"]);
      group.texts("none", []);
      group.dataset("dense/kernel:0", { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, -6.5) });
      group.dataset("steps", { shape: [], data: BigInt64Array.of(9_007_199_254_740_993n) });
      group.dataset("rate", { shape: [], data: Float32Array.of(0.25) });
      group.dataset("empty", { shape: [0, 4], data: new Float32Array(0) });
    });
    await readByLibrary(bytes, (root) => {
      expect(attribute(root, "keras_version")).toBe("2.15.0");
      expect(root.attrs.config?.metadata).toMatchObject({ vlen: true, cset: 0 });
      expect(new TextDecoder().decode(bytes)).toContain('{"name": "señal"}');
      expect(attribute(root, "nothing")).toBe("");
      const group = root.get("weights/dense") as Group;
      expect(attribute(group, "names")).toEqual(["kernel:0", "bías"]);
      expect(group.attrs.none?.shape).toEqual([0]);
      const dataset = (path: string): Dataset => group.get(path) as Dataset;
      expect(dataset("dense/kernel:0").dtype).toBe("<f");
      expect(dataset("dense/kernel:0").shape).toEqual([2, 3]);
      expect(dataset("dense/kernel:0").value).toEqual(Float32Array.of(1, 2, 3, 4, 5, -6.5));
      expect(dataset("steps").value).toBe(9_007_199_254_740_993n);
      expect(dataset("rate").value).toBe(0.25);
      expect(dataset("empty").shape).toEqual([0, 4]);
    });
  });

  // A leaf has room for 8 members, a node of the tree for 32 leaves, the next one for 32 of these.
  it.each([0, 1, 8, 9, 256, 257, 8193])("finds each of %i members of a group", async (count) => {
    const bytes = writeHdf5((root) => {
      const group = root.group("vars");
      for (let i = 0; i < count; i++) group.dataset(`${i}`, floats(i, -i));
    });
    const names = Array.from({ length: count }, (_, i) => `${i}`);
    await readByLibrary(bytes, (root) => {
      const group = root.get("vars") as Group;
      expect(group.keys()).toEqual([...names].sort());
      for (const i of [0, 1, 7, 8, 255, 256, 8191, 8192].filter((place) => place < count)) {
        expect((group.get(`${i}`) as Dataset).value).toEqual(Float32Array.of(i, -i));
      }
    });
    const ours = readHdf5(bytes, "own.h5", (root) => root.group("vars")?.names.length);
    expect(ours).toBe(count);
  });

  it("sorts names by their bytes, as the library looks them up", async () => {
    const names = ["b", "B", "a_10", "a_2", "ñ", "z", "日本", "Ω", "a"];
    const bytes = writeHdf5((root) => {
      for (const [i, name] of names.entries()) root.group(name).dataset("x", floats(i));
    });
    await readByLibrary(bytes, (root) => {
      for (const [i, name] of names.entries()) {
        expect((root.get(`${name}/x`) as Dataset).value, name).toEqual(Float32Array.of(i));
      }
    });
  });

  it("holds texts that are longer than a heap of the usual size, and many of them", async () => {
    const long = "x".repeat(200_000);
    const bytes = writeHdf5((root) => {
      root.text("long", long);
      for (let i = 0; i < 600; i++) root.group(`layer${i}`).text("name", `the layer ${i}`);
    });
    await readByLibrary(bytes, (root) => {
      expect(attribute(root, "long")).toBe(long);
      expect(attribute(root.get("layer599") as Group, "name")).toBe("the layer 599");
    });
  });

  it("is the same, byte for byte, whenever it is written", () => {
    const write = () =>
      writeHdf5((root) => {
        root.text("name", "a");
        root.dataset("x", floats(1, 2, 3));
      });
    expect(write()).toEqual(write());
  });

  it("has one thing under a name", () => {
    const twice = () =>
      writeHdf5((root) => {
        root.dataset("a/b", floats(1));
        root.dataset("a/b/c", floats(2));
      });
    expect(twice).toThrow("An HDF5 file cannot hold two things under one name: /a/b.");
  });

  it("refuses a list that is too long for an attribute, which has no room for its length", () => {
    const names = Array.from({ length: 70 }, (_, i) => `${i}`.padStart(950, "x"));
    const long = () => writeHdf5((root) => root.texts("names", names));
    expect(long).toThrow(/^The attribute "names" .* would take 66\d{3} bytes, but there is room for 65528\./);
  });

  it("holds long names of layers in lists that attributes have room for", async () => {
    // Half of them would be a little more than that.
    const names = Array.from({ length: 63 }, (_, i) => `${i}`.padStart(2047, "x"));
    const bytes = await writeKerasH5({
      kerasVersion: "2.15.0",
      modelConfig: {},
      trainingConfig: undefined,
      layers: names.map((name) => ({ name, weights: [] })),
      optimizerWeights: undefined,
      preparation: undefined,
      classNames: undefined,
    });
    const ours = readHdf5(bytes, "own.h5", (root) => readKerasH5(root, "own.h5").layers);
    expect(ours.map(({ name }) => name)).toEqual(names);
    await readByLibrary(bytes, (root) => {
      const weights = root.get("model_weights") as Group;
      expect([0, 1, 2].flatMap((i) => attribute(weights, `layer_names${i}`))).toEqual(names);
    });
  });
});
