import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { curvePixels, eventually, openPage, statusSays, verdictOf } from "./opened.js";

const folder = fileURLToPath(new URL("../../dist/page", import.meta.url));
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".gz": "application/gzip",
  ".json": "application/json",
};
/** Bytes of the page's files that were fetched, compressed as most servers would. */
let sent = 0;
let server: Server;
let address: string;
let browser: Browser;

beforeAll(async () => {
  // Any host of static files does as much.
  server = createServer(({ url = "/" }, response) => {
    const [path = "/"] = url.split("?");
    const file = join(folder, path === "/" ? "index.html" : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    const type = types[extname(file)] ?? "application/octet-stream";
    const content = createReadStream(file);
    const chunks: Buffer[] = [];
    content.on("data", (chunk) => chunks.push(chunk as Buffer));
    content.on("end", () => {
      const bytes = Buffer.concat(chunks);
      if (!file.endsWith(".gz")) sent += gzipSync(bytes).length;
      response.writeHead(200, { "content-type": type, "content-length": statSync(file).size }).end(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://localhost:${(server.address() as AddressInfo).port}`;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const learns = async (page: Page): Promise<void> => {
  await statusSays(page, /It now reads \d+ of every 100 digits/);
  expect(await curvePixels(page)).toBeGreaterThan(500);
};

describe("the studio on a static host", () => {
  it("begins to learn in the page without a click, after less than 3 MB and the digits", async () => {
    const { page, problems } = await openPage(browser, `${address}/?lang=en&digit=0`);
    await learns(page);
    await eventually(() => verdictOf(page)).toMatch(/Reads a 7|perhaps a 7/);
    expect(await page.locator(".bottom").innerText()).toMatch(/Trains in your browser \(WebAssembly/);
    expect(sent).toBeGreaterThan(10_000);
    expect(sent).toBeLessThan(3_000_000);
    expect(problems).toEqual([]);
  });

  it("opens again and learns without a connection", async () => {
    const { page } = await openPage(browser, `${address}/?lang=en`);
    await learns(page);
    await eventually(() =>
      page.evaluate<number>("caches.open('trazo-page').then((c) => c.keys()).then((k) => k.length)"),
    ).toBeGreaterThan(5);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.context().setOffline(true);
    await page.reload();
    await learns(page);
  });

  it("starts its engine again when it has died, and keeps what was finished", async () => {
    const { page } = await openPage(browser, `${address}/?lang=en&epochs=1`);
    await learns(page);
    await page.clock.install();
    const [worker] = page.workers();
    await worker?.evaluate("self.close()");
    await page.clock.runFor(30_000);
    await page.clock.resume();
    await eventually(() => page.workers().length).toBe(1);
    await eventually(() => page.locator(".banner").count()).toBe(0);
    await learns(page);
  });

  it("goes on with the same engine after its tab was frozen, or the machine asleep", async () => {
    const { page, problems } = await openPage(browser, `${address}/?lang=en`);
    await learns(page);
    const [before] = page.workers();
    const browserSide = await page.context().newCDPSession(page);
    await browserSide.send("Page.setWebLifecycleState", { state: "frozen" });
    await page.waitForTimeout(500);
    await browserSide.send("Page.setWebLifecycleState", { state: "active" });
    await page.clock.install();
    // An hour in which no timer ran.
    await page.clock.fastForward(3_600_000);
    await page.clock.runFor(4000);
    await page.clock.resume();
    const step = (): Promise<string> => page.locator(".rewind input").getAttribute("max").then(String);
    const kept = await step();
    await eventually(step).not.toBe(kept);
    expect(page.workers()).toEqual([before]);
    expect(await page.locator(".banner").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("trains on somebody's own pictures without a server, and says how many fit", async () => {
    const { page, problems } = await openPage(browser, `${address}/?lang=en&screen=pictures`);
    await page.getByRole("button", { name: "Fill with an example" }).click();
    await eventually(() => page.locator(".picture-class").count()).toBe(3);
    await eventually(() => page.locator(".picture-class").last().innerText()).toContain("Pictures: 30");
    expect(await page.locator(".collect").innerText()).toMatch(
      /90 of at most 2,000 pictures at this size and color: the browser’s memory must hold them all/,
    );
    await page.getByLabel("Size").selectOption("32");
    await page.getByLabel("Epochs").fill("2");
    await page.getByLabel("Epochs").press("Tab");
    await page.locator(".picture-training button.primary").click();
    await eventually(() => page.locator(".picture-status").innerText()).toMatch(/Finished after 2 epochs/);
    const downloading = page.waitForEvent("download");
    await page.locator(".take-away").getByRole("button", { name: "Web page" }).click();
    expect((await downloading).suggestedFilename()).toBe("pictures.html");
    expect(problems).toEqual([]);
  });
});
