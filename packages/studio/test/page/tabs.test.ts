import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { openPage, statusSays } from "./opened.js";
import { studioAndBrowser } from "./studio-and-browser.js";

const here = studioAndBrowser("tabs", 1000);

/** As a browser tells a page that another tab is in front of it, or no longer is. */
const look = (page: Page, state: "hidden" | "visible"): Promise<void> =>
  page.evaluate(`(() => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "${state}" });
    document.dispatchEvent(new Event("visibilitychange"));
  })()`);

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
