import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { eventually, openPage } from "./opened.js";
import { studioAndBrowser } from "./studio-and-browser.js";

const here = studioAndBrowser("hostile", 1000);

const png = (width: number, height: number, shade = 100): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: shade, g: (7 * shade) % 256, b: 50 } } })
    .png()
    .toBuffer();

const file = (name: string, buffer: Buffer, mimeType = "image/png") => ({ name, mimeType, buffer });

/** A picture of gray pixels whose file is small, whatever its size. */
function flatPng(width: number, height: number): Buffer {
  const part = (name: string, data: Buffer): Buffer => {
    const made = Buffer.alloc(12 + data.length);
    made.writeUInt32BE(data.length, 0);
    made.write(name, 4, "latin1");
    data.copy(made, 8);
    made.writeUInt32BE(crc32(made.subarray(4, 8 + data.length)), 8 + data.length);
    return made;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    part("IHDR", header),
    part("IDAT", deflateSync(Buffer.alloc((width + 1) * height))),
    part("IEND", Buffer.alloc(0)),
  ]);
}

const card = (page: Page, number: number) => page.locator(".picture-class").nth(number);
const countOf = (page: Page, number: number) => card(page, number).locator(".count").innerText();
const give = (page: Page, number: number, ...files: readonly ReturnType<typeof file>[]) =>
  card(page, number)
    .locator("input[type=file]")
    .first()
    .setInputFiles([...files]);
const openPictures = () => openPage(here.browser, `${here.address}/?lang=en&screen=pictures`);

