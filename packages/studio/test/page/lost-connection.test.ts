import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { eventually, openPage, statusSays } from "./opened.js";
import { type HostOptions, openStaticHost, type StaticHost } from "./static-host.js";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

async function hostWith(options: HostOptions = {}): Promise<StaticHost> {
  const host = await openStaticHost(options);
  onTestFinished(() => host.close());
  return host;
}

/** As on the first visit: a service worker has not kept anything yet. */
const visit = (address: string) => openPage(browser, address, { serviceWorkers: "block" });

const isReady = (page: Page): Promise<void> =>
  eventually(() => page.locator(".bottom").innerText()).toMatch(/Trains in your browser/);
const learns = (page: Page): Promise<void> => statusSays(page, /It now reads \d+ of every 100 digits/);
const banner = (page: Page): Promise<string[]> => page.locator(".banner").allInnerTexts();

describe("who loses the connection on the first visit", () => {
  it.each([false, true])(
    "can train with every technique once the engine is ready, isolated: %s",
    async (isIsolated) => {
      const host = await hostWith({ isIsolated });
      // No training begins by itself here.
      const { page, problems } = await visit(`${host.address}?lang=en&screen=pictures`);
      await isReady(page);
      await host.close();
      await page.getByRole("button", { name: "Learn", exact: true }).click();
      await learns(page);
      await page.getByRole("button", { name: "Train all five techniques" }).click();
      for (const technique of ["L2", "Dropout", "Batch norm", "Data augmentation"]) {
        await page.getByRole("button", { name: technique, exact: true }).click();
        await learns(page);
      }
      expect(await banner(page)).toEqual([]);
      expect(problems).toEqual([]);
    },
  );

  it("is told when a file cannot be written for that, and has it once the connection is back", async () => {
    const host = await hostWith();
    const { page } = await visit(`${host.address}?lang=en&epochs=1`);
    await learns(page);
    await page.getByRole("button", { name: "Start over" }).click();
    await learns(page);
    await host.close();
    const keras = page.locator(".runs li.stopped").first().getByRole("button", { name: "keras" });
    await keras.click();
    await eventually(() => banner(page)).toEqual([
      "A part of this page could not be downloaded. Check your connection and try again.",
    ]);
    // The training goes on meanwhile.
    await learns(page);
    await hostWith({ port: host.port });
    const downloading = page.waitForEvent("download");
    await keras.click();
    expect((await downloading).suggestedFilename()).toBe("base-seed1.keras");
    await eventually(() => banner(page)).toEqual([]);
    await learns(page);
  });

  it("keeps its training when a part that a file needs cannot be loaded", async () => {
    const host = await hostWith();
    const { page } = await visit(`${host.address}?lang=en&epochs=50`);
    await learns(page);
    await page.getByRole("button", { name: "Start over" }).click();
    await learns(page);
    const engine = page.workers().find((worker) => worker.url().includes("/worker-"));
    let isEngineGone = engine === undefined;
    engine?.on("close", () => {
      isEngineGone = true;
    });
    await page.route("**/assets/hdf5*", (route) => route.abort());
    await page.locator(".runs li.stopped").first().getByRole("button", { name: "keras" }).click();
    await eventually(() => banner(page)).toEqual([
      "A part of this page could not be downloaded. Check your connection and try again.",
    ]);
    const moments = async (): Promise<number> =>
      Number(await page.locator(".rewind input").getAttribute("max"));
    const before = await moments();
    await eventually(moments).toBeGreaterThan(before);
    expect(isEngineGone).toBe(false);
  });

  it.each(["worker", "page-lab", "planning"])(
    "before the engine is there, is told so, and starts it when the connection is back: %s",
    async (part) => {
      const host = await hostWith();
      const { page } = await visit(`${host.address}404.html`);
      await page.route(`**/assets/${part}-*`, (route) => route.abort());
      await page.goto(`${host.address}?lang=en`);
      await eventually(() => banner(page)).toEqual([
        expect.stringMatching(
          /^The engine in this page cannot be started\. Check your connection and try again/,
        ),
      ]);
      await page.unroute(`**/assets/${part}-*`);
      await page.locator(".banner").getByRole("button", { name: "Try again" }).click();
      await learns(page);
      expect(await banner(page)).toEqual([]);
    },
  );

  it("before the digits are there, is told so, and they come by themselves when the connection is back", async () => {
    const host = await hostWith();
    const { page } = await visit(`${host.address}404.html`);
    await page.route("**/mnist.gz", (route) => route.abort());
    await page.goto(`${host.address}?lang=es`);
    await eventually(() => banner(page)).toEqual([
      expect.stringMatching(/^No se han podido descargar los dígitos\. Comprueba tu conexión/),
    ]);
    await page.unroute("**/mnist.gz");
    await page.evaluate("dispatchEvent(new Event('online'))");
    await statusSays(page, /Ahora acierta \d+ de cada 100/);
    expect(await banner(page)).toEqual([]);
  });

  it("has the page kept for visits without one as soon as it is back", async () => {
    const host = await hostWith();
    const { page } = await openPage(browser, `${host.address}?lang=en`);
    await isReady(page);
    await host.close();
    await learns(page);
    await page.waitForTimeout(3000);
    expect(
      await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one === undefined)"),
    ).toBe(true);
    await hostWith({ port: host.port });
    await page.evaluate("dispatchEvent(new Event('online'))");
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  });
});
