import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

export interface Opened {
  readonly page: Page;
  /** What went wrong: errors of the page's program, and whatever its policy forbids. */
  readonly problems: string[];
}

/** Opens the studio in a context of its own, which ends with the test. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({
    locale: "en-US",
    viewport: { width: 1366, height: 768 },
    ...options,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.goto(address);
  return { page, problems };
}

/** Waits for what is to come about: long, since the machine may have other work. */
export const eventually = <T>(
  get: () => T | Promise<T>,
  timeout = 100_000,
): ReturnType<typeof expect.poll<T>> => expect.poll(get, { timeout, interval: 50 });

export const statusOf = (page: Page): Promise<string> => page.locator(".controls .status").innerText();

/** Waits for a text of the status line. */
export const statusSays = (page: Page, pattern: RegExp): Promise<void> =>
  eventually(() => statusOf(page)).toMatch(pattern);

export const verdictOf = (page: Page): Promise<string> => page.locator(".answer .verdict").innerText();

/** Trains a network for pictures, on the screen of these, with the example's for one epoch. */
export async function trainExamplePictures(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Fill with an example" }).click();
  await eventually(() => page.locator(".picture-class").last().innerText()).toContain("Pictures: 30");
  await page.getByLabel("Size").selectOption("32");
  await page.getByLabel("Epochs").fill("1");
  await page.getByLabel("Epochs").press("Tab");
  await page.locator(".picture-training button.primary").click();
  await eventually(() => page.locator(".picture-status").innerText()).toMatch(/Finished after 1 epoch/);
}

/** Draws lines through points given as shares of the drawing area. */
export async function draw(
  page: Page,
  ...lines: readonly (readonly (readonly [x: number, y: number])[])[]
): Promise<void> {
  const box = await page.locator(".paper canvas").boundingBox();
  if (!box) throw new Error("There is no drawing area.");
  for (const line of lines) {
    for (const [i, [x, y]] of line.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
}

/** A circle, or a part of it, from one angle to another, in degrees from the right, clockwise. */
export const arc = (x: number, y: number, rx: number, ry: number, from: number, to: number) =>
  Array.from({ length: 13 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 12) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)] as const;
  });

/** Serious findings of axe-core. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

/** How many pixels of the curves' canvas have a color that is not gray: lines of runs that have one. */
export const curvePixels = (page: Page): Promise<number> =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector(".curves canvas");
    if (!canvas || canvas.width === 0) return 0;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
    return count;
  })()`);

/** Whether the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
