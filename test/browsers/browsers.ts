import { describe, it, vi } from "vitest";
import { launchBrowser } from "../../packages/practice/test/report/browser.js";
import type { BrowserKind } from "./driver.js";
import { firefoxMissing, launchFirefox } from "./firefox.js";
import { launchWebkit, webkitMissing } from "./webkit.js";

/** What pages can be tested in. Only Chromium comes with the packages of this repository. */
export const browsers: readonly BrowserKind[] = [
  {
    name: "Chromium",
    withoutFiles: undefined,
    gpu: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
    missing: undefined,
    launch: launchBrowser,
  },
  {
    name: "Firefox",
    withoutFiles: undefined,
    gpu: undefined,
    missing: firefoxMissing,
    launch: launchFirefox,
  },
  {
    name: "WebKit",
    withoutFiles: "WebKitGTK has no file system for pages in a window that is driven",
    gpu: undefined,
    missing: webkitMissing,
    launch: launchWebkit,
  },
];

/**
 * Browsers that this run is about, e.g. `TRAZO_BROWSERS=firefox,webkit`. Default: Chromium, so that the same tests run on every machine, whatever is
 * installed there.
 */
const asked = process.env.TRAZO_BROWSERS;
const wanted = (asked ?? "chromium").split(",");

/** Describes the same for every browser; where one is missing, it is skipped by a name that says so. */
export function inEachBrowser(title: string, define: (kind: BrowserKind) => void): void {
  // Firefox and WebKit take several times as long as Chromium to open pages and to start threads, the more so on a busy machine.
  if (asked) vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
  for (const kind of browsers) {
    const { name, missing } = kind;
    if (!wanted.includes(name.toLowerCase())) continue;
    const because = missing ? `, skipped: ${missing}` : "";
    describe.skipIf(missing !== undefined)(`${title} in ${name}${because}`, () => define(kind));
  }
}

/** A test, which is skipped by a name that says why where the browser cannot do it. */
export function itUnless(reason: string | undefined, title: string, run: () => Promise<void>): void {
  it.skipIf(reason !== undefined)(reason ? `${title} (skipped: ${reason})` : title, run);
}
