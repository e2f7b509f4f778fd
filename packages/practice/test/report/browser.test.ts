import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Language, type ReportData, renderReport } from "../../src/report/index.js";
import { launchBrowser } from "./browser.js";
import { defaultTechniques, sampleReport } from "./sample.js";

const WIDTHS = [390, 1280];

describe.each<Language>(["en", "es"])("the report in a browser (%s)", (lang) => {
  let browser: Browser;
  let folder: string;
  let address: string;
  let data: ReportData;

  beforeAll(async () => {
    data = await sampleReport({ seeds: 2 });
    folder = await mkdtemp(join(tmpdir(), "trazo-report-"));
    const file = join(folder, "report.html");
    await writeFile(file, await renderReport(data, { lang }));
    address = pathToFileURL(file).href;
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(width: number, visit: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    page.setDefaultTimeout(10_000);
    const troubles: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) troubles.push(`asked for ${request.url()}`);
    });
    try {
      await page.goto(address);
      await visit(page);
      expect(troubles).toEqual([]);
    } finally {
      await page.close();
    }
  }

  it.each(WIDTHS)("fits %i pixels without scrolling sideways, and complains of nothing", async (width) => {
    await open(width, async (page) => {
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await page.evaluate("document.documentElement.lang")).toBe(lang);
    });
  });

  it.each(WIDTHS)("shows every figure at %i pixels", async (width) => {
    await open(width, async (page) => {
      const narrow = width < 720 ? "-narrow" : "";
      const expected = [
        ...["comparison", "accuracy", "loss", "robustness"].map((name) => name + narrow),
        ...defaultTechniques.flatMap((id) => [`training-${id}`, `confusion-${id}`, `weights-${id}${narrow}`]),
      ];
      const shown = await page.evaluate<string[]>(`[...document.querySelectorAll("figure svg[id^=figure-]")]
        .filter((svg) => { const { width, height } = svg.getBoundingClientRect(); return width > 200 && height > 60; })
        .map((svg) => svg.id.replace("figure-", ""))`);
      expect(shown.sort()).toEqual(expected.sort());
    });
  });

  it("shows every picture it holds, whole and with a text", async () => {
    await open(1280, async (page) => {
      const pictures = await page.evaluate<{ width: number; square: boolean; alt: string }[]>(`(() => {
        for (const more of document.querySelectorAll(".more")) more.click();
        return [...document.querySelectorAll("img:not(details.plot img)")].map((img) => {
          const box = img.getBoundingClientRect();
          return { width: img.naturalWidth, square: box.width > 20 && Math.abs(box.width - box.height) < 1, alt: img.alt };
        });
      })()`);
      const held = data.runs
        .filter(({ seed, technique }) => seed === shownSeed(data, technique))
        .reduce(
          (sum, { misread, augmented }) =>
            sum +
            6 +
            (misread?.length ?? 0) +
            (augmented ?? []).reduce((n, { variants }) => n + 1 + variants.length, 0),
          0,
        );
      expect(pictures).toHaveLength(held);
      expect(pictures.every(({ width, square, alt }) => width > 0 && square && alt.length > 0)).toBe(true);
    });
  });

  it("shows the layers of each network when it is asked to", async () => {
    await open(1280, async (page) => {
      const pictures = await page.evaluate<{ width: number; alt: string }[]>(`(async () => {
        const images = [...document.querySelectorAll("details.plot img")];
        for (const details of document.querySelectorAll("details.plot")) details.open = true;
        await Promise.all(images.map((img) => img.decode()));
        return images.map((img) => ({ width: img.getBoundingClientRect().width, alt: img.alt }));
      })()`);
      expect(pictures).toHaveLength(new Set(data.runs.map(({ technique }) => technique)).size);
      expect(pictures.every(({ width, alt }) => width === 90 && alt.length > 0)).toBe(true);
    });
  });

  it("has the accuracies on distorted digits as a table for the keyboard", async () => {
    await open(390, async (page) => {
      await page.locator("#robustness summary").focus();
      await page.keyboard.press("Enter");
      const table = page.locator("#robustness table");
      await table.waitFor();
      expect(await table.locator("thead th").count()).toBe(1 + defaultTechniques.length);
      // 0 to 6 pixels, 5 to 45 degrees, 0.7 to 1.3 times without 1.
      expect(await table.locator("tbody tr").count()).toBe(7 + 9 + 6);
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.querySelector('table') !== null")).toBe(true);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    });
  });

  it("prints a technique to a page, its heading on the same one, and the rest on a few", async () => {
    await open(1280, async (page) => {
      const pdf = await page.pdf({ format: "A4", printBackground: true });
      const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? [];
      expect(pages.length).toBeLessThanOrEqual(defaultTechniques.length + 4);
      await page.emulateMedia({ media: "print" });
      // How it was made stands before the techniques, which fill pages of their own.
      const places = await page.evaluate<number[]>(
        `["#comparison", "footer", "#techniques"].map((one) => document.querySelector(one).getBoundingClientRect().top)`,
      );
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      // Nothing on paper can be chosen.
      expect(await page.locator(".hint").first().isVisible()).toBe(false);
      await page.emulateMedia({ media: "screen" });
      expect(await page.locator(".hint").first().isVisible()).toBe(true);
    });
    // What is left of A4 within margins of a centimeter.
    await open(718, async (page) => {
      await page.emulateMedia({ media: "print" });
      const heights = await page.evaluate<number[]>(
        `[...document.querySelectorAll(".technique")].map((one) => one.getBoundingClientRect().height)`,
      );
      expect(heights).toHaveLength(defaultTechniques.length);
      expect(Math.max(...heights)).toBeLessThanOrEqual(1047);
    });
  });

  it("tells the exact value under the pointer", async () => {
    await open(1280, async (page) => {
      const cell = page.locator("#figure-confusion-base .cell-4-9 [data-tip]");
      await cell.scrollIntoViewIfNeeded();
      await cell.hover();
      expect(await page.evaluate("document.querySelector('#tip').className")).toBe("on");
      expect(await page.textContent("#tip")).toBe(await cell.getAttribute("data-tip"));
    });
  });

  it("shows the pictures behind a chosen cell of the confusion matrix", async () => {
    await open(1280, async (page) => {
      const gallery = page.locator("#base .gallery li:visible");
      const before = await gallery.count();
      await page.locator("#figure-confusion-base .cell-4-9 [data-tip]").click();
      const cells = await page.evaluate<string[]>(
        `[...document.querySelectorAll("#base .gallery li")].filter((li) => li.offsetWidth > 0).map((li) => li.dataset.cell)`,
      );
      expect(new Set(cells)).toEqual(new Set(["4-9"]));
      await page.locator("#figure-confusion-base .cell-4-9 [data-tip]").click();
      expect(await gallery.count()).toBe(before);
    });
  });

  it("lets the keyboard reach the cells of a confusion matrix, one stop for each matrix", async () => {
    await open(1280, async (page) => {
      const stops = page.locator("#figure-confusion-base [tabindex='0']");
      expect(await stops.count()).toBe(1);
      await page.locator("#figure-confusion-base .cell-4-8").focus();
      await page.keyboard.press("ArrowRight");
      const focused = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
      expect(await focused()).toBe(
        await page.locator("#figure-confusion-base .cell-4-9 [data-tip]").getAttribute("data-tip"),
      );
      expect(await page.textContent("#tip")).toBe(await focused());
      // The last column: there is nothing further to the right.
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Enter");
      expect(await page.locator("#base .gallery li:visible:not([data-cell='4-9'])").count()).toBe(0);
      expect(await page.locator("#figure-confusion-base .cell-4-9").getAttribute("aria-pressed")).toBe(
        "true",
      );
      expect(await stops.count()).toBe(1);
      await page.keyboard.press("Space");
      expect(await page.locator("#base .gallery li:visible:not([data-cell='4-9'])").count()).toBeGreaterThan(
        0,
      );
    });
  });

  it("has headings in order, none skipped", async () => {
    await open(1280, async (page) => {
      const levels = await page.evaluate<number[]>(
        `[...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((heading) => Number(heading.tagName[1]))`,
      );
      expect(levels[0]).toBe(1);
      for (const [i, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
    });
  });
});

function shownSeed(data: ReportData, technique: string): number | undefined {
  const best = ({ history }: ReportData["runs"][number]) =>
    Math.max(...history.map(({ valAccuracy }) => valAccuracy));
  return data.runs.filter((run) => run.technique === technique).sort((a, b) => best(b) - best(a))[0]?.seed;
}
