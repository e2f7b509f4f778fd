import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { drawnDigits } from "./digits.js";
import {
  curvePixels,
  draw,
  eventually,
  openPage,
  overflow,
  seriousFindings,
  statusSays,
  verdictOf,
} from "./opened.js";
import { studioAndBrowser } from "./studio-and-browser.js";

// Enough digits to learn to read by hand-drawn ones.
const here = studioAndBrowser("studio", 12_000);

/** What each screen has of every run. */
const rows = { learn: ".runs li", compare: ".errors li", inside: ".masks" } as const;

/** What the server answers to exactly this path and these headers, which `fetch` would change. */
const statusAt = (
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(here.address);
    get({ hostname, port, path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });

// Each test continues where the one before has left the engine, as a person would.
describe("the studio with the native engine", () => {
  it("begins to learn without a click, and reads ten drawn digits after two epochs", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?epochs=2`);
    await eventually(() => page.locator(".runs li").count()).toBe(1);
    await eventually(() => curvePixels(page)).toBeGreaterThan(500);
    await statusSays(page, /finished\. It misreads \d+ of the 1,000 test digits/);
    await statusSays(page, /Now try a technique, or train all five, and see what changes\./);
    const read: string[] = [];
    for (const [digit, lines] of drawnDigits.entries()) {
      await page
        .getByRole("button", { name: "Clear" })
        .click({ force: true, timeout: 1000 })
        .catch(() => undefined);
      const before = await verdictOf(page);
      await draw(page, ...lines);
      await eventually(() => verdictOf(page)).not.toBe(digit === 7 ? "" : before);
      // The last stroke is read, too.
      await page.waitForTimeout(300);
      read.push(/\d/.exec(await verdictOf(page))?.[0] ?? "?");
    }
    const right = read.filter((label, digit) => label === String(digit)).length;
    expect(right, `read as ${read.join("")}`).toBeGreaterThanOrEqual(8);
    expect(problems).toEqual([]);
  });

  it("keeps runs in folders that the other commands read", () => {
    expect(readdirSync(here.folder).sort()).toEqual(["base-seed1", "data"]);
    for (const file of ["best_model.h5", "result.json", "history.jsonl", "studio.json"]) {
      expect(existsSync(join(here.folder, "base-seed1", file)), file).toBe(true);
    }
  });

  it("is paused, steps, goes back in time, and says so; the address says it to others", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&digit=0`);
    await page.getByRole("button", { name: "Dropout" }).click();
    await statusSays(page, /Dropout: epoch 1 of 2\./);
    await page.getByRole("button", { name: "Pause" }).click();
    await statusSays(page, /Dropout: paused at step \d+/);
    const stepOf = async (): Promise<number> =>
      Number(/step (\d+)/.exec(await page.locator(".controls .status").innerText())?.[1]);
    const paused = await stepOf();
    for (let i = 0; i < 10; i++) await page.getByRole("button", { name: "One step" }).click();
    // Points of the curve come every few steps.
    await eventually(stepOf).toBeGreaterThan(paused);
    await page.locator(".rewind input").fill("0");
    await eventually(() => page.locator(".rewind output").innerText()).toBe("How it read at step 0");
    await eventually(() => verdictOf(page)).toMatch(/does not know yet/);
    // Whoever is given the address sees the same moment.
    await eventually(() => page.url()).toContain("moment=2,0");
    await page.reload();
    await eventually(() => page.locator(".rewind output").innerText()).toBe("How it read at step 0");
    await eventually(() => verdictOf(page)).toMatch(/does not know yet/);
    await page.getByRole("button", { name: "Back to now" }).click();
    expect(page.url()).not.toContain("moment");
    await eventually(() => verdictOf(page)).toMatch(/7/);
    expect(new URL(page.url()).searchParams.get("dropout")).toBe("0.5");
    await page.getByRole("button", { name: "Continue" }).click();
    await statusSays(page, /Dropout: finished/);
    expect(problems).toEqual([]);
  });

  it("reads a picture that is opened, and gives networks to take away", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&digit=0`);
    await eventually(() => verdictOf(page)).toMatch(/7/);
    const bar = await sharp({ create: { width: 60, height: 260, channels: 3, background: "black" } })
      .png()
      .toBuffer();
    const paper = { create: { width: 400, height: 400, channels: 3, background: "white" } } as const;
    const buffer = await sharp(paper)
      .composite([{ input: bar }])
      .png()
      .toBuffer();
    await page
      .locator(".pad input[type=file]")
      .setInputFiles({ name: "one.png", mimeType: "image/png", buffer });
    await eventually(() => verdictOf(page)).toMatch(/ 1 /);
    const downloading = page.waitForEvent("download");
    await page.locator(".runs li", { hasText: "Dropout" }).getByRole("button", { name: "keras" }).click();
    expect((await downloading).suggestedFilename()).toBe("dropout-seed1.keras");
    expect(problems).toEqual([]);
  });

  it("shows the code of what is set, for both libraries", async () => {
    const { page } = await openPage(here.browser, `${here.address}/?lang=en`);
    await page.locator(".techniques").getByRole("button", { name: "Show the code" }).click();
    await eventually(() => page.locator("dialog pre").innerText()).toContain("layers.dropout({ rate: 0.5 })");
    await page.getByLabel("Keras (the notebook)").check();
    await eventually(() => page.locator("dialog pre").innerText()).toContain("layers.Dropout(0.5)");
    await page.getByRole("button", { name: "Close" }).click();
    await eventually(() => page.locator("dialog").count()).toBe(0);
    for (const screen of ["learn", "compare", "inside"] as const) {
      await page.goto(`${here.address}/?lang=en&screen=${screen}`);
      await eventually(() => page.locator(rows[screen]).count()).toBe(2);
      const figures = await page.locator(".figure-tools").count();
      expect(figures).toBeGreaterThan(2);
      // Whatever can be taken away as a picture has its program.
      const codes = page.locator(".card-tools").getByRole("button", { name: "Show the code" });
      await eventually(() => codes.count()).toBeGreaterThanOrEqual(figures);
    }
  });

  it("says which numbers a field takes when it refuses one", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en`);
    // From then on the knobs say what the last training was.
    await eventually(() => page.locator(".runs li").count()).toBeGreaterThan(0);
    const field = page.getByLabel("Epochs");
    const before = await field.inputValue();
    for (const wrong of ["900", ""]) {
      await field.fill(wrong);
      await field.press("Enter");
      await eventually(() => page.locator(".number .refused").innerText()).toBe(
        "Give a whole number from 1 to 50.",
      );
      expect(await field.inputValue()).toBe(before);
      // The field is told by its name, and what is wrong with it stands beside it.
      expect(await page.getByRole("spinbutton", { name: "Epochs", exact: true }).count()).toBe(1);
      expect(await field.getAttribute("aria-invalid")).toBe("true");
      const reason = await field.getAttribute("aria-describedby");
      expect(await page.locator(`[id="${reason}"]`).innerText()).toBe("Give a whole number from 1 to 50.");
      // Whoever types again is not told of it any more, and keeps what is typed.
      await field.press("End");
      await field.press("9");
      await eventually(() => page.locator(".number .refused").count()).toBe(0);
      expect(await field.inputValue()).toBe(`${before}9`);
      await field.fill(before);
    }
    expect(problems).toEqual([]);
  });

  it("selects the code where it may not copy it", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en`);
    await page.evaluate(
      `navigator.clipboard.writeText = () => Promise.reject(new DOMException("Write permission denied.", "NotAllowedError"))`,
    );
    await page.locator(".techniques").getByRole("button", { name: "Show the code" }).click();
    await page.locator("dialog").getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Selected: copy it with the keyboard" }).waitFor();
    expect(await page.evaluate("String(getSelection())")).toMatch(/^import \{[\s\S]*model\.fit/);
    expect(problems).toEqual([]);
  });

  it("compares what was trained: one digit, a thousand, and which of them only one reads", async () => {
    const { page, problems } = await openPage(
      here.browser,
      `${here.address}/?lang=en&screen=compare&digit=0`,
    );
    await eventually(() => page.locator(".reader").count()).toBe(2);
    const wrong = (): Promise<number[]> =>
      page
        .locator(".errors .count")
        .allInnerTexts()
        .then((texts) => texts.map((text) => Number.parseInt(text, 10)));
    await eventually(wrong).toHaveLength(2);
    const still = await wrong();
    expect(Math.max(...still)).toBeLessThan(150);
    await page.getByLabel("To the right").fill("5");
    await eventually(async () => Math.min(...(await wrong()))).toBeGreaterThan(250);
    await eventually(() => page.locator(".digits li").count()).toBeGreaterThan(5);
    const cell = page.locator(".confusion td button").first();
    const count = Number(await cell.innerText());
    await cell.click();
    await eventually(() => page.locator(".digits li").count()).toBe(Math.min(48, count));
    expect(problems).toEqual([]);
  });

  it("looks inside every network: kernels, weights, units switched off, activations", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&screen=inside&digit=0`);
    await eventually(() => page.locator(".masks").count()).toBe(2);
    await page.getByLabel("Place").fill("300");
    const sum = await page.locator(".sum").innerText();
    const numbers = sum.replaceAll("\u2212", "-").matchAll(/-?[\d.]+/g);
    const [added = 0, bias = 0, total = 0, value = 0] = [...numbers].map(Number);
    expect(added + bias).toBeCloseTo(total, 1);
    expect(value).toBe(Math.max(0, total));
    const agreed = (await page.locator(".side .reader > p").allInnerTexts()).filter((text) =>
      /of 10 read a/.test(text),
    );
    expect(agreed.length).toBeGreaterThanOrEqual(2);
    // Trained with units switched off, it reads with units switched off.
    expect(Number.parseInt(agreed[1] as string, 10)).toBeGreaterThanOrEqual(8);
    await eventually(() => page.locator(".heated .heat").count()).toBe(agreed.length);
    await page.getByRole("button", { name: "A digit that it misreads" }).click();
    await eventually(() => page.locator(".heated + p.wrong").count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  it.each(["learn", "compare", "inside"])(
    "has no serious finding of axe-core, light and dark, in both languages: %s",
    async (screen) => {
      const { page } = await openPage(here.browser, `${here.address}/?lang=en&screen=${screen}`);
      await eventually(() => page.locator(rows[screen as keyof typeof rows]).count()).toBe(2);
      for (const [look, lang] of [
        ["light", "en"],
        ["dark", "es"],
        ["projector", "es"],
      ] as const) {
        await page.locator(".choices select").nth(0).selectOption(look);
        await page.locator(".choices select").nth(1).selectOption(lang);
        expect(await page.evaluate("document.documentElement.lang")).toBe(lang);
        expect(await seriousFindings(page)).toEqual([]);
      }
    },
  );

  it("fits into narrow and wide windows", async () => {
    for (const screen of ["learn", "compare", "inside"]) {
      const { page } = await openPage(here.browser, `${here.address}/?lang=es&screen=${screen}`);
      await eventually(() => page.locator(rows[screen as keyof typeof rows]).count()).toBe(2);
      for (const width of [320, 768, 1366, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await overflow(page), `${screen}, ${width} pixels`).toBeLessThanOrEqual(0);
      }
    }
  });

  it("trains on from a moment, as a run of its own", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&digit=0`);
    await page.locator(".rewind input").fill("1");
    await page.getByRole("button", { name: "Train on from here" }).click();
    await statusSays(page, /from step \d+: epoch/);
    await page.getByRole("button", { name: "Pause" }).click();
    await eventually(() => page.locator(".runs li").count()).toBe(3);
    await eventually(() => page.locator(".runs li").first().innerText()).toMatch(/Dropout · from step \d+/);
    await fetch(`${here.address}/api/ask`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ command: "stop" }),
    });
    await statusSays(page, /stopped at step/);
    expect(problems).toEqual([]);
  });

  it("gives figures away as pictures that can be edited, and as pixels", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en`);
    await eventually(() => curvePixels(page)).toBeGreaterThan(500);
    const saved = async (kind: string): Promise<Buffer> => {
      await page.locator(".curves .figure-tools summary").click();
      const downloading = page.waitForEvent("download");
      await page.locator(".curves .figure-tools").getByRole("button", { name: kind }).click();
      return readFileSync(await (await downloading).path());
    };
    const svg = (await saved("SVG")).toString();
    expect(svg).toMatch(/^<svg [^>]*>.*How it learns.*<path d="M.*Validation.*<\/svg>$/s);
    expect(svg).not.toMatch(/<image|foreignObject|var\(|light-dark/);
    const { width = 0 } = await sharp(await saved("PNG")).metadata();
    expect(width).toBeGreaterThan(500);
    expect(problems).toEqual([]);
  });

  it("gives figures away without what one presses, and with what that says", async () => {
    const { page, problems } = await openPage(
      here.browser,
      `${here.address}/?lang=en&screen=compare&digit=0&change=5,0,10,1,0`,
    );
    await eventually(() => page.locator(".errors li").count()).toBeGreaterThan(1);
    await eventually(() => page.locator(".gallery .digits li").count()).toBeGreaterThan(5);
    const svgOf = async (card: string): Promise<string> => {
      await page.locator(`${card} .figure-tools summary`).click();
      const downloading = page.waitForEvent("download");
      await page.locator(`${card} .figure-tools`).getByRole("button", { name: "SVG" }).click();
      return readFileSync(await (await downloading).path()).toString();
    };
    const sizeOf = async () => {
      const { width = 0, height = 0 } = (await page.locator(".thousand").boundingBox()) ?? {};
      return { width, height };
    };
    const before = await sizeOf();
    const errors = await svgOf(".thousand");
    expect(errors).toContain("To the right: 5 px · Turn: 10°");
    expect(errors).not.toContain("Train all again");
    // What the controls took is not left empty; the page itself is as before.
    const [, height] = /^<svg [^>]* height="(\d+)"/.exec(errors) ?? [];
    expect(Number(height)).toBeLessThan(before.height - 60);
    expect(await sizeOf()).toEqual(before);
    // Programs with other letters keep each line as wide as here.
    expect(errors).toMatch(/<text [^>]*textLength="[\d.]+"/);
    expect(await svgOf(".gallery")).toMatch(/Reads<[\s\S]*>(Base|Dropout)<[\s\S]*Misreads</);
    expect(problems).toEqual([]);
  });

  it("answers twenty pages at once, and none of another origin or name", async () => {
    const ask = (headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${here.address}/api/ask`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ command: "hello" }),
      });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(200));
    expect((await ask({ origin: "https://example.com" })).status).toBe(403);
    expect((await ask({ origin: here.address })).status).toBe(200);
    const wrong = await fetch(`${here.address}/api/ask`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ command: "step", count: 0 }),
    });
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: '"count" must be a number from 1 to 1000, but is 0.' },
    ]);
    for (const path of [
      "/../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
      "/..%5cpackage.json",
      "/assets/../../index.js",
      "//etc/passwd",
      "/index.html%00.js",
      "/mnist.gz",
      "/api",
    ]) {
      expect(await statusAt(path), path).toBe(404);
    }
    for (const host of ["example.com", `example.com:${new URL(here.address).port}`, "localhost"]) {
      expect(await statusAt("/", { host }), host).toBe(403);
    }
    expect(await statusAt("/", { host: `127.0.0.1:${new URL(here.address).port}` })).toBe(200);
  });

  it("tells twenty pages at once, also when some are closed midway", async () => {
    const pages = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const socket = new WebSocket(`${here.address.replace("http", "ws")}/api/events?client=many-${i}`);
        const page = { said: "", socket };
        socket.on("message", (text) => {
          page.said += String(text);
        });
        await once(socket, "open");
        return page;
      }),
    );
    const ask = (command: string): Promise<Response> =>
      fetch(`${here.address}/api/ask`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ command }),
      });
    const heard = (word: string): number => pages.filter(({ said }) => said.includes(word)).length;
    await ask("pause");
    await eventually(() => heard('"playing":false')).toBe(20);
    for (const { socket } of pages.slice(0, 7)) socket.terminate();
    await ask("play");
    await eventually(() => heard('"playing":true')).toBe(13);
    for (const { socket } of pages) socket.terminate();
  });

  it.each([
    [
      "en",
      "The studio has not answered. Check that it is still open",
      /Trains on this computer \(ONNX Runtime [\d.]+, 1 thread\)/,
    ],
    [
      "es",
      "El estudio no ha respondido. Comprueba que sigue abierto",
      /Entrena en este ordenador \(ONNX Runtime [\d.]+, 1 hilo\)/,
    ],
  ])("says in the page's language that a question failed, and what to do: %s", async (lang, text, engine) => {
    const { page } = await openPage(here.browser, `${here.address}/?lang=${lang}&screen=compare&digit=0`);
    await eventually(() => page.locator(".reader").count()).toBeGreaterThan(0);
    expect(await page.locator(".bottom").innerText()).toMatch(engine);
    expect(await page.locator(".banner").count()).toBe(0);
    // Once: the page's next question is answered.
    await page.route("**/api/ask", (route) => route.abort(), { times: 1 });
    await page.getByLabel(/To the right|A la derecha/).fill("3");
    await eventually(() => page.locator(".banner").allInnerTexts()).toEqual([expect.stringContaining(text)]);
    // Also by who is further down.
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    const box = await page.locator(".banner").boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(100);
  });

  it("shows again what an address says", async () => {
    const { page } = await openPage(
      here.browser,
      `${here.address}/?lang=en&screen=compare&digit=2&by=rotation`,
    );
    await page.getByLabel("To the right").fill("4");
    await eventually(() => page.url()).toMatch(/change=4,0,0,1,0/);
    await page.reload();
    await eventually(() => page.getByLabel("To the right").inputValue()).toBe("4");
    expect(await page.locator("[aria-current=page]").innerText()).toBe("Compare");
    // The slider that was moved is the curve that is shown.
    await eventually(() => page.getByRole("radio", { name: "Move (pixels)" }).isChecked()).toBe(true);
    await eventually(() => page.locator(".pad .note").innerText()).toMatch(/^A \d from the test set/);
  });

  it("shows again which digits and which filter were chosen", async () => {
    const { page } = await openPage(
      here.browser,
      `${here.address}/?lang=en&screen=compare&digit=2&change=5,0,0,1,0`,
    );
    const cell = page.locator(".confusion td button").first();
    await page.locator(".gallery select").first().selectOption({ index: 0 });
    await page.locator(".gallery select").last().selectOption({ index: 0 });
    await cell.click();
    await eventually(() => page.url()).toMatch(/pair=(\d+),(?!\1&)\d+&cell=\d,\d/);
    await page.reload();
    const chosen = page.locator(".confusion td button[aria-pressed=true]");
    await eventually(() => chosen.count()).toBe(1);
    await page.goto(`${here.address}/?lang=en&screen=inside&digit=2`);
    await page.getByRole("button", { name: "Filter 3" }).click();
    await eventually(() => page.url()).toContain("filter=3");
    await page.reload();
    await eventually(() => page.locator(".choice [aria-pressed=true]").innerText()).toBe("Filter 3");
  });

  it("continues when the page that began is closed", async () => {
    const { page } = await openPage(here.browser, `${here.address}/?lang=en`);
    await page.getByRole("button", { name: "L2" }).click();
    // It had dropout on; both is another training than the practice's.
    await statusSays(page, /^L2/);
    await page.context().close();
    const statuses = async (): Promise<string[]> => {
      const response = await fetch(`${here.address}/api/ask`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ command: "hello" }),
      });
      const { answer } = (await response.json()) as { answer: { runs: { status: string }[] } };
      return answer.runs.map(({ status }) => status);
    };
    await eventually(statuses).toEqual(["done", "done", "stopped", "done"]);
  });
});
