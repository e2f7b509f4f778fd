import { afterAll, beforeAll, expect, it } from "vitest";
import { inEachBrowser } from "./browsers.js";
import type { TestBrowser } from "./driver.js";

inEachBrowser("pages to test", ({ launch }) => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it("are all seen, so that each has frames and timers", async () => {
    const pages = [await browser.newPage(), await browser.newPage()];
    for (const page of pages) {
      await page.goto("data:text/html,<title>seen</title>");
      expect(await page.evaluate("document.visibilityState")).toBe("visible");
    }
    for (const page of pages) {
      const frames = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))";
      expect(await page.evaluate(`${frames}.then(() => document.visibilityState)`)).toBe("visible");
      await page.close();
    }
  });
});
