import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../../practice/test/report/browser.js";
import type { ImageClassifier } from "../../trazo/src/classifier/classifier.js";
import { errorCodes } from "../src/request-error.js";
import { es } from "../src/texts/es.js";
import { languageFor } from "../src/texts/language.js";
import { runServer } from "./running.js";

/** Surer of 7 the more ink there is, and of 1 otherwise. */
const classifier: ImageClassifier = {
  name: "digits.h5",
  imageShape: [28, 28, 1],
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  async classify({ shape, data }) {
    const count = shape[0] as number;
    const probabilities = new Float32Array(10 * count);
    for (let i = 0; i < count; i++) {
      const ink = data.subarray(784 * i, 784 * (i + 1)).filter((value) => value > 100).length;
      const share = ink > 70 ? 1 : 0;
      probabilities.set([0, 1 - share, 0, 0, 0, 0, 0, share, 0, 0], 10 * i);
    }
    return { dtype: "float32", shape: [count, 10], data: probabilities };
  },
  dispose: async () => {},
};

const server = runServer(classifier);
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  /** What went wrong: errors of the page's program, refused requests, things that its policy forbids. */
  readonly problems: string[];
  readonly asked: () => number;
}

async function open(options: BrowserContextOptions = {}, path = "/"): Promise<Opened> {
  const context = await browser.newContext({ locale: "en-US", ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  let asked = 0;
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    if (request.url().includes("/predict?")) asked++;
  });
  await page.goto(server.url(path));
  await expect.poll(() => page.locator("#model").innerText()).toContain("digits.h5");
  return { page, problems, asked: () => asked };
}

/** Draws a line through points given as shares of the drawing area. */
async function draw(page: Page, ...points: readonly (readonly [x: number, y: number])[]): Promise<void> {
  const box = await page.locator("#paper").boundingBox();
  if (!box) throw new Error("There is no drawing area.");
  for (const [i, [x, y]] of points.entries()) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 5 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

const zigzag = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.2, 0.5],
  [0.8, 0.5],
  [0.2, 0.8],
  [0.8, 0.8],
] as const;
const answerOf = (page: Page): Promise<string> => page.locator("#answer").innerText();
const answerIs = (page: Page, text: string): Promise<void> =>
  expect.poll(() => answerOf(page), { timeout: 10_000 }).toBe(text);
const bars = (page: Page): Promise<void> => expect.poll(() => page.locator("#classes li").count()).toBe(10);

