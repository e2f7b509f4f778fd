import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { eventually, openPage, statusSays } from "./opened.js";
import { studioAndBrowser } from "./studio-and-browser.js";

const here = studioAndBrowser("tabs", 1000);

/** As a browser tells a page that another tab is in front of it, or no longer is. */
const look = (page: Page, state: "hidden" | "visible"): Promise<void> =>
  page.evaluate(`(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "${state}" });
    document.dispatchEvent(new Event("visibilitychange"));
  })()`);

it("twenty pages of the studio learn together, all of them seen", async () => {
  const address = `${here.address}/?lang=en&digit=0&epochs=50`;
  const { page: first, problems } = await openPage(here.browser, address);
  const others = await Promise.all(
    Array.from({ length: 19 }, async () => {
      const page = await first.context().newPage();
      await page.goto(address);
      return page;
    }),
  );
  for (const page of [first, ...others]) await statusSays(page, /epoch/);
  await first.getByRole("button", { name: "L2" }).click();
  for (const page of others) await statusSays(page, /^L2.*: epoch/);
  // What one of them shows is read for it alone.
  await others[0]?.getByRole("button", { name: "Another test digit" }).click();
  await eventually(() => others[0]?.url()).not.toContain("digit=0");
  expect(first.url()).toContain("digit=0");
  await first.getByRole("button", { name: "Pause" }).click();
  for (const page of others) await statusSays(page, /paused/);
  await others[1]?.getByRole("button", { name: "Continue" }).click();
  for (const page of [first, ...others]) await statusSays(page, /epoch/);
  expect(problems).toEqual([]);
}, 240_000);

it("a tab that is opened behind others holds no connection until it is looked at", async () => {
  const { page, problems } = await openPage(here.browser, `${here.address}/404`);
  await page.addInitScript(
    `Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" })`,
  );
  let connections = 0;
  page.on("websocket", () => connections++);
  await page.goto(`${here.address}/?lang=en&digit=0`);
  await page.locator(".controls").waitFor();
  await page.waitForTimeout(1000);
  expect(connections).toBe(0);
  await look(page, "visible");
  await statusSays(page, /epoch|paused/);
  expect(connections).toBe(1);
  expect(problems.filter((text) => !/404/.test(text))).toEqual([]);
}, 240_000);

it("the studio opens in more tabs than a browser has connections, and each that is looked at again shows what is now", async () => {
  const address = `${here.address}/?lang=en&digit=0&epochs=50`;
  const { page: first, problems } = await openPage(here.browser, address);
  let front = first;
  for (let i = 0; i < 7; i++) {
    await look(front, "hidden");
    front = await first.context().newPage();
    await front.goto(address);
    await statusSays(front, /epoch/);
  }
  await front.getByRole("button", { name: "Dropout" }).click();
  await statusSays(front, /Dropout/);
  await look(first, "visible");
  await statusSays(first, /Dropout/);
  expect(await first.locator(".banner").count()).toBe(0);
  expect(problems).toEqual([]);
}, 240_000);
