import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { screens } from "../../src/page/state/address.js";
import { layoutFaults } from "./layout-faults.js";
import { eventually, openPage, statusSays, verdictOf } from "./opened.js";
import { openStaticHost, type StaticHost } from "./static-host.js";
import { studioAndBrowser } from "./studio-and-browser.js";

const here = studioAndBrowser("circumstances", 1000);
let host: StaticHost;

beforeAll(async () => {
  host = await openStaticHost();
});

afterAll(() => host?.close());

const seen = (page: Page): Promise<string> =>
  page.evaluate<string>("document.querySelector('.seen canvas').toDataURL()");

describe("the studio where it is not at its ease", () => {
  it("is drawn on with a finger, on a slow phone, without the page moving away under it", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&digit=0&epochs=1`, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    });
    const tools = await page.context().newCDPSession(page);
    await tools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await statusSays(page, /finished/);
    const canvas = page.locator(".paper canvas");
    await canvas.scrollIntoViewIfNeeded();
    const before = await seen(page);
    const scrolled = await page.evaluate("scrollY");
    const box = await canvas.boundingBox();
    if (!box) throw new Error("There is no paper.");
    const at = (share: number) => [{ x: box.x + box.width / 2, y: box.y + share * box.height }];
    await tools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0.2) });
    for (let i = 1; i <= 12; i++) {
      await tools.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(0.2 + 0.05 * i) });
    }
    await tools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await eventually(() => seen(page)).not.toBe(before);
    expect(await page.evaluate("scrollY")).toBe(scrolled);
    await page.getByRole("button", { name: "Undo" }).tap();
    await eventually(() => page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
    expect(problems).toEqual([]);
  });

  it.each(["es", "en"])(
    "has nothing cut off or on top of something else at twice its size: %s",
    async (lang) => {
      for (const screen of screens) {
        const { page } = await openPage(
          here.browser,
          `${here.address}/?lang=${lang}&screen=${screen}&digit=0`,
          {
            viewport: { width: 640, height: 360 },
            deviceScaleFactor: 2,
          },
        );
        await eventually(() => page.locator(".card").count()).toBeGreaterThan(1);
        await eventually(() => layoutFaults(page)).toEqual([]);
      }
    },
  );

  it("shows the whole network to a class: nothing has to be scrolled sideways on a projector", async () => {
    for (const width of [1024, 1280, 1920]) {
      const { page } = await openPage(here.browser, `${here.address}/?lang=es&look=projector&digit=0`, {
        viewport: { width, height: Math.round((width * 9) / 16) },
      });
      await eventually(() => page.locator(".layers .output").count()).toBe(1);
      const hidden = await page.evaluate<number>(
        "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.layers'))",
      );
      expect(hidden, `${width} pixels`).toBeLessThanOrEqual(0);
    }
  });

  it("can be used by the keyboard alone: drawing, a technique, a pause, the past, the code", async () => {
    const { page, problems } = await openPage(here.browser, `${here.address}/?lang=en&digit=0&epochs=1`);
    await statusSays(page, /finished/);
    const tabTo = async (selector: string): Promise<void> => {
      for (let i = 0; i < 80; i++) {
        await page.keyboard.press("Tab");
        const isThere = await page.evaluate<boolean>(
          `document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`,
        );
        if (!isThere) continue;
        // Where somebody is must be seen.
        const { style, width } = await page.evaluate<{ style: string; width: string }>(
          "(({ outlineStyle, outlineWidth }) => ({ style: outlineStyle, width: outlineWidth }))(getComputedStyle(document.activeElement))",
        );
        expect(style, selector).not.toBe("none");
        expect(Number.parseFloat(width), selector).toBeGreaterThanOrEqual(2);
        return;
      }
      throw new Error(`The Tab key never comes to ${selector}.`);
    };
    await tabTo(".paper canvas");
    const before = await seen(page);
    for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "Space"]) await page.keyboard.press(key);
    for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await eventually(() => seen(page)).not.toBe(before);
    await tabTo(".techniques .chip");
    await page.keyboard.press("Enter");
    await statusSays(page, /^L2/);
    // From the end of the page the first thing is next.
    await page.evaluate("document.activeElement.blur()");
    await statusSays(page, /finished/);
    await tabTo(".rewind input");
    await page.keyboard.press("Home");
    await eventually(() => page.locator(".rewind output").innerText()).toBe("How it read at step 0");
    await page.keyboard.press("End");
    await eventually(() => page.locator(".rewind output").innerText()).toBe("Now");
    await tabTo(".curves .card-tools button");
    await page.keyboard.press("Enter");
    await eventually(() => page.locator("dialog[open] pre").count()).toBe(1);
    await page.keyboard.press("Escape");
    await eventually(() => page.locator("dialog[open]").count()).toBe(0);
    expect(
      await page.evaluate("document.activeElement.closest('.curves .card-tools') !== null"),
      "the dialog gives the focus back",
    ).toBe(true);
    expect(problems).toEqual([]);
  });

  it("names everything that can be used, for those who hear the page", async () => {
    for (const screen of screens) {
      const { page } = await openPage(here.browser, `${here.address}/?lang=es&screen=${screen}&digit=0`);
      await eventually(() => page.locator(".card").count()).toBeGreaterThan(1);
      await eventually(() => page.getByRole("heading").count()).toBeGreaterThan(1);
      const tools = await page.context().newCDPSession(page);
      const { nodes } = await tools.send("Accessibility.getFullAXTree");
      const used = [
        "button",
        "slider",
        "checkbox",
        "radio",
        "combobox",
        "textbox",
        "spinbutton",
        "image",
        "region",
      ];
      const nameless = nodes.filter(
        ({ ignored, role, name }) =>
          !ignored && used.includes(String(role?.value)) && String(name?.value ?? "").trim() === "",
      );
      expect(
        nameless.map(({ role }) => role?.value),
        screen,
      ).toEqual([]);
      expect(nodes.filter(({ role }) => role?.value === "heading").length).toBeGreaterThan(1);
    }
  });

  it("keeps what colors tell where the system chooses the colors", async () => {
    const { page } = await openPage(here.browser, `${here.address}/?lang=en&digit=0&screen=compare`, {
      forcedColors: "active",
    });
    await eventually(() => page.locator(".errors .bar").count()).toBeGreaterThan(1);
    const colors = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".errors .bar")].map((bar) => getComputedStyle(bar).backgroundColor)`,
    );
    const behind = await page.evaluate(
      "getComputedStyle(document.querySelector('.errors .track')).backgroundColor",
    );
    expect(new Set(colors).size).toBeGreaterThan(1);
    expect(colors).not.toContain(behind);
  });

  it("lets nothing move by itself for those who want no motion", async () => {
    const { page } = await openPage(here.browser, `${here.address}/?lang=en&digit=0&screen=inside`, {
      reducedMotion: "reduce",
    });
    await eventually(() => page.locator(".sum").count()).toBe(1);
    const place = (): Promise<string> => page.getByLabel("Place").inputValue();
    const before = await place();
    await page.waitForTimeout(700);
    expect(await place()).toBe(before);
    await page.getByRole("button", { name: "Walk" }).click();
    await eventually(place).not.toBe(before);
  });

  it("shows how much has come over a slow connection, and learns then", async () => {
    const context = await here.browser.newContext({ locale: "en-US" });
    const page = await context.newPage();
    const tools = await context.newCDPSession(page);
    await tools.send("Network.enable");
    await page.goto("about:blank");
    await tools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 300,
      downloadThroughput: 400_000,
      uploadThroughput: 50_000,
    });
    await page.goto(`http://localhost:${host.port}/?lang=en`);
    const shown: number[] = [];
    page.on("pageerror", (error) => expect.soft(String(error)).toBe(""));
    await eventually(async () => {
      const value = await page
        .locator(".loading progress")
        .getAttribute("value", { timeout: 200 })
        .catch(() => null);
      if (value !== null) shown.push(Number(value));
      return new Set(shown).size;
    }).toBeGreaterThan(2);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
    expect(await page.locator(".loading").innerText()).toMatch(/Downloading the digits: [\d.]+ of [\d.]+ MB/);
    await tools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await statusSays(page, /starting to learn|It now reads/);
    expect(await page.locator(".loading").count()).toBe(0);
    await context.close();
  });

  it("works on, and says so, where the browser has no room to keep anything", async () => {
    const { page, problems } = await openPage(here.browser, `http://localhost:${host.port}/404.html`);
    problems.length = 0;
    const tools = await page.context().newCDPSession(page);
    await tools.send("Storage.overrideQuotaForOrigin", {
      origin: `http://localhost:${host.port}`,
      quotaSize: 1000,
    });
    await page.goto(`http://localhost:${host.port}/?lang=en&screen=pictures`);
    await page.getByRole("button", { name: "Fill with an example" }).click();
    await eventually(() => page.locator(".collect").innerText()).toContain(
      "The browser does not keep these pictures: they are gone once the page is closed.",
    );
    await page.getByRole("button", { name: "Learn", exact: true }).click();
    await statusSays(page, /It now reads \d+ of every 100 digits/);
    expect(await verdictOf(page)).not.toBe("");
    expect(problems).toEqual([]);
  });
});
