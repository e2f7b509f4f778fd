import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawShapes } from "../../bench/pictures/shapes.js";
import { trazo } from "../../packages/cli/test/command.js";
import { launchBrowser } from "../../packages/practice/test/report/browser.js";
import { temporaryFolder } from "../../packages/trazo/test/data/temporary-folder.js";

const { path } = temporaryFolder();
const example = (name: string): string =>
  fileURLToPath(new URL(`../../examples/pictures/${name}`, import.meta.url));
const runtimeFolder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));

type Answer = Readonly<Record<string, number>>;

const pictures = ["ring/00004.png", "star/00014.png", "ring/00001.jpg"];

/** From a folder of pictures to a model file, and from there to answers without Trazo. */
describe("a classifier of one's own pictures", () => {
  const closing: (() => Promise<unknown>)[] = [];
  let byTrazo: Answer[];

  beforeAll(async () => {
    await drawShapes(path("shapes"), { perClass: 24, side: 48, classes: ["ring", "star", "heart"] });
    const run = ["train", "--images", path("shapes"), "--size", "24", "--epochs", "4", "--threads", "1"];
    expect(await trazo([...run, "--out", path("run")])).toMatchObject({ code: 0, stderr: "" });
    const files = pictures.map((name) => path(`shapes/${name}`));
    const { stdout } = await trazo(["predict", path("run/model.onnx"), "--json", ...files]);
    byTrazo = stdout
      .trim()
      .split("\n")
      .map((line) => {
        const { guesses } = JSON.parse(line) as { guesses: { class: string; probability: number }[] };
        return Object.fromEntries(guesses.map((guess) => [guess.class, guess.probability]));
      });
  });

  afterAll(() => Promise.all(closing.map((close) => close())));

  function expectAnswer(answer: Answer, i: number): void {
    const expected = byTrazo[i] as Answer;
    expect(Object.keys(answer).sort()).toEqual(["heart", "ring", "star"]);
    for (const [name, value] of Object.entries(answer))
      expect(Math.abs(value - (expected[name] as number))).toBeLessThan(2e-3);
  }

  it("answers in a Node program as trazo predict does", async () => {
    for (const [i, name] of pictures.entries()) {
      const args = [example("classify.mjs"), path("run"), path(`shapes/${name}`)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      expectAnswer(JSON.parse(stdout) as Answer, i);
    }
  });

  it("answers in a web page as trazo predict does", async () => {
    const server = createServer(async ({ url = "/" }, response) => {
      const name = url.slice(1) || "page.html";
      const folder = name.startsWith("model.")
        ? path("run")
        : name.startsWith("ort")
          ? runtimeFolder
          : example(".");
      const type = {
        html: "text/html",
        js: "text/javascript",
        mjs: "text/javascript",
        wasm: "application/wasm",
      }[name.split(".").at(-1) as string];
      const body = await readFile(join(folder, name)).catch(() => undefined);
      response.writeHead(body ? 200 : 404, { "content-type": type ?? "application/octet-stream" }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const browser = await launchBrowser();
    closing.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction("document.title === 'ready'");
    for (const [i, name] of pictures.entries()) {
      await page.evaluate("document.querySelector('pre').textContent = ''");
      await page.setInputFiles("input", path(`shapes/${name}`));
      await page.waitForFunction("document.querySelector('pre').textContent !== ''");
      expectAnswer(JSON.parse((await page.textContent("pre")) ?? "") as Answer, i);
    }
  });

  it("is as short as promised", async () => {
    for (const name of ["classify.mjs", "page.html"]) {
      const lines = (await readFile(example(name), "utf8")).split("\n").filter((line) => /[a-z]/.test(line));
      expect(lines.length).toBeLessThanOrEqual(24);
    }
  });
});
