// Somebody who clicks, drags, types and drops at random in the studio, always the same for a seed:
// npx tsx bench/studio-monkey.ts [native|page] [seed] [seconds]
// It tells what went wrong: errors of the page or of the server, a page that says it has a problem, an engine that does not train any more.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";
import { launchBrowser } from "../packages/practice/test/report/browser.js";
import { uniforms } from "../packages/studio/src/lab/uniforms.js";
import { en } from "../packages/studio/src/page/texts/en.js";
import { es } from "../packages/studio/src/page/texts/es.js";
import { openStaticHost } from "../packages/studio/test/page/static-host.js";
import { openStudioProcess } from "../packages/studio/test/page/studio-process.js";

const [where = "native", seed = "1", seconds = "60"] = process.argv.slice(2);
const random = uniforms(Number(seed));
const whole = (count: number): number => Math.floor(random() * count);
const oneOf = <T>(list: readonly T[]): T | undefined => list[whole(list.length)];

const folder = mkdtempSync(join(tmpdir(), "trazo-monkey-"));
const findings = new Map<string, number>();
const done: string[] = [];
const find = (what: string): void => {
  const text = what.slice(0, 300);
  if (!findings.has(text)) console.log(`- ${text}\n  after: ${done.slice(-6).join("; ")}`);
  findings.set(text, (findings.get(text) ?? 0) + 1);
};

/** What the page is meant to say to somebody who asks for what cannot be, in whatever language was chosen. */
const expected = [en, es].flatMap(({ disconnected, problems }) =>
  [disconnected, problems.unreachable, problems.networkGone, problems.otherLayers, problems.unreadable].map(
    (text) => new RegExp(`^${text.replace(/[.*+?^$()[\]]/g, "\\$&").replace(/\{\w+\}/g, ".*")}$`),
  ),
);

interface NamedFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

async function someFiles(): Promise<NamedFile[]> {
  const color = (i: number) => ({ r: (i * 53) % 256, g: (i * 97) % 256, b: (i * 31) % 256 });
  const pictures = await Promise.all(
    Array.from({ length: 24 }, async (_, i) => {
      const create = { width: 20 + 7 * i, height: 90 - 3 * i, channels: 3, background: color(i) } as const;
      const buffer = await sharp({ create }).jpeg().toBuffer();
      return { name: `picture ${i}.jpg`, mimeType: "image/jpeg", buffer };
    }),
  );
  const [whole = pictures[0] as NamedFile] = pictures;
  const damaged = [0, 1, 20, 200].map((length) => ({
    ...whole,
    name: `cut at ${length}.jpg`,
    buffer: whole.buffer.subarray(0, length),
  }));
  return [
    ...pictures,
    ...damaged,
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("text") },
  ];
}

const files = await someFiles();
const weird = ["-1", "0", "1", "3", "07", "1e9", "", "2.5", "50"];

type Action = (page: Page) => Promise<string | undefined>;

async function any(page: Page, selector: string) {
  const all = await page.locator(selector).all();
  return oneOf(all);
}

const quick = { timeout: 800, force: true } as const;

const click: Action = async (page) => {
  const found = await any(page, "main button:not([disabled]), nav button, main summary");
  const name = (await found?.innerText().catch(() => "?")) ?? "";
  await found?.click(quick);
  return `click ${name.trim().slice(0, 30)}`;
};

/** At once, since the ends of a slider may change while a training goes on. */
const slideTo = `(slider, share) => {
  const [min, max, step] = [slider.min, slider.max, slider.step].map(Number);
  slider.value = min + share * (max - min + (step || 1));
  for (const name of ["input", "change"]) slider.dispatchEvent(new Event(name, { bubbles: true }));
}`;

/** As somebody does who thinks that nothing has happened. */
const clickFast: Action = async (page) => {
  const count = 2 + whole(6);
  const script = `(() => {
    const buttons = [...document.querySelectorAll(".controls button:not([disabled]), .techniques button:not([disabled])")];
    for (const share of ${JSON.stringify(Array.from({ length: count }, () => random()))}) {
      buttons[Math.floor(share * buttons.length)]?.click();
    }
  })()`;
  await page.evaluate(script);
  return `${count} quick clicks`;
};

