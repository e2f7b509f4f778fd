import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import type { BrowserKind, TestPage } from "../../../../test/browsers/driver.js";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where pages may share memory between threads. */
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** A program for pages, made from the sources. */
export async function bundled(entry: string): Promise<string> {
  const bundle = await rolldown({
    input: source(entry),
    platform: "browser",
    resolve: {
      alias: { "#platform": source("../../src/web/platform.ts"), trazo: source("../../src/web/index.ts") },
    },
    // Emscripten's programs look for Node before they ask for its modules.
    external: (id) => /^(node:|(fs|path|url|crypto|module|child_process)$)/.test(id),
  });
  const { output } = await bundle.generate({ format: "es", codeSplitting: false });
  return output[0].code;
}

/** A server and a browser. */
export interface Site {
  /** Of the browser. */
  readonly version: string;
  /** Opens a page that loads `/page.js`; one below `/isolated` may share memory between threads. */
  open(path?: string): Promise<TestPage>;
  /** Opens a page, has it evaluate an expression, and closes it. */
  evaluate<T>(expression: string, path?: string): Promise<T>;
  close(): Promise<void>;
}

/**
 * Serves files by their paths.
 *
 * @param files text or bytes; `/page.js` is what pages load
 * @param browser the kind that opens them
 * @param args for it
 */
export async function openSite(
  files: Readonly<Record<string, string | Uint8Array>>,
  { launch }: Pick<BrowserKind, "launch">,
  args: readonly string[] = [],
): Promise<Site> {
  const html = '<!doctype html><title>test</title><script type="module" src="/page.js"></script>';
  const server = createServer(({ url = "/", headers }, response) => {
    const isPage = !url.includes(".") && url !== "/missing";
    const body = files[url] ?? (isPage ? html : undefined);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = isPage ? "text/html" : /js$/.test(url) ? "text/javascript" : "application/octet-stream";
    const isIsolated =
      url === "/isolated" || headers.referer?.endsWith("/isolated") || url.endsWith("worker.js");
    const length = Buffer.byteLength(body);
    response
      .writeHead(200, { "content-type": type, "content-length": length, ...(isIsolated && isolation) })
      .end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launch(args);
  const open = async (path = "/"): Promise<TestPage> => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await page.waitForFunction("globalThis.ready");
    return page;
  };
  return {
    version: browser.version(),
    open,
    async evaluate<T>(expression: string, path?: string): Promise<T> {
      const page = await open(path);
      try {
        return await page.evaluate<T>(expression);
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
