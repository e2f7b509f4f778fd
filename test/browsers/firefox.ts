import { type Browser, firefox } from "playwright-core";
import { installed } from "./installed.js";

const executablePath = process.env.TRAZO_FIREFOX ?? installed("firefox-esr", "firefox");

export const firefoxMissing = executablePath
  ? undefined
  : "there is no Firefox: install the package firefox-esr (Debian) or firefox, or set TRAZO_FIREFOX to its path";

/**
 * A headless Firefox as its makers ship it, driven by WebDriver BiDi. Playwright 1.65 begins with a command that Firefox 153, the current
 * one with long support, does not have; 1.64 does without.
 */
export async function launchFirefox(): Promise<Browser> {
  if (!executablePath) throw new Error(`No browser could be started: ${firefoxMissing}.`);
  return await firefox.launch({ channel: "moz-firefox", executablePath });
}
