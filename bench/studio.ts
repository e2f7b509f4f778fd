// What a visitor of the studio waits for, in the tests' Chromium, with the native engine and with the page's own:
// npx tsx bench/studio.ts [seconds]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../packages/practice/test/report/browser.js";
import { openStaticHost } from "../packages/studio/test/page/static-host.js";

const seconds = Number(process.argv[2] ?? 20);
const path = (name: string): string => fileURLToPath(new URL(`../packages/${name}`, import.meta.url));
const runs = mkdtempSync(join(tmpdir(), "trazo-studio-bench-"));

/** Everything is measured in the page: the automation that reads it has its own delays. */
const observer = `
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask", buffered: true });
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

async function visit(browser: Browser, address: string, name: string): Promise<void> {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1366, height: 768 } });
  const page = await context.newPage();
  await page.addInitScript(observer);
  const begun = performance.now();
  await page.goto(address);
  await page.waitForTimeout(1000 * seconds);
  const curveAt = await page.evaluate<number | undefined>("window.curveAt");
  const tasks = await page.evaluate<number[]>("window.longTasks");
  const rate = await page
    .locator(".controls .rate")
    .innerText()
    .catch(() => "finished");
  const elapsed = ((performance.now() - begun) / 1000).toFixed(0);
  console.log(
    `${name}: the curve moves after ${((curveAt ?? Number.NaN) / 1000).toFixed(2)} s; in ${elapsed} s ${tasks.length} long tasks ` +
      `(over 50 ms), the longest ${Math.round(Math.max(0, ...tasks))} ms; ${rate}`,
  );
  await context.close();
}

const browser = await launchBrowser();
const studio = spawn(process.execPath, [path("cli/dist/main.js"), "studio", "--port", "0", "--out", runs], {
  stdio: ["ignore", "pipe", "inherit"],
});
const native = await new Promise<string>((resolve) => {
  studio.stdout.on("data", (text) => {
    const [found] = /http:\/\/\S+/.exec(String(text)) ?? [];
    if (found) resolve(found);
  });
});
await visit(browser, native, "native engine");
studio.kill("SIGTERM");
await new Promise((resolve) => studio.on("exit", resolve));
rmSync(runs, { recursive: true, force: true });

const host = await openStaticHost();
await visit(browser, `http://localhost:${host.port}`, "engine in the page");
await browser.close();
await host.close();
