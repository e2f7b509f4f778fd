import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { endStudio, openStudioProcess } from "./studio-process.js";

/** What the tests of a file visit, and with what. */
export interface StudioAndBrowser {
  /** Where runs are kept. */
  readonly folder: string;
  readonly address: string;
  readonly browser: Browser;
  /** Kills the studio, as a crash would. */
  kill(): Promise<void>;
  /** Opens it again, at the same address. */
  reopen(): Promise<void>;
}

/**
 * A studio with few digits and a browser, from before a file's first test until after its last.
 *
 * @param name of the folder, for people who find it
 */
export function studioAndBrowser(
  name: string,
  digits: number,
  browserArgs: readonly string[] = [],
): StudioAndBrowser {
  const folder = mkdtempSync(join(tmpdir(), `trazo-${name}-`));
  let studio: ChildProcess;
  let address: string;
  let browser: Browser;
  beforeAll(async () => {
    [{ studio, address }, browser] = await Promise.all([
      openStudioProcess(folder, digits),
      launchBrowser(browserArgs),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await endStudio(studio);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    get address() {
      return address;
    },
    get browser() {
      return browser;
    },
    kill: () => endStudio(studio, "SIGKILL"),
    async reopen() {
      ({ studio } = await openStudioProcess(folder, digits, Number(new URL(address).port)));
    },
  };
}
