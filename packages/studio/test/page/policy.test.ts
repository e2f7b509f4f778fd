import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { eventually, openPage, statusSays, trainExamplePictures } from "./opened.js";
import { openStaticHost } from "./static-host.js";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** As strict as the guide says that a policy may be. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const withThreads = policy.replace("worker-src 'self'", "worker-src 'self' blob:");

it.each([
  ["one thread", false, policy, /, 1 thread\)/],
  ["several threads", true, withThreads, /, \d+ threads\)/],
  ["one thread where the policy has no room for more", true, policy, /, 1 thread\)/],
] as const)(
  "the studio does all that it can under a strict policy of its host: %s",
  async (_, isIsolated, given, threads) => {
    const host = await openStaticHost({ isIsolated, headers: { "content-security-policy": given } });
    onTestFinished(() => host.close());
    const { page, problems } = await openPage(browser, `${host.address}?lang=en&digit=0&epochs=1`);
    await statusSays(page, /It now reads \d+ of every 100 digits/);
    await eventually(() => page.locator(".bottom").innerText()).toMatch(threads);
    await page.getByRole("button", { name: "Start over" }).click();
    for (const kind of ["keras", "onnx"]) {
      const downloading = page.waitForEvent("download", { timeout: 100_000 });
      await page.locator(".runs li.stopped").first().getByRole("button", { name: kind }).click();
      expect((await downloading).suggestedFilename()).toBe(`base-seed1.${kind}`);
    }
    for (const figure of ["SVG", "PNG"]) {
      await page.locator(".curves .figure-tools summary").click();
      const downloading = page.waitForEvent("download", { timeout: 100_000 });
      await page.locator(".curves .figure-tools").getByRole("button", { name: figure }).click();
      await downloading;
    }
    await page.getByRole("button", { name: "Look inside" }).click();
    await eventually(() => page.locator(".masks").count()).toBeGreaterThan(0);
    await page.getByRole("button", { name: "Your pictures" }).click();
    await trainExamplePictures(page);
    const downloading = page.waitForEvent("download", { timeout: 100_000 });
    await page.locator(".take-away").getByRole("button", { name: "Web page" }).click();
    await downloading;
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    // That is how the page finds out.
    const others = problems.filter((text) => !/worker from 'blob:|worker-src/i.test(text));
    expect(others).toEqual([]);
  },
);
