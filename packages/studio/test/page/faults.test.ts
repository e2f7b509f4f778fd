import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { writeTinyMnist } from "../../../cli/test/tiny-mnist.js";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { eventually, openPage, statusSays, trainExamplePictures } from "./opened.js";
import { endStudio, launchStudio } from "./studio-process.js";

const folder = mkdtempSync(join(tmpdir(), "trazo-faults-"));
const data = join(folder, "data");
let browser: Browser;

beforeAll(async () => {
  await writeTinyMnist(data, 1000, 1000);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A studio whose runs go into a folder, and a page of it. */
async function opened(runs: string, query: string) {
  const { studio, address } = await launchStudio(["--threads", "1", "--out", runs, "--data", data]);
  onTestFinished(() => endStudio(studio));
  const { page, problems } = await openPage(browser, `${address}/?digit=0&${query}`);
  return { page, problems, studio };
}

const startOver = (page: Page): Promise<void> =>
  page.getByRole("button", { name: /Start over|Empezar de nuevo/ }).click();

/** Where a file system of its own can be made: on Linux, with the right to do so. */
const canMount = ((): boolean => {
  const place = mkdtempSync(join(tmpdir(), "trazo-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", place], { stdio: "ignore" });
    execFileSync("umount", [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
})();

/** A small disk, which is gone after the test. */
function disk(megabytes: number): string {
  const place = mkdtempSync(join(folder, "disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", place]);
  onTestFinished(() => void execFileSync("umount", ["--lazy", place]));
  return place;
}

/** The studio writes meanwhile, so that what is left is not known. */
function fill(place: string): void {
  const part = Buffer.alloc(2 ** 16);
  try {
    for (;;) appendFileSync(join(place, "filler"), part);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

/** At once: a removal file by file could take what the studio writes meanwhile. */
const moveAway = (place: string): void => renameSync(place, mkdtempSync(join(folder, "away-")));

describe("a studio whose runs cannot be kept any more", () => {
  it.skipIf(!canMount)("says so when its disk is full, and trains on when there is room", async () => {
    const place = disk(200);
    const runs = join(place, "runs");
    const { page } = await opened(runs, "lang=en&epochs=50");
    await statusSays(page, /epoch/);
    fill(place);
    await statusSays(page, /could not finish\. The disk is full: make room and start over\./);
    // Nothing can be kept of the pictures' network either.
    await page.getByRole("button", { name: "Your pictures" }).click();
    await trainExamplePictures(page);
    await eventually(() => page.locator(".take-away").innerText()).toContain(
      "It could not be kept. Download it if you want to have it.",
    );
    await page.getByRole("button", { name: "Learn", exact: true }).click();
    rmSync(join(place, "filler"));
    await page.getByLabel("Epochs").fill("1");
    await page.getByLabel("Epochs").press("Tab");
    await startOver(page);
    await statusSays(page, /finished\./);
    expect(await page.locator(".banner").count()).toBe(0);
    // What could not be kept has left nothing behind that is in the way.
    expect(readdirSync(runs).filter((name) => name.startsWith("pictures"))).toEqual([]);
  });

  it.each([
    ["en", "of its run", /could not finish\. Its folder has been removed or renamed meanwhile: start over\./],
    [
      "es",
      "of all runs",
      /no ha podido terminar\. Su carpeta se ha borrado o ha cambiado de nombre mientras tanto: empieza de nuevo\./,
    ],
  ])(
    "says so when the folder is removed in the middle of a run, and makes another: %s, %s",
    async (lang, which, said) => {
      const runs = mkdtempSync(join(folder, "runs-"));
      const { page } = await opened(runs, `lang=${lang}&epochs=50`);
      await statusSays(page, /epoch|época/);
      moveAway(which === "of its run" ? join(runs, "base-seed1") : runs);
      await statusSays(page, said);
      await startOver(page);
      await statusSays(page, /epoch|época/);
      expect(readdirSync(runs)).toContainEqual(expect.stringMatching(/^base-seed1/));
    },
  );

  it("says so when a file has taken the place of the folder", async () => {
    const runs = join(folder, "taken");
    mkdirSync(runs);
    const { page } = await opened(runs, "lang=en&epochs=50");
    await statusSays(page, /epoch/);
    moveAway(runs);
    writeFileSync(runs, "");
    await statusSays(page, /could not finish\. Its folder cannot be written to/);
    rmSync(runs);
    await startOver(page);
    await statusSays(page, /epoch/);
  });
});

describe("a studio that sleeps with its machine", () => {
  it("is there again when it wakes, and goes on where it was", async () => {
    const runs = mkdtempSync(join(folder, "asleep-"));
    const { page, problems, studio } = await opened(runs, "lang=en&epochs=200");
    await statusSays(page, /epoch/);
    studio.kill("SIGSTOP");
    await page.waitForTimeout(20_000);
    await page.getByRole("button", { name: "Another test digit" }).click();
    studio.kill("SIGCONT");
    const step = async (): Promise<number> => Number(await page.locator(".rewind input").getAttribute("max"));
    const before = await step();
    await eventually(step).toBeGreaterThan(before);
    await eventually(() => page.locator(".answer .verdict").innerText()).toMatch(/\d/);
    expect(await page.locator(".runs li").count()).toBe(1);
    expect(await page.locator(".banner").count()).toBe(0);
    expect(problems).toEqual([]);
  });
});
