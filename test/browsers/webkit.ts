import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "../../packages/queue/test/free-port.js";
import type { TestBrowser, TestContext, TestPage } from "./driver.js";
import { installed } from "./installed.js";
import { openSession, type WebDriver } from "./webdriver.js";

const driver = installed("WebKitWebDriver", "/usr/lib/webkit2gtk-4.1/WebKitWebDriver");
const screen = installed("Xvfb");
const miniBrowser = installed(
  ...["4.1", "4.0"].map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`),
);

/** Safari has shared memory; WebKitGTK has it behind this switch (WebKit's bug 317847). */
const environment = { GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1", JSC_useSharedArrayBuffer: "1" };

export const webkitMissing =
  driver && screen && miniBrowser
    ? undefined
    : "there is no WebKit to drive: install the packages webkit2gtk-driver and xvfb (Debian)";

/** WebKitGTK's small browser, driven by WebDriver, on a screen in memory. */
export async function launchWebkit(): Promise<TestBrowser> {
  if (!driver || !screen || !miniBrowser) throw new Error(`No browser could be started: ${webkitMissing}.`);
  const started: ChildProcess[] = [];
  const end = (): void => {
    for (const child of started) child.kill();
  };
  try {
    const display = await startScreen(screen, started);
    const port = await freePort();
    const env = { ...process.env, ...environment, DISPLAY: display };
    started.push(spawn(driver, [`--port=${port}`], { env, stdio: "ignore" }));
    const session = await openSession(`http://127.0.0.1:${port}`, {
      "webkitgtk:browserOptions": { binary: miniBrowser, args: ["--automation"] },
    });
    return new WebKit(session, await session.command<string>("GET", "window"), end);
  } catch (error) {
    end();
    throw error;
  }
}

/** Which screen it is, the server itself says on a pipe. */
async function startScreen(program: string, started: ChildProcess[]): Promise<string> {
  const args = ["-displayfd", "3", "-screen", "0", "1400x900x24", "-nolisten", "tcp"];
  const server = spawn(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  started.push(server);
  const lines = createInterface({ input: server.stdio[3] as NodeJS.ReadableStream });
  const [number] = await Promise.race([
    once(lines, "line"),
    once(server, "exit").then(() => {
      throw new Error("Xvfb ended before it had a screen.");
    }),
  ]);
  lines.close();
  return `:${number}`;
}

class WebKit implements TestBrowser {
  readonly #session: WebDriver;
  /** Stays open: without a window there is no session. */
  readonly #first: string;
  readonly #end: () => void;

  constructor(session: WebDriver, first: string, end: () => void) {
    this.#session = session;
    this.#first = first;
    this.#end = end;
  }

  version(): string {
    return String(this.#session.capabilities.browserVersion);
  }

  /** In a window of its own: a tab would stay behind the first one, hidden, with timers that hardly run and no frames. */
  newPage(): Promise<TestPage> {
    return this.#session.take(async () => {
      await this.#session.command("POST", "window", { handle: this.#first });
      const made = await this.#session.command<{ handle: string }>("POST", "window/new", { type: "window" });
      return new WebKitPage(this.#session, made.handle);
    });
  }

  /** Windows of one session share what it keeps; it can have no other. */
  async newContext(): Promise<TestContext> {
    const made: TestPage[] = [];
    return {
      newPage: async () => {
        const page = await this.newPage();
        made.push(page);
        return page;
      },
      close: async () => {
        for (const page of made) await page.close();
      },
    };
  }

  async close(): Promise<void> {
    await this.#session.end().catch(() => {});
    this.#end();
  }
}

/** A window. Its commands go to it because it is the session's current one, so pages of one browser take turns. */
class WebKitPage implements TestPage {
  readonly #session: WebDriver;
  readonly #handle: string;

  constructor(session: WebDriver, handle: string) {
    this.#session = session;
    this.#handle = handle;
  }

  goto(address: string): Promise<unknown> {
    return this.#here((session) => session.command("POST", "url", { url: address }));
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.#here((session) => session.evaluate<T>(expression));
  }

  async waitForFunction(expression: string): Promise<void> {
    const end = performance.now() + 30_000;
    while (!(await this.evaluate<boolean>(`Boolean(${expression})`))) {
      if (performance.now() > end) throw new Error(`The page did not come to ${expression} within 30 s.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async close(): Promise<void> {
    await this.#here((session) => session.command("DELETE", "window"));
  }

  #here<T>(run: (session: WebDriver) => Promise<T>): Promise<T> {
    return this.#session.take(async () => {
      await this.#session.command("POST", "window", { handle: this.#handle });
      return await run(this.#session);
    });
  }
}