const actions: readonly (readonly [weight: number, action: Action])[] = [
  [8, click],
  [4, clickFast],
  [
    4,
    async (page) => {
      const range = await any(page, "input[type=range]:not([disabled])");
      if (!range) return undefined;
      await range.evaluate(slideTo, random(), { timeout: quick.timeout });
      return "slide";
    },
  ],
  [
    2,
    async (page) => {
      const number = await any(page, "input[type=number]");
      const value = oneOf(weird) ?? "";
      await number?.fill(value, quick);
      await number?.press("Tab", { timeout: 800 });
      return `type ${value}`;
    },
  ],
  [
    2,
    async (page) => {
      const select = await any(page, "select");
      const options = (await select?.locator("option").count()) ?? 0;
      if (select && options > 0) await select.selectOption({ index: whole(options) }, quick);
      return "select";
    },
  ],
  [
    2,
    async (page) => {
      await (await any(page, "input[type=checkbox], input[type=radio]"))?.click(quick);
      return "check";
    },
  ],
  [
    4,
    async (page) => {
      const box = await page.locator(".paper canvas").first().boundingBox({ timeout: 800 });
      if (!box) return undefined;
      const at = (): [number, number] => [box.x + random() * box.width, box.y + random() * box.height];
      await page.mouse.move(...at());
      await page.mouse.down();
      for (let i = 0; i < 4; i++) await page.mouse.move(...at(), { steps: 3 });
      await page.mouse.up();
      return "draw";
    },
  ],
  [
    2,
    async (page) => {
      const input = await any(page, "input[type=file]:not([webkitdirectory])");
      if (!input) return undefined;
      const isMultiple = (await input.getAttribute("multiple")) !== null;
      const some = Array.from({ length: isMultiple ? 1 + whole(8) : 1 }, () => oneOf(files) as NamedFile);
      await input.setInputFiles(some, { timeout: 800 });
      return `open ${some
        .map(({ name }) => name)
        .join(", ")
        .slice(0, 60)}`;
    },
  ],
  [
    1,
    async (page) => {
      await (await any(page, "input[type=text]"))?.fill(
        ["", "A", "B", "</script>"][whole(4)] as string,
        quick,
      );
      return "rename";
    },
  ],
  [
    1,
    async (page) => {
      await page.reload({ timeout: 20_000 });
      return "reload";
    },
  ],
  [
    1,
    async (page) => {
      await page.keyboard.press(oneOf(["Escape", "Enter", "Space", "Tab", "Delete", "ArrowLeft"]) as string);
      return "press a key";
    },
  ],
  [
    1,
    async (page) => {
      await page.context().setOffline(true);
      await page.waitForTimeout(300);
      await page.context().setOffline(false);
      return "lose the connection for a moment";
    },
  ],
];

const bag = actions.flatMap(([weight, action]) => new Array<Action>(weight).fill(action));

async function opened(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  page.on("pageerror", (error) => find(`error of the page: ${error.stack || error}`));
  page.on("console", (message) => {
    const isNetwork = /net::ERR_|Failed to fetch|400 \(Bad Request\)/.test(message.text());
    if (message.type() === "error" && !isNetwork) find(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => void dialog.dismiss());
  await page.goto(address);
  return page;
}

async function lookForProblems(page: Page): Promise<void> {
  for (const text of await page.locator(".banner").allInnerTexts()) {
    if (!expected.some((pattern) => pattern.test(text))) find(`the page says: ${text}`);
  }
  const failed = await page.locator(".runs li.failed").count();
  if (failed > 0) find(`runs that failed: ${await page.locator(".controls .status").innerText()}`);
}

/** Whether, after all that, a new run learns and a drawing is read. */
async function stillWorks(page: Page): Promise<void> {
  await page.goto(`${address}/?lang=en&digit=0&epochs=1`);
  await page.getByRole("button", { name: "Start over" }).click({ timeout: 20_000 });
  await page
    .locator(".controls .status", { hasText: /It now reads \d+ of every 100|finished/ })
    .waitFor({ timeout: 60_000 })
    .catch(async () => find(`nothing is trained at the end: ${await page.locator(".controls").innerText()}`));
  await page
    // A network that was trained for a few steps may rightly say that it knows nothing yet.
    .locator(".answer .verdict", { hasText: new RegExp(`\\d|${en.answer.knowsNothing}`) })
    .waitFor({ timeout: 20_000 })
    .catch(() => find("nothing is read at the end"));
}

const studio = where === "native" ? await openStudioProcess(folder, 2000) : undefined;
const host = studio ? undefined : await openStaticHost();
const address = studio?.address ?? `http://localhost:${host?.port}`;
studio?.studio.on("exit", (code) => !isOver && find(`the server has ended with code ${code}`));
let isOver = false;
const browser = await launchBrowser(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]);
const context = await browser.newContext({ locale: "en-US", viewport: { width: 1366, height: 900 } });
const pages = [
  await opened(context, `${address}/?lang=en&epochs=1`),
  await opened(context, `${address}/?lang=en`),
];
const end = performance.now() + 1000 * Number(seconds);
while (performance.now() < end) {
  const page = oneOf(pages) as Page;
  const action = oneOf(bag) as Action;
  try {
    const what = await action(page);
    if (what !== undefined) done.push(`${pages.indexOf(page)} ${what}`);
  } catch (error) {
    // What was to be clicked is gone.
    if (
      !/Timeout|detached|not attached|Element is not|intercept|not visible|closed|outside/.test(String(error))
    ) {
      find(`the test: ${(error as Error).message}`);
    }
  }
  await lookForProblems(page).catch(() => undefined);
}
for (const page of pages.slice(1)) await page.close();
await stillWorks(pages[0] as Page);
console.log(
  `${where}, seed ${seed}: ${done.length} actions in ${seconds} s, ${findings.size} findings` +
    `${studio ? `; the server's memory: ${memoryOf(studio.studio.pid)}` : ""}`,
);
isOver = true;
await browser.close();
await host?.close();
if (studio) {
  const ended = new Promise((resolve) => studio.studio.on("exit", resolve));
  studio.studio.kill("SIGTERM");
  await ended;
  console.log(`runs kept: ${readdirSync(folder).length - 1}`);
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = findings.size > 0 ? 1 : 0;

function memoryOf(pid: number | undefined): string {
  const status = process.platform === "linux" ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
  return /VmRSS:\s+(.*)/.exec(status)?.[1] ?? "unknown";
}
