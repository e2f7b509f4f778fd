// What a visitor of the studio waits for, in the tests' Chromium, with the native engine and with the page's own, while somebody draws:
// npx tsx bench/studio.ts [seconds]
// It ends with status 1 when a limit is missed.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../packages/practice/test/report/browser.js";
import { openStaticHost } from "../packages/studio/test/page/static-host.js";
import { endStudio, launchStudio } from "../packages/studio/test/page/studio-process.js";

const seconds = Number(process.argv[2] ?? 20);
/** Seconds until the curve moves, milliseconds that an input or a task may take, and megabytes of the page without the digits. */
const limits = { curve: 2, task: 50, load: 3 };

/** Everything is measured in the page: the automation that reads it has its own delays. */
const observer = `
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask", buffered: true });
  window.waits = [];
  new PerformanceObserver((list) => window.waits.push(...list.getEntries().map((e) => e.processingStart - e.startTime)))
    .observe({ type: "event", durationThreshold: 16, buffered: true });
  window.curveAt = undefined;
  const look = () => {
    const canvas = document.querySelector(".curves canvas");
    if (canvas && canvas.width > 0) {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let ink = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i] > 0) ink++;
      window.firstInk ??= ink;
      // The axes are there at once; a curve is more.
      if (/[0-9]/.test(document.querySelector(".controls .rate")?.textContent ?? "") || ink > window.firstInk * 1.02) {
        window.curveAt ??= performance.now();
        return;
      }
    }
    setTimeout(look, 20);
  };
  document.addEventListener("DOMContentLoaded", look);
`;

/** A stroke somewhere on the paper; undefined before there is one. */
async function stroke(page: Page, turn: number): Promise<boolean> {
  const box = await page.locator(".paper canvas").boundingBox();
  if (!box) return false;
  const [x, y] = [box.x + box.width * (0.3 + 0.1 * (turn % 5)), box.y + box.height * 0.25];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 20, y + box.height * 0.4, { steps: 8 });
  await page.mouse.up();
  return true;
}

/** Bytes of what a page loads but the digits, as most servers compress them. */
function weighed(page: Page): { bytes(): Promise<number> } {
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    if (/\/api\/|\.gz$/.test(new URL(response.url()).pathname)) return;
    sizes.push(
      response.body().then(
        (body) => gzipSync(body).length,
        () => 0,
      ),
    );
  });
  return { bytes: async () => (await Promise.all(sizes)).reduce((a, b) => a + b, 0) };
}

async function visit(browser: Browser, address: string, name: string): Promise<boolean> {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  await page.addInitScript(observer);
  const load = weighed(page);
  const begun = performance.now();
  await page.goto(address);
  let strokes = 0;
  while (performance.now() - begun < 1000 * seconds) {
    if (await stroke(page, strokes)) strokes++;
    await page.waitForTimeout(200);
  }
  const curve = ((await page.evaluate<number | undefined>("window.curveAt")) ?? Number.NaN) / 1000;
  const tasks = await page.evaluate<number[]>("window.longTasks");
  const wait = Math.max(0, ...(await page.evaluate<number[]>("window.waits")));
  const task = Math.max(0, ...tasks);
  const rate = await page
    .locator(".controls .rate")
    .innerText({ timeout: 1000 })
    .catch(() => "finished");
  const megabytes = (await load.bytes()) / 1e6;
  const elapsed = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(
    `${name}: ${megabytes.toFixed(2)} MB compressed; the curve moves after ${curve.toFixed(2)} s; in ${elapsed} s with ${strokes} strokes ` +
      `${tasks.length} long tasks (over 50 ms), the longest ${Math.round(task)} ms; an input waited ${Math.round(wait)} ms at most; ${rate}`,
  );
  await context.close();
  return curve <= limits.curve && wait <= limits.task && task <= limits.task && megabytes <= limits.load;
}

const runs = mkdtempSync(join(tmpdir(), "trazo-studio-bench-"));
const browser = await launchBrowser();
const { studio, address } = await launchStudio(["--out", runs]);
const native = await visit(browser, address, "native engine");
await endStudio(studio);
rmSync(runs, { recursive: true, force: true });

const host = await openStaticHost();
const inPage = await visit(browser, `http://localhost:${host.port}`, "engine in the page");
await browser.close();
await host.close();
const digits = fileURLToPath(new URL("../packages/studio/dist/page/mnist.gz", import.meta.url));
console.log(
  `The digits, which the page's own engine loads once: ${(statSync(digits).size / 1e6).toFixed(2)} MB`,
);
process.exitCode = native && inPage ? 0 : 1;