describe("pictures that the studio was not made for", () => {
  it("takes what can be read, and names what cannot, with what to do about it", async () => {
    const { page, problems } = await openPictures();
    const good = await png(40, 30);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const heic = Buffer.concat([Buffer.from("000000186674797068656963", "hex"), Buffer.alloc(200)]);
    await give(
      page,
      0,
      file("good.png", good),
      file("one-pixel.png", await png(1, 1, 9)),
      file(
        "moves.gif",
        await sharp(await png(20, 20, 200))
          .gif()
          .toBuffer(),
        "image/gif",
      ),
      file(
        "cut.png",
        (
          await sharp({
            create: {
              width: 90,
              height: 90,
              channels: 3,
              background: "red",
              noise: { type: "gaussian", mean: 128, sigma: 40 },
            },
          })
            .png()
            .toBuffer()
        ).subarray(0, 2000),
      ),
      file("empty.jpg", Buffer.alloc(0), "image/jpeg"),
      file("notes.jpg", Buffer.from("no picture"), "image/jpeg"),
      file("phone.heic", heic, "image/heic"),
      file('"<b>שלום</b>" 🐱.svg', svg, "image/svg+xml"),
    );
    await eventually(() => countOf(page, 0)).toBe("Pictures: 3");
    const said = await page.locator(".collect [role=status] .callout").innerText();
    expect(said.replaceAll(/[\u2068\u2069]/g, "")).toBe(
      'The browser cannot read these files: cut.png, empty.jpg, notes.jpg, phone.heic, "<b>שלום</b>" 🐱.svg. Save them as JPEG, PNG or WebP.',
    );
    expect(problems).toEqual([]);
  });

  it("refuses a small file with more pixels than memory should hold, before it decodes it", async () => {
    const { page, problems } = await openPictures();
    const huge = file("huge.png", flatPng(20_000, 20_000));
    await page.evaluate(`(() => {
      window.decoded = 0;
      const { createImageBitmap } = window;
      window.createImageBitmap = (...given) => { decoded++; return createImageBitmap(...given); };
    })()`);
    await give(page, 0, huge, file("good.png", await png(40, 30, 33)));
    await eventually(() => countOf(page, 0)).toBe("Pictures: 1");
    const said = await page.locator(".collect [role=status] .callout").innerText();
    expect(said.replaceAll(/[\u2068\u2069]/g, "")).toBe(
      "huge.png is too large: it has more than 50 million pixels. Make it smaller.",
    );
    expect(await page.evaluate("decoded")).toBe(1);
    // The pad takes pictures, too.
    await page.getByRole("button", { name: "Learn", exact: true }).click();
    await page.locator(".pad input[type=file]").setInputFiles(huge);
    await eventually(() => page.locator(".banner").innerText()).toMatch(/huge\.png.? is too large/);
    expect(await page.evaluate("decoded")).toBe(1);
    expect(problems).toEqual([]);
  });

  it("says how far it has read many files, and that they were read", async () => {
    const { page, problems } = await openPictures();
    await page.evaluate(`(() => {
      window.said = new Set();
      new MutationObserver(() => {
        const text = document.querySelector(".reading")?.textContent;
        if (text) said.add(text);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    })()`);
    const many = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => file(`${i}.png`, await png(30 + i, 30, i + 1))),
    );
    await give(page, 0, ...many);
    await eventually(() => countOf(page, 0)).toBe("Pictures: 60");
    const said = await page.evaluate<string[]>("[...said]");
    expect(said.length).toBeGreaterThan(2);
    expect(said.every((text) => /^Reading pictures: \d+ of 60…$/.test(text))).toBe(true);
    await eventually(() => page.locator(".collect [role=status]").innerText()).toBe("Pictures added: 60.");
    expect(problems).toEqual([]);
  });

  it("fills the classes of a folder by turns, so that each has its share of the room", async () => {
    const { page, problems } = await openPictures();
    const data = join(here.folder, "classes");
    for (const [place, name] of ["one", "two"].entries()) {
      mkdirSync(join(data, name), { recursive: true });
      for (let i = 0; i < 15; i++) {
        writeFileSync(join(data, name, `${i}.png`), await png(30, 30, 1 + 100 * place + 6 * i));
      }
    }
    await page.evaluate(`(() => {
      window.most = 0;
      new MutationObserver(() => {
        const [one = 0, two = 0] = [...document.querySelectorAll(".picture-class .thumbnails")].map((of) => of.children.length);
        most = Math.max(most, one - two);
      }).observe(document.body, { subtree: true, childList: true });
    })()`);
    await page.locator(".collect > .card input[type=file]").first().setInputFiles(data);
    await eventually(() => countOf(page, 1)).toBe("Pictures: 15");
    expect(await page.evaluate("most")).toBe(1);
    expect(problems).toEqual([]);
  });

  it("says what is wrong with classes: empty ones, equal names, no names, too many", async () => {
    const { page, problems } = await openPictures();
    const advice = async (): Promise<string> =>
      (await page.locator(".picture-training").innerText()).replaceAll(/[\u2068\u2069]/g, "");
    for (const number of [0, 1]) {
      const six = await Promise.all(
        Array.from({ length: 6 }, async (_, i) =>
          file(`${i}.png`, await png(30, 30, 100 * number + 9 * i + 5)),
        ),
      );
      await give(page, number, ...six);
      await eventually(() => countOf(page, number)).toBe("Pictures: 6");
    }
    await page.getByRole("button", { name: "Add a class" }).click();
    await card(page, 2).locator(".class-name").fill("שלום");
    await eventually(advice).toContain(
      "Without pictures: שלום. The network cannot learn what it is not shown.",
    );
    await card(page, 1).locator(".class-name").fill(" Class 1");
    await eventually(advice).toContain("Give each class a name of its own.");
    await card(page, 1).locator(".class-name").fill("  ");
    await eventually(advice).toContain("Give each class a name of its own.");
    await card(page, 1)
      .locator(".class-name")
      .fill(`${"x".repeat(59)}😀`);
    expect(await card(page, 1).locator(".class-name").inputValue()).toBe("x".repeat(59));
    await card(page, 1).locator(".class-name").fill('"<i>🐱 שלום</i>"');
    await page.getByLabel("Epochs").fill("1");
    await page.getByLabel("Epochs").press("Tab");
    await page.locator(".picture-training button.primary").click();
    await eventually(() => page.locator(".picture-status").innerText()).toMatch(/^Finished after 1 epochs?/);
    await page.locator(".try-it input[type=file]").setInputFiles(file("new.png", await png(30, 30, 120)));
    await eventually(() => page.locator(".try-it .bars bdi").allInnerTexts()).toEqual([
      "Class 1",
      '"<i>🐱 שלום</i>"',
    ]);
    expect(problems).toEqual([]);
  });
});
