import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import type { Browser, Page } from "playwright-core";
import { divide, loadMnist, type Model, type Tensor, tensor } from "trazo";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { embedNetwork } from "../../src/report/embedded-network.js";
import { renderReport } from "../../src/report/index.js";
import { packWeights, unpackWeights } from "../../src/report/packed-weights.js";
import { base } from "../../src/techniques/base.js";
import { mlp } from "../../src/techniques/mlp.js";
import { launchBrowser } from "./browser.js";
import { sampleReport } from "./sample.js";

describe("packed weights", () => {
  it("are within half a step of each output's largest, with vectors kept to the bit", () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(shapes, { maxLength: 5 }),
        fc.infiniteStream(fc.float({ noNaN: true, noDefaultInfinity: true, min: -4, max: 4 })),
        (all, numbers) => {
          const weights = all.map((shape) => ({
            shape,
            values: Float32Array.from(
              { length: shape.reduce((a, b) => a * b) },
              () => numbers.next().value as number,
            ),
          }));
          const unpacked = unpackWeights(packWeights(weights), all);
          for (const [i, { shape, values }] of weights.entries()) {
            const own = unpacked[i] as Float32Array;
            expect(own.length).toBe(values.length);
            if (shape.length === 1) expect(own).toEqual(values);
            const outputs = shape.at(-1) as number;
            for (const [k, value] of values.entries()) {
              const column = values.filter((_, j) => j % outputs === k % outputs);
              const step = Math.max(...column.map(Math.abs)) / 127;
              expect(Math.abs((own[k] as number) - value)).toBeLessThanOrEqual(step / 2 + 1e-6);
            }
          }
        },
      ),
    );
  });

  it("are not made of a model that is not the technique's", async () => {
    const model = mlp.network({ seed: 1 });
    const images = divide(await testDigits(8), 255);
    const predictions = await model.predict(images);
    expect(await embedNetwork(model, base, images, predictions)).toBeUndefined();
    expect((await embedNetwork(model, mlp, images, predictions))?.agreement.of).toBe(8);
  });
});

describe("the report reads digits by itself", () => {
  let browser: Browser;
  let folder: string;
  let address: string;
  let copies: Model[];

  beforeAll(async () => {
    const sample = await sampleReport({ techniques: ["base", "mlp"] });
    const images = divide(await testDigits(64), 255);
    copies = [];
    const runs = [];
    for (const run of sample.runs) {
      const technique = run.technique === "base" ? base : mlp;
      const model = technique.network({ seed: 3 });
      const network = await embedNetwork(model, technique, images, await model.predict(images));
      const weights = model.namedWeights();
      model.setWeights(
        unpackWeights(
          packWeights(weights),
          weights.map(({ shape }) => shape),
        ),
      );
      copies.push(model);
      runs.push({ ...run, network });
    }
    folder = await mkdtemp(join(tmpdir(), "trazo-report-"));
    const file = join(folder, "report.html");
    await writeFile(file, await renderReport({ ...sample, runs }, { lang: "es" }));
    address = pathToFileURL(file).href;
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(visit: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const troubles: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) troubles.push(`asked for ${request.url()}`);
    });
    await page.goto(address);
    await visit(page);
    expect(troubles).toEqual([]);
    await page.close();
  }

  it("with the networks' own answers, for a digit that is given and for one that is drawn", async () => {
    await open(async (page) => {
      await page.locator("[data-digit]").first().click();
      await page.locator("#draw[data-state=read]").waitFor();
      const readings = await shownReadings(page);
      const seen = await pixelsSeen(page);
      for (const [i, model] of copies.entries()) {
        const { data } = await model.predict(divide(tensor("uint8", [1, 28, 28, 1], seen), 255));
        expect(readings[i]?.shares.map(Number)).toHaveLength(10);
        for (const [digit, share] of data.entries()) {
          expect(Number(readings[i]?.shares[digit])).toBeCloseTo(share, 4);
        }
        expect(readings[i]?.digit).toBe(String(data.indexOf(Math.max(...data))));
      }
      const paper = await page.locator("#draw .paper").boundingBox();
      const { x = 0, y = 0 } = paper ?? {};
      await page.mouse.move(x + 150, y + 60);
      await page.mouse.down();
      await page.mouse.move(x + 150, y + 220, { steps: 5 });
      await page.mouse.up();
      await page.locator("#draw[data-state=read]").waitFor();
      const drawn = await pixelsSeen(page);
      // Brought to the middle, as MNIST's digits are.
      expect(drawn.filter((ink) => ink > 128).length).toBeGreaterThan(20);
      expect(drawn[14 * 28 + 14]).toBeGreaterThan(128);
      await page.locator("#draw .clear").click();
      expect((await shownReadings(page)).map(({ digit }) => digit)).toEqual(["", ""]);
    });
  });

  it("in both languages, and one part at a time", async () => {
    await open(async (page) => {
      expect(await page.locator("#draw h2").innerText()).toBe("Dibuja un dígito para todas");
      await page.locator(".to-language").click();
      expect(await page.evaluate("document.documentElement.lang")).toBe("en");
      expect(await page.title()).toBe("What each technique changes");
      await page.locator("[data-digit]").first().click();
      await page.locator("#draw[data-state=read]").waitFor();
      await page.locator(".as-screens").click();
      const visible = () =>
        page.locator("main section:visible").evaluateAll((all) => all.map(({ id }) => id));
      expect(await visible()).toEqual([]);
      await page.keyboard.press("ArrowRight");
      await expect.poll(visible).toEqual(["comparison"]);
      await page.locator('nav a[href="#mlp"]').click();
      await expect.poll(visible).toEqual(["techniques", "mlp"]);
      await page.locator(".to-language").click();
      await expect.poll(visible).toEqual(["techniques", "mlp"]);
      expect(await page.evaluate("document.documentElement.lang")).toBe("es");
      await page.keyboard.press("Escape");
      expect((await visible()).length).toBeGreaterThan(4);
      // The figures answer to the pointer in the language that is shown now, too.
      await page.locator("#confusion svg, figure svg .cell [data-tip]").first().hover();
      expect(await page.locator("#tip").innerText()).not.toBe("");
    });
  });
});

async function testDigits(count: number): Promise<Tensor<"uint8">> {
  const { test } = await loadMnist();
  return tensor("uint8", [count, 28, 28, 1], test.images.data.slice(0, count * 784));
}

const shownReadings = (page: Page): Promise<{ digit: string; shares: string[] }[]> =>
  page.evaluate(`[...document.querySelectorAll("[data-reads]")].map((row) => ({
    digit: row.querySelector(".digit").innerText,
    shares: [...row.querySelectorAll(".bars i")].map((bar) => bar.style.getPropertyValue("--p")),
  }))`);

async function pixelsSeen(page: Page): Promise<Uint8Array> {
  const values = await page.evaluate<number[]>(`(() => {
    const { data } = document.querySelector("#draw .seen").getContext("2d").getImageData(0, 0, 28, 28);
    return Array.from({ length: 784 }, (_, i) => 255 - data[4 * i]);
  })()`);
  return Uint8Array.from(values);
}
