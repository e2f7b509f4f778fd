import { access } from "node:fs/promises";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

/**
 * A headless Chromium: on Linux the one that the npm package `@sparticuz/chromium` carries, with the libraries it needs,
 * so that nothing has to be installed; elsewhere a Chrome or Edge of the machine. `TRAZO_BROWSER` names another.
 *
 * @param args more of Chromium's
 */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const failures: string[] = [];
  for (const options of await candidates()) {
    try {
      return await chromium.launch({ args: ["--no-sandbox", ...args], ...options });
    } catch (error) {
      failures.push((error as Error).message.split("\n")[0] ?? "");
    }
  }
  throw new Error(
    `No browser could be started: ${failures.join("; ")}. Set TRAZO_BROWSER to the path of a Chromium.`,
  );
}

async function candidates(): Promise<LaunchOptions[]> {
  const named = process.env.TRAZO_BROWSER;
  if (named !== undefined) return [{ executablePath: named }];
  const installed = [{ channel: "chrome" }, { channel: "msedge" }, { channel: "chromium" }];
  return process.platform === "linux" && process.arch === "x64" ? [await carried(), ...installed] : installed;
}

async function carried(): Promise<LaunchOptions> {
  // The package unpacks its libraries (NSS, Expat) only where it believes to be on AWS Lambda, whose variable this is.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs20.x";
  const { default: packed } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  await access(executablePath);
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { executablePath, env };
}
