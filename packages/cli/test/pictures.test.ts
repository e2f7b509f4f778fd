import { existsSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import { readRun } from "@trazo/practice";
import { loadModel, openClassifier } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { drawShapes } from "../../../bench/pictures/shapes.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { trazo } from "./command.js";

const { path } = temporaryFolder();
const classes = ["circle", "cross"];
const train = (out: string, ...more: string[]) =>
  trazo(["train", "--images", path("shapes"), "--size", "16", "--threads", "1", "--out", path(out), ...more]);

beforeAll(() => drawShapes(path("shapes"), { perClass: 40, side: 32, classes }));

describe("trazo data DIR", () => {
  it("tells what is in a folder, and how it would train", async () => {
    const { code, stdout } = await trazo(["data", path("shapes")]);
    expect(code).toBe(0);
    expect(stdout).toContain("80 pictures of 2 classes");
    expect(stdout).toMatch(/train --images .*shapes would:\n- 56 to train, 12 to validate, 12 to test/);
  });

  it.each(["data", "train"])("refuses a folder of a single class: trazo %s", async (command) => {
    await mkdir(path("alone"), { recursive: true });
    await cp(path("shapes/circle"), path("alone/circle"), { recursive: true });
    const given = command === "data" ? [path("alone")] : ["--images", path("alone"), "--out", path("no-run")];
    const { code, stderr } = await trazo([command, ...given]);
    expect([code, stderr]).toEqual([
      1,
      `trazo: ${path("alone")} has a single class, "circle"; a classifier needs at least two to tell apart. ` +
        "Add a folder with pictures of something else.\n",
    ]);
    expect(existsSync(path("no-run"))).toBe(false);
  });

  it("says in words that there is no such folder", async () => {
    const { code, stderr } = await trazo(["data", path("nowhere")]);
    expect([code, stderr]).toEqual([
      1,
      `trazo: Cannot read the folder ${path("nowhere")}: there is no such folder.\n`,
    ]);
  });
});

describe("trazo train --images", () => {
  beforeAll(async () => {
    const { code, stderr } = await train("run", "--epochs", "3");
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("leaves a run with models that know their classes and their pictures", async () => {
    const run = readRun(path("run"));
    expect(run.config).toMatchObject({ technique: "small", images: { train: 56, validation: 12, test: 12 } });
    expect(run.history).toHaveLength(3);
    for (const name of ["best_model.h5", "model.keras", "model.onnx"]) {
      const classifier = await openClassifier(path(`run/${name}`));
      expect(classifier).toMatchObject({
        classes,
        imageShape: [16, 16, 3],
        notes: [],
        pictureNotes: [],
        preparation: { fit: "stretch", interpolation: "bilinear", antialias: true },
      });
      await classifier.dispose();
    }
  });

  it("writes a report that needs nothing else", async () => {
    const page = await readFile(path("run/report.html"), "utf8");
    const headings = ["Learning", "Classes", "Confusions", "As training saw them", "Settings"];
    const missing = [
      "On 12 test pictures that training never saw",
      "12 test pictures can say little",
      ...headings.map((heading) => `<h2>${heading}</h2>`),
    ].filter((text) => !page.includes(text));
    expect(missing).toEqual([]);
    expect(page.match(/(?:src|href)="(?!data:).{0,40}/g)).toBeNull();
  });

  it("is evaluated on the pictures that it kept for the test, and on others, by any of its files", async () => {
    const run = readRun(path("run"));
    const own = await trazo(["evaluate", path("run"), "--threads", "1"]);
    expect(own.stdout).toContain("12 test pictures of");
    const [, share] = /Accuracy ([\d.]+) %/.exec(own.stdout) ?? [];
    expect(Number(share)).toBeCloseTo(100 * (run.result?.test.accuracy ?? -1), 1);
    const all = ["--images", path("shapes"), "--threads", "1"];
    const [keras, onnx] = await Promise.all([
      trazo(["evaluate", path("run/model.keras"), ...all]),
      trazo(["evaluate", path("run/model.onnx"), ...all]),
    ]);
    expect(keras.stdout).toContain("80 pictures of");
    expect(onnx.stdout).toBe(keras.stdout);
  });

  it.each([
    ["it was trained on", 12],
    ["of a folder", 80],
  ] as const)("is quantized with the pictures %s, which tell what it costs", async (_, count) => {
    const more = count === 12 ? [] : ["--images", path("shapes")];
    const out = ["--to", "onnx", "--quantize", "static", "--out", path("small.onnx"), "--threads", "1"];
    const { code, stdout, stderr } = await trazo(["export", path("run"), ...out, ...more]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`on ${count} images`);
    const small = await openClassifier(path("small.onnx"));
    expect(small).toMatchObject({ classes, imageShape: [16, 16, 3] });
    await small.dispose();
  });

  it("continues to more epochs, and refuses other settings", async () => {
    const longer = await train("run", "--epochs", "4");
    expect(longer.code).toBe(0);
    expect(readRun(path("run")).history).toHaveLength(4);
    const other = await train("run", "--epochs", "4", "--augment", "none");
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('settings.augmentation: "full" then, "none" now');
  });

  it("tells all of it in Spanish, too, in the terminal and in the report", async () => {
    const [data, run] = await Promise.all([
      trazo(["data", path("shapes"), "--lang", "es"]),
      train("es", "--epochs", "1", "--lang", "es"),
    ]);
    expect([data.code, run.code]).toEqual([0, 0]);
    const english =
      /\b(pictures?|classes|Size|Duplicates|Unreadable|pixels|train|channel|Warning|Accuracy|right|taken)\b/;
    const [, , ...lines] = data.stdout.replaceAll("train --images", "").split("\n");
    expect(lines.join("\n")).not.toMatch(english);
    expect(data.stdout).toMatch(/Tamaño: .*\nColor: .*\nIlegibles: /);
    expect(run.stdout).toMatch(/Acierto \d+,\d % \(de \d+,\d a \d+,\d %\)/);
    const page = await readFile(path("es/report.html"), "utf8");
    expect(page).toContain('<html lang="es">');
    expect(page.slice(page.indexOf("<body>"), page.indexOf("<footer>")).replace(/<[^>]*>/g, " ")).not.toMatch(
      english,
    );
  });

  it("ends the same whatever the number of threads that read", async () => {
    const [one, three] = await Promise.all([
      train("one", "--epochs", "2", "--workers", "1"),
      train("three", "--epochs", "2", "--workers", "3"),
    ]);
    expect([one.code, three.code]).toEqual([0, 0]);
    const weightsIn = async (run: string) => (await loadModel(path(`${run}/last_model.h5`))).getWeights();
    expect(await weightsIn("three")).toEqual(await weightsIn("one"));
  });

  it("trains a new last layer on a given model's own, which stay as they are", async () => {
    const { code, stdout } = await trazo([
      ...[
        "train",
        "--images",
        path("shapes"),
        "--from",
        path("run/model.keras"),
        "--epochs",
        "2",
        "--head-only",
      ],
      ...["--threads", "1", "--out", path("head")],
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("A new last layer on the given model");
    const [first] = (await loadModel(path("run/model.keras"))).getWeights();
    expect((await loadModel(path("head/model.keras"))).getWeights()[0]).toEqual(first);
  });

  it.each([
    [["--size", "16"], "--size goes with --images DIR"],
    [["base", "--images", "x"], "With --images the model is an option"],
    [["--images", "x", "--data", "y"], "--data is for IDX files"],
    [["--images", "x", "--model", "huge"], 'There is no model "huge" for pictures'],
    [["--head-only"], "--head-only goes with --images DIR"],
    [["--images", "x", "--head-only"], "--head-only goes with --from"],
    [["--images", "x", "--model", "small", "--from", "a.keras"], "leave out --model"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await trazo(["train", ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
