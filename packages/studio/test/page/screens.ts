// Every screen of the studio as a picture, to be looked at, and what a program can find wrong with its layout:
// npx tsx packages/studio/test/page/screens.ts FOLDER [--runs FOLDER] [--states beginning,done,lost] [--screens learn,…]
//   [--languages es,en] [--looks light,dark,projector] [--widths 320,768,…] [--epochs 3] [--digits 12000]
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { looks as allLooks, screens as allScreens } from "../../src/page/state/address.js";
import { languageCodes } from "../../src/page/texts/index.js";
import { layoutFaults } from "./layout-faults.js";
import { launchStudio, openStudioProcess } from "./studio-process.js";

/** What is photographed: the first seconds, five trained networks, and a page whose studio was closed. */
const states = ["beginning", "done", "lost"] as const;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    states: { type: "string", default: states.join() },
    screens: { type: "string", default: allScreens.join() },
    languages: { type: "string", default: languageCodes.join() },
    looks: { type: "string", default: allLooks.filter((look) => look !== "auto").join() },
    widths: { type: "string", default: "320,768,1280,1920,2560" },
    epochs: { type: "string", default: "3" },
    digits: { type: "string" },
  },
});
const folder = resolve(positionals[0] ?? "screens");
const runs = resolve(values.runs ?? join(folder, "runs"));
const listed = (text: string): string[] => text.split(",").filter((one) => one !== "");
const heights: Readonly<Record<string, number>> = { 320: 640, 768: 1024 };

mkdirSync(folder, { recursive: true });
const { studio, address } =
  values.digits === undefined
    ? await launchStudio(["--out", runs])
    : await openStudioProcess(runs, Number(values.digits));
const browser = await launchBrowser();
const ask = async (command: string, rest: object = {}): Promise<{ readonly answer: unknown }> => {
  const response = await fetch(`${address}/api/ask`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ command, ...rest }),
  });
  return (await response.json()) as { readonly answer: unknown };
};
try {
  const asked = listed(values.states);
  if (asked.includes("beginning")) await photograph(browser, "beginning");
  if (asked.some((state) => state !== "beginning")) await trainAll(browser);
  if (asked.includes("done")) await photograph(browser, "done");
  if (asked.includes("lost")) await photograph(browser, "lost");
} finally {
  studio.kill("SIGTERM");
  await browser.close();
  if (values.runs === undefined) rmSync(runs, { recursive: true, force: true });
}

/** Has the five techniques trained, unless they are there. */
async function trainAll(browser: Browser): Promise<void> {
  const page = await browser.newPage({ locale: "en-US" });
  page.on("pageerror", (error) => console.log(`training: ${error}`));
  await page.goto(`${address}/?lang=en&screen=learn&epochs=${values.epochs}&seed=1`);
  const statuses = async (): Promise<readonly string[]> => {
    const { answer } = await ask("hello");
    return (answer as { runs: readonly { status: string }[] }).runs.map(({ status }) => status);
  };
  await ask("play");
  if ((await statuses()).filter((status) => status === "done").length < 5) {
    await page.getByRole("button", { name: "Train all five techniques" }).click();
  }
  for (;;) {
    const now = await statuses();
    if (now.length >= 5 && !now.some((status) => status === "running" || status === "waiting")) break;
    await page.waitForTimeout(1000);
  }
  await page.close();
}

async function photograph(browser: Browser, state: (typeof states)[number]): Promise<void> {
  for (const lang of listed(values.languages)) {
    for (const look of listed(values.looks)) {
      for (const width of listed(values.widths)) {
        const height = heights[width] ?? Math.round((Number(width) * 9) / 16);
        const page = await browser.newPage({
          locale: lang,
          viewport: { width: Number(width), height },
          reducedMotion: "reduce",
        });
        page.on("pageerror", (error) => console.log(`${state}: ${error}`));
        for (const screen of listed(values.screens)) {
          await page.goto(`${address}/?lang=${lang}&look=${look}&screen=${screen}&digit=0`);
          await settled(page, state);
          if (state === "lost") await page.route("**/api/**", (route) => route.abort());
          const name = [state, screen, lang, look, width].join("-");
          await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
          for (const fault of await layoutFaults(page)) console.log(`${name}: ${fault}`);
        }
        await page.close();
      }
    }
  }
}

/** Waits until nothing is being measured. */
async function settled(page: Page, state: string): Promise<void> {
  await page.waitForLoadState("networkidle", { timeout: 3000 }).catch(() => undefined);
  await page.waitForTimeout(700);
  if (state !== "done") return;
  const isMeasured = "document.querySelector('.note.chart, .thousand > .note:last-child') === null";
  const isCompared = "document.querySelector('.inside, .pictures, .changed, .changes') !== null";
  const end = Date.now() + 60_000;
  while (!(await page.evaluate<boolean>(`${isMeasured} && ${isCompared}`))) {
    if (Date.now() > end) {
      console.log(`${page.url()}: still measuring`);
      break;
    }
    await page.waitForTimeout(500);
  }
  await page.waitForTimeout(1500);
}
