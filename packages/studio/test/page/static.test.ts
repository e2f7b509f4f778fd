import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { curvePixels, eventually, openPage, statusSays, verdictOf } from "./opened.js";
import { openStaticHost, type StaticHost } from "./static-host.js";

let host: StaticHost;
let isolated: StaticHost;
let address: string;
let browser: Browser;

beforeAll(async () => {
  [host, isolated, browser] = await Promise.all([
    openStaticHost(),
    openStaticHost({ isIsolated: true }),
    // By a name of its own a host without TLS is not secure, as in a network at home.
    launchBrowser(["--host-resolver-rules=MAP studio.test 127.0.0.1"]),
  ]);
  address = `http://localhost:${host.port}`;
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([host?.close(), isolated?.close()]);
});

const learns = async (page: Page): Promise<void> => {
  await statusSays(page, /It now reads \d+ of every 100 digits/);
  expect(await curvePixels(page)).toBeGreaterThan(500);
};

/** Any picture: the first of the page's own. */
const screenshotOf = async (page: Page) => ({
  name: "any.png",
  mimeType: "image/png",
  buffer: await page.locator(".thumbnails img").first().screenshot(),
});

describe("the studio on a static host", () => {
  it("begins to learn in the page without a click, after less than 3 MB and the digits", async () => {
    const { page, problems } = await openPage(browser, `${address}/?lang=en&digit=0`);
    await learns(page);
    await eventually(() => verdictOf(page)).toMatch(/Reads a 7|perhaps a 7/);
    expect(await page.locator(".bottom").innerText()).toMatch(/Trains in your browser \(WebAssembly/);
    const sent = await host.sent();
    expect(sent).toBeGreaterThan(10_000);
    expect(sent).toBeLessThan(3_000_000);
    expect(problems).toEqual([]);
  });

  it("learns in a page that is not secure, and takes pictures there from files, not from the camera", async () => {
    const { page, problems } = await openPage(browser, `http://studio.test:${host.port}/?lang=en`);
    await learns(page);
    expect(await page.evaluate("isSecureContext")).toBe(false);
    await page.getByRole("button", { name: "Your pictures" }).click();
    await page.getByRole("button", { name: "Fill with an example" }).click();
    await eventually(() => page.locator(".picture-class").last().innerText()).toContain("Pictures: 30");
    await page.locator(".picture-class").first().getByRole("button", { name: "Camera" }).click();
    await eventually(() => page.locator(".picture-class").first().innerText()).toContain(
      "The camera cannot be used here",
    );
    expect(problems).toEqual([]);
  });

  it("opens again, learns, and gives its files away without a connection", async () => {
    const { page } = await openPage(browser, `${address}/?lang=en`);
    await learns(page);
    await eventually(() =>
      page.evaluate<number>("caches.open('trazo-page').then((c) => c.keys()).then((k) => k.length)"),
    ).toBeGreaterThan(5);
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    await page.context().setOffline(true);
    await page.reload();
    await learns(page);
    await page.getByRole("button", { name: "Start over" }).click();
    const downloading = page.waitForEvent("download");
    await page.locator(".runs li.stopped").first().getByRole("button", { name: "keras" }).click();
    expect((await downloading).suggestedFilename()).toBe("base-seed1.keras");
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

  it("says so, and what to do, when its engine dies again and again", async () => {
    const { page } = await openPage(browser, `${address}/404.html`);
    await page.route("**/assets/worker-*", (route) => route.abort());
    await page.goto(`${address}/?lang=en`);
    await eventually(() => page.locator(".banner").allInnerTexts()).toEqual([
      "The engine in this page cannot be started. Check your connection and try again; if that does not help, close other tabs: memory may be short. Try again",
    ]);
    expect(await page.locator(".bottom").innerText()).toBe("");
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

  it("trains on somebody's own pictures, with the threads of a page that may have several, and says how many fit", async () => {
    const { page, problems } = await openPage(
      browser,
      `http://localhost:${isolated.port}/?lang=en&screen=pictures`,
    );
    await page.getByRole("button", { name: "Fill with an example" }).click();
    await eventually(() => page.locator(".picture-class").count()).toBe(3);
    await eventually(() => page.locator(".picture-class").last().innerText()).toContain("Pictures: 30");
    expect(await page.locator(".collect").innerText()).toMatch(
      /90 of at most 2,000 pictures at this size and color: the browser’s memory must hold them all/,
    );
    await eventually(() => page.locator(".bottom").innerText()).toMatch(/, \d+ threads\)/);
    await page.getByLabel("Size").selectOption("32");
    await page.getByLabel("Epochs").fill("2");
    await page.getByLabel("Epochs").press("Tab");
    await page.locator(".picture-training button.primary").click();
    await eventually(() => page.locator(".picture-status").innerText()).toMatch(/Finished after 2 epochs/);
    const downloading = page.waitForEvent("download");
    await page.locator(".take-away").getByRole("button", { name: "Web page" }).click();
    expect((await downloading).suggestedFilename()).toBe("pictures.html");

    // The network, and what it mistakes, are there again after a reload, also where another page was opened meanwhile.
    const said = await page.locator(".picture-status").innerText();
    const mistaken = await page.locator(".picture-mistakes").innerText();
    await page.reload();
    await eventually(() => page.locator(".picture-status").innerText()).toBe(said);
    await eventually(() => page.locator(".picture-mistakes").innerText()).toBe(mistaken);
    await page.locator(".try-it input[type=file]").setInputFiles(await screenshotOf(page));
    await eventually(() => page.locator(".try-it .verdict").innerText()).toMatch(
      /^\u2068(Circle|Square|Triangle)\u2069 /,
    );
    expect(problems).toEqual([]);
  });
});
