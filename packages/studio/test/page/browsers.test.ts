import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from "vitest";
import { inEachBrowser } from "../../../../test/browsers/browsers.js";
import type { TestBrowser } from "../../../../test/browsers/driver.js";
import { drawnDigits } from "./digits.js";
import { eventually } from "./opened.js";
import { openStaticHost } from "./static-host.js";
import { endStudio, openStudioProcess } from "./studio-process.js";
import { Visitor } from "./visitor.js";

/** Pictures of one color that is never quite the same. */
const pictures = (color: "red" | "blue", count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const strength = 120 + ((i * 31) % 130);
      const background =
        color === "red" ? { r: strength, g: 30, b: 40 + i } : { r: 40, g: 60 + i, b: strength };
      const buffer = await sharp({ create: { width: 60, height: 40, channels: 3, background } })
        .png()
        .toBuffer();
      return { name: `${color}-${i}.png`, mimeType: "image/png", buffer };
    }),
  );

// Chromium has tests of its own, which see and do more. The others are asked for, as they take minutes: TRAZO_BROWSERS=firefox,webkit
inEachBrowser("the studio", ({ name, withoutFiles, launch }) => {
  if (name === "Chromium") {
    it.skip("has tests of its own");
    return;
  }
  vi.setConfig({ testTimeout: 600_000 });
  const folder = mkdtempSync(join(tmpdir(), "trazo-browsers-"));
  let browser: TestBrowser;
  let studio: ChildProcess;
  let address: string;

  beforeAll(async () => {
    [{ studio, address }, browser] = await Promise.all([openStudioProcess(folder, 12_000), launch()]);
    console.log(`${name} ${browser.version()}`);
  });
  afterAll(async () => {
    await browser?.close();
    await endStudio(studio);
    rmSync(folder, { recursive: true, force: true });
  });

  async function visit(url: string): Promise<Visitor> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const visitor = new Visitor(page);
    await visitor.open(url);
    return visitor;
  }
  const statusSays = (visitor: Visitor, pattern: RegExp): Promise<void> =>
    eventually(() => visitor.text(".controls .status"), 300_000).toMatch(pattern);
  const verdictOf = (visitor: Visitor): Promise<string> => visitor.text(".answer .verdict");
  const heading = (visitor: Visitor, text: string): Promise<void> =>
    visitor.click("nav.screens button", text);

  it("learns without a click with the native engine, and reads ten drawn digits", async () => {
    const visitor = await visit(`${address}/?lang=en&epochs=2`);
    await statusSays(visitor, /finished\. It misreads \d+ of the 1,000 test digits/);
    const read: string[] = [];
    for (const lines of drawnDigits) {
      await visitor.click(".pad button", "Clear").catch(() => undefined);
      const before = await visitor.evaluate<string>("document.querySelector('.seen canvas').toDataURL()");
      await visitor.draw(...lines);
      await eventually(() =>
        visitor.evaluate<string>("document.querySelector('.seen canvas').toDataURL()"),
      ).not.toBe(before);
      await new Promise((resolve) => setTimeout(resolve, 400));
      read.push(/\d/.exec(await verdictOf(visitor))?.[0] ?? "?");
    }
    const right = read.filter((label, digit) => label === String(digit)).length;
    expect(right, `read as ${read.join("")}`).toBeGreaterThanOrEqual(8);
    expect(await visitor.problems()).toEqual([]);
  });

  it("trains each technique, goes back in time, compares and looks inside", async () => {
    const few = await openStudioProcess(join(folder, "few"), 1000);
    onTestFinished(() => void few.studio.kill("SIGTERM"));
    const visitor = await visit(`${few.address}/?lang=en&digit=0&epochs=3&seed=3`);
    await statusSays(visitor, /finished/);
    await visitor.click("button", "Train all five techniques");
    await eventually(() => visitor.count(".runs li.done"), 300_000).toBe(5);
    await visitor.fill(".rewind input", "0");
    await eventually(() => visitor.text(".rewind output")).toBe("How it read at step 0");
    await eventually(() => verdictOf(visitor)).toMatch(/does not know yet/);
    await heading(visitor, "Compare");
    await eventually(() => visitor.count(".errors li")).toBe(5);
    await eventually(() => visitor.count(".digits li")).toBeGreaterThan(0);
    await heading(visitor, "Look inside");
    await eventually(() => visitor.count(".masks")).toBe(5);
    await visitor.evaluate("location.reload()");
    await eventually(() => visitor.count(".masks").catch(() => 0)).toBe(5);
    expect(await visitor.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(
      0,
    );
  });

  it("learns in the page, keeps what was learned, opens without a connection, and trains on pictures", async () => {
    const host = await openStaticHost();
    const home = `http://localhost:${host.port}/?lang=en`;
    const visitor = await visit(`${home}&digit=0`);
    await statusSays(visitor, /It now reads \d+ of every 100 digits/);
    await eventually(() => verdictOf(visitor)).toMatch(/Reads a 7|perhaps a 7/);
    expect(await visitor.text(".bottom")).toMatch(/Trains in your browser \(WebAssembly/);

    await heading(visitor, "Your pictures");
    await eventually(() => visitor.count(".picture-class")).toBe(2);
    for (const [i, color] of (["red", "blue"] as const).entries()) {
      const broken = { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") };
      const field = `.picture-class:nth-of-type(${i + 1}) input[type=file]`;
      await visitor.choose(field, [...(await pictures(color, 12)), broken]);
      await eventually(() => visitor.text(".picture-class .count")).toMatch(
        i === 0 ? /Pictures: 12 Pictures: 0/ : /Pictures: 12 Pictures: 12/,
      );
    }
    if (withoutFiles) {
      // Private windows of WebKit keep no pictures, which the page says.
      await eventually(() => visitor.text(".collect")).toContain(
        "The browser does not keep these pictures: they are gone once the page is closed.",
      );
    }
    await visitor.fill(".picture-settings select", "32");
    await visitor.fill(".picture-settings input[type=number]", "6");
    await visitor.click(".picture-training button.primary");
    await eventually(() => visitor.text(".picture-status")).toMatch(/Finished after 6 epochs/);
    const said = await visitor.text(".picture-status");
    await eventually(() =>
      visitor.evaluate<number>("caches.open('trazo-page').then((c) => c.keys()).then((k) => k.length)"),
    ).toBeGreaterThan(20);
    await visitor.evaluate("navigator.serviceWorker.ready.then(() => true)");
    expect(await visitor.problems()).toEqual([]);

    // No connection.
    await host.close();
    await visitor.open(home);
    await statusSays(visitor, /It now reads \d+ of every 100 digits/);
    await heading(visitor, "Your pictures");
    if (withoutFiles) return;
    await eventually(() => visitor.text(".picture-class .count")).toMatch(/Pictures: 12 Pictures: 12/);
    expect(await visitor.text(".picture-status")).toBe(said);
    await visitor.choose(".try-it input[type=file]", await pictures("blue", 1));
    await eventually(() => visitor.text(".try-it .verdict")).toMatch(/^\u2068Class \d\u2069 /);
    expect(await visitor.problems()).toEqual([]);
  });
});
