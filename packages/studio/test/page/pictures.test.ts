import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { fromKeras, nodeRuntime } from "../../../trazo/src/index.js";
import { eventually, openPage, overflow, seriousFindings } from "./opened.js";
import { studioAndBrowser } from "./studio-and-browser.js";

const here = studioAndBrowser("pictures", 1000, [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
]);

interface NamedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Pictures of one color that is never quite the same, with a spot somewhere. */
async function pictures(color: "red" | "blue", count: number): Promise<NamedFile[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const strength = 150 + ((i * 31) % 100);
      const background = color === "red" ? { r: strength, g: 30, b: 40 } : { r: 40, g: 60, b: strength };
      const spot = await sharp({ create: { width: 20, height: 20, channels: 3, background: "white" } })
        .png()
        .toBuffer();
      const buffer = await sharp({ create: { width: 120, height: 90, channels: 3, background } })
        .composite([{ input: spot, left: (i * 17) % 100, top: (i * 29) % 70 }])
        .jpeg()
        .toBuffer();
      return { name: `${color}-${i}.jpg`, mimeType: "image/jpeg", buffer };
    }),
  );
}

const card = (page: Page, number: number) => page.locator(".picture-class").nth(number);
const countOf = (page: Page, number: number) => card(page, number).locator(".count").innerText();
const saved = async (page: Page, button: string): Promise<string> => {
  const downloading = page.waitForEvent("download");
  await page.locator(".take-away").getByRole("button", { name: button, exact: true }).click();
  return await (await downloading).path();
};

describe("a network for somebody's own pictures, in the studio", () => {
  it("is trained from files, tried, and taken away as files and as a page that reads the same", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&screen=pictures`);
    const [red, blue] = [await pictures("red", 12), await pictures("blue", 12)];
    await card(page, 0).locator(".class-name").fill("Red");
    await card(page, 1).locator(".class-name").fill("Blue");
    const broken = { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") };
    await card(page, 0)
      .locator("input[type=file]")
      .first()
      .setInputFiles([...red, red[0] as NamedFile, broken]);
    await card(page, 1).locator("input[type=file]").first().setInputFiles(blue);
    await eventually(() => countOf(page, 0)).toBe("Pictures: 12");
    await eventually(() => countOf(page, 1)).toBe("Pictures: 12");

    await page.getByLabel("Size").selectOption("32");
    await page.getByLabel("Epochs").fill("12");
    await page.getByLabel("Epochs").press("Tab");
    await page.locator(".picture-training button.primary").click();
    await eventually(() => page.locator(".picture-status").innerText()).toMatch(
      /Finished after 12 epochs\. Trained with 18 pictures, it reads 6 of the 6/,
    );

    const [unseen] = (await pictures("blue", 30)).slice(-1) as [NamedFile];
    await page.locator(".try-it input[type=file]").setInputFiles(unseen);
    await eventually(() => page.locator(".try-it .verdict").innerText()).toMatch(/^\u2068Blue\u2069 /);
    const sureOf = async (share: Promise<string>): Promise<number> => Number.parseInt(await share, 10);
    const sure = await sureOf(page.locator(".try-it .best .share").innerText());

    const model = await fromKeras(readFileSync(await saved(page, ".keras")), {
      runtime: nodeRuntime({ threads: 1 }),
    });
    expect(model.classNames).toEqual(["Red", "Blue"]);
    const file = await saved(page, "Web page");
    expect(existsSync(join(here.folder, "pictures", "model.onnx"))).toBe(true);

    const own = await page.context().newPage();
    own.on("pageerror", (error) => problems.push(String(error)));
    await own.route("**/reader", (route) => route.fulfill({ path: file, contentType: "text/html" }));
    await own.goto(`${here.address}/reader`);
    await own.locator("input[type=file]").setInputFiles(unseen);
    await eventually(() => own.locator("li.best").innerText()).toMatch(/^Blue/);
    const read = await sureOf(own.locator("li.best span").innerText());
    expect(Math.abs(read - sure)).toBeLessThanOrEqual(3);
    expect(problems).toEqual([]);
  });

  it("keeps the pictures for the next visit, takes more from the camera and from paper, and says when they are too few", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&screen=pictures`);
    const [one] = (await pictures("red", 1)) as [NamedFile];
    await card(page, 0).locator("input[type=file]").first().setInputFiles(one);
    await eventually(() => countOf(page, 0)).toBe("Pictures: 1");
    expect(await page.locator(".picture-training .callout").innerText()).toMatch(/at least two classes/);
    await card(page, 1).getByRole("button", { name: "Draw" }).click();
    const box = await card(page, 1).locator("canvas").boundingBox();
    if (!box) throw new Error("There is no paper.");
    await page.mouse.move(box.x + 50, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + 150, box.y + 150, { steps: 5 });
    await page.mouse.up();
    await card(page, 1).getByRole("button", { name: "Add the drawing" }).click();
    await eventually(() => countOf(page, 1)).toBe("Pictures: 1");
    await card(page, 1).getByRole("button", { name: "Camera" }).click();
    await card(page, 1).getByRole("button", { name: "Take pictures" }).click();
    // The camera of the test shows another picture every time.
    await eventually(async () => Number((await countOf(page, 1)).split(" ")[1])).toBeGreaterThan(3);
    await card(page, 1).getByRole("button", { name: "Stop taking pictures" }).click();
    const count = await countOf(page, 1);
    // They are kept shortly after.
    await page.waitForTimeout(800);
    await page.reload();
    await eventually(() => countOf(page, 1)).toBe(count);
    expect(problems).toEqual([]);
  });

  it("has no serious finding of axe-core, and fits into narrow and wide windows", async () => {
    const { page } = await openPage(here.browser, `${here.address}/?lang=es&screen=pictures`);
    await page.getByRole("button", { name: "Rellenar con un ejemplo" }).click();
    await eventually(() => countOf(page, 2)).toBe("Imágenes: 30");
    for (const look of ["light", "dark", "projector"]) {
      await page.locator(".choices select").nth(0).selectOption(look);
      expect(await seriousFindings(page)).toEqual([]);
    }
    for (const width of [320, 768, 1366, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await overflow(page), `${width} pixels`).toBeLessThanOrEqual(0);
    }
  });
});