describe("the page", () => {
  it("asks nothing about a dot, and answers a line", async () => {
    const { page, problems, asked } = await open();
    expect(await answerOf(page)).toBe("Nothing drawn yet.");
    await draw(page, [0.5, 0.5]);
    await answerIs(page, "Keep drawing…");
    await draw(page, [0.3, 0.3]);
    expect(asked()).toBe(0);
    await draw(page, ...zigzag);
    await answerIs(page, "Looks like 7 (100.0%)");
    expect(asked()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it("shows every class in the same order, with its whole share, and what the network sees", async () => {
    const { page } = await open();
    const spans = (): Promise<string[]> => page.locator("#classes span").allInnerTexts();
    const only = (sure: number): string[] =>
      Array.from({ length: 10 }, (_, i) => [String(i), i === sure ? "100.0%" : "0.0%"]).flat();
    await draw(page, [0.5, 0.2], [0.5, 0.8]);
    await answerIs(page, "Looks like 1 (100.0%)");
    expect(await spans()).toEqual(only(1));
    await draw(page, ...zigzag);
    await answerIs(page, "Looks like 7 (100.0%)");
    expect(await spans()).toEqual(only(7));
    const cut =
      "Array.from(document.querySelectorAll('#classes span')).filter((s) => s.scrollWidth > s.clientWidth + 1).length";
    expect(await page.evaluate(cut)).toBe(0);
    const seen =
      "(() => { const c = document.getElementById('seen'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; return [c.width, c.height, Math.max(...d.filter((_, i) => i % 4 === 0)), d[0]]; })()";
    expect(await page.evaluate(seen)).toEqual([28, 28, 255, 0]);
  });

  it("speaks an answer once the drawing rests, not with every stroke", async () => {
    const { page } = await open();
    await page.evaluate(
      "window.spoken = []; new MutationObserver(() => window.spoken.push(document.getElementById('spoken').textContent)).observe(document.getElementById('spoken'), { childList: true, characterData: true, subtree: true })",
    );
    await draw(page, ...zigzag);
    await expect.poll(() => page.evaluate("window.spoken.length"), { timeout: 5000 }).toBeGreaterThan(0);
    await page.waitForTimeout(300);
    const spoken = await page.evaluate<string[]>("window.spoken");
    expect(spoken.at(-1)).toBe("Looks like 7 (100.0%)");
    expect(spoken.length).toBeLessThanOrEqual(3);
    expect(await page.locator("[role=status], [aria-live]").count()).toBe(1);
  });

  it("undoes strokes, pictures and clearing, by button and by Ctrl+Z", async () => {
    const { page } = await open();
    const undo = page.locator("#undo");
    expect(await undo.isDisabled()).toBe(true);
    await draw(page, [0.5, 0.2], [0.5, 0.8]);
    await answerIs(page, "Looks like 1 (100.0%)");
    await draw(page, ...zigzag);
    await answerIs(page, "Looks like 7 (100.0%)");
    await undo.click();
    await answerIs(page, "Looks like 1 (100.0%)");
    await page.locator("#clear").click();
    await answerIs(page, "Nothing drawn yet.");
    expect(await page.locator("#classes li").count()).toBe(0);
    await page.keyboard.press("Control+z");
    await answerIs(page, "Looks like 1 (100.0%)");
    await page.keyboard.press("Control+z");
    await answerIs(page, "Nothing drawn yet.");
    expect(await undo.isDisabled()).toBe(true);
  });

  it("can be drawn on by keyboard", async () => {
    const { page, problems } = await open();
    await page.locator("#paper").focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Space");
    for (let i = 0; i < 15; i++) await page.keyboard.press("ArrowDown");
    await answerIs(page, "Looks like 1 (100.0%)");
    await page.keyboard.press("Delete");
    await answerIs(page, "Nothing drawn yet.");
    expect(problems).toEqual([]);
  });

  it.each(["touch", "pen"] as const)(
    "can be drawn on by %s on a small, sharp screen, which stays where it is",
    async (kind) => {
      const { page, problems } = await open({
        viewport: { width: 320, height: 480 },
        deviceScaleFactor: 3,
        hasTouch: true,
        isMobile: true,
      });
      const box = await page.locator("#paper").boundingBox();
      if (!box) throw new Error("There is no drawing area.");
      const browserSide = await page.context().newCDPSession(page);
      const points = zigzag.flatMap(([x, y], i): { x: number; y: number }[] => {
        const [x0, y0] = zigzag[Math.max(0, i - 1)] as readonly [number, number];
        return [0.25, 0.5, 0.75, 1].map((t) => ({
          x: box.x + (x0 + t * (x - x0)) * box.width,
          y: box.y + (y0 + t * (y - y0)) * box.height,
        }));
      });
      for (const [i, point] of points.entries()) {
        if (kind === "touch") {
          const type = i === 0 ? "touchStart" : "touchMove";
          await browserSide.send("Input.dispatchTouchEvent", { type, touchPoints: [point] });
        } else {
          const type = i === 0 ? "mousePressed" : "mouseMoved";
          const pen = { button: "left", buttons: 1, clickCount: 1, pointerType: "pen", force: 0.4 } as const;
          await browserSide.send("Input.dispatchMouseEvent", { type, ...pen, ...point });
        }
      }
      if (kind === "touch")
        await browserSide.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      await answerIs(page, "Looks like 7 (100.0%)");
      expect(await page.evaluate("scrollY")).toBe(0);
      expect(problems).toEqual([]);
    },
  );

  it("takes pictures that are chosen, dropped or pasted, in every format that the server reads", async () => {
    const { page, problems } = await open();
    const source = sharp({ create: { width: 60, height: 60, channels: 3, background: "#fff" } }).composite([
      { input: { create: { width: 30, height: 30, channels: 3, background: "#000" } } },
    ]);
    for (const format of ["png", "jpeg", "webp", "gif", "avif"] as const) {
      const buffer = await source.clone().toFormat(format).toBuffer();
      await page.locator("#file").setInputFiles({ name: `a.${format}`, mimeType: `image/${format}`, buffer });
      await answerIs(page, "Looks like 7 (100.0%)");
      await page.locator("#clear").click();
    }
    const png = (await source.clone().png().toBuffer()).toString("base64");
    for (const [event, data] of [
      ["drop", "dataTransfer"],
      ["paste", "clipboardData"],
    ]) {
      await page.evaluate(`(() => {
        const bytes = Uint8Array.from(atob("${png}"), (c) => c.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], "a.png", { type: "image/png" }));
        const Kind = "${event}" === "drop" ? DragEvent : ClipboardEvent;
        document.body.dispatchEvent(new Kind("${event}", { ${data}: data, bubbles: true, cancelable: true }));
      })()`);
      await answerIs(page, "Looks like 7 (100.0%)");
      await page.locator("#clear").click();
    }
    expect(problems).toEqual([]);
  });

  it("makes a picture smaller that is too large for the server, and says what is wrong with other files", async () => {
    const { page } = await open();
    const noise = await sharp({
      create: {
        width: 1300,
        height: 1300,
        channels: 3,
        background: "#fff",
        noise: { type: "gaussian", mean: 128, sigma: 90 },
      },
    })
      .png({ compressionLevel: 0 })
      .toBuffer();
    expect(noise.length).toBeGreaterThan(4 * 1024 * 1024);
    await page.locator("#file").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: noise });
    await expect.poll(() => answerOf(page), { timeout: 10_000 }).toContain("Looks like");
    const text = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") };
    await page.locator("#file").setInputFiles(text);
    await answerIs(page, "The picture is not in a supported picture format (PNG, JPEG, WebP, GIF and AVIF).");
    const spanish = await open({ locale: "es-ES" });
    await spanish.page.locator("#file").setInputFiles(text);
    await answerIs(spanish.page, es.errors.unreadable_picture as string);
  });

  it("is in Spanish where the browser asks for it, or after a click", async () => {
    const { page, problems } = await open({ locale: "es-MX" });
    expect(await page.locator("h1").innerText()).toBe("Dibuja un número");
    expect(await page.locator("html").getAttribute("lang")).toBe("es");
    await draw(page, ...zigzag);
    await answerIs(page, "Parece: 7 (100,0\u00a0%)");
    await page.locator("a[hreflang=en]").click();
    await expect.poll(() => page.locator("h1").innerText()).toBe("Draw a digit");
    await page.locator("a[hreflang=es]").click();
    await expect.poll(() => page.locator("h1").innerText()).toBe("Dibuja un número");
    expect(problems).toEqual([]);
  });

  it.each(["en-US", "es-ES"])("fits a screen of 320 pixels in %s", async (locale) => {
    const { page } = await open({ locale, viewport: { width: 320, height: 700 } });
    await draw(page, ...zigzag);
    await bars(page);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  });

  it.each(["light", "dark"] as const)(
    "has texts of enough contrast in %s mode (WCAG AA)",
    async (colorScheme) => {
      const { page } = await open({ colorScheme });
      await draw(page, ...zigzag);
      await bars(page);
      const weak = await page.evaluate<string[]>(`(() => {
      const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
      const light = (color) => {
        const [r, g, b] = rgb(color).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (node) => {
        for (let at = node; at; at = at.parentElement) {
          const color = getComputedStyle(at).backgroundColor;
          if ((rgb(color)[3] ?? 1) === 1) return color;
        }
      };
      return [...document.querySelectorAll("body *")]
        .filter((node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) && node.checkVisibility() && !node.disabled)
        .map((node) => [node.id || node.tagName, ...[getComputedStyle(node).color, behind(node)].map(light).sort((a, b) => b - a)])
        .filter(([, a, b]) => (a + 0.05) / (b + 0.05) < 4.5)
        .map(([name, a, b]) => name + " " + (a + 0.05) / (b + 0.05));
    })()`);
      expect(weak).toEqual([]);
    },
  );
});

describe("the page's language", () => {
  it("is the visitor's choice, or the one of its two that the browser prefers", () => {
    for (const [chosen, accepted, expected] of [
      [undefined, undefined, "en"],
      [undefined, "es-ES,es;q=0.9,en;q=0.8", "es"],
      [undefined, "fr, en;q=0.5, es;q=0.7", "es"],
      [undefined, "en-US,es;q=0.9", "en"],
      [undefined, "de", "en"],
      [undefined, "es;q=0", "en"],
      [undefined, "es;q=x,,;", "en"],
      ["en", "es", "en"],
      ["es", "en", "es"],
      ["xx", "es", "es"],
      [["es", "en"], "en", "en"],
      ["constructor", undefined, "en"],
    ] as const) {
      expect([chosen, accepted, languageFor(chosen, accepted)]).toEqual([chosen, accepted, expected]);
    }
  });

  it("has a text for every error", () => {
    expect(Object.keys(es.errors).sort()).toEqual(Object.keys(errorCodes).sort());
  });
});

describe("the page's answer", () => {
  it("says its language and depends on the browser's", async () => {
    const response = await fetch(server.url("/"), { headers: { "accept-language": "es" } });
    expect(response.headers.get("content-language")).toBe("es");
    expect(response.headers.get("vary")).toContain("accept-language");
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe");
    const program = await fetch(server.url("/page/main.js"));
    expect(program.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    for (const path of ["/page/", "/page/..%2fpage.js", "/page/main.ts", "/page/main.d.ts"]) {
      expect((await fetch(server.url(path))).status).toBe(404);
    }
  });
});
