import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../../../practice/test/report/browser.js";
import { layers, nodeRuntime, optimizers, sequential, tensor } from "../../src/index.js";
import { type Trained, trained } from "./trained.js";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The sources as a page would have them. */
async function bundled(): Promise<string> {
  const bundle = await rolldown({
    input: source("page.ts"),
    platform: "browser",
    resolve: { alias: { "#platform": source("../../src/web/platform.ts") } },
    // Emscripten's programs look for Node before they ask for its modules.
    external: (id) => /^(node:|(fs|path|url|crypto|module|child_process)$)/.test(id),
  });
  const { output } = await bundle.generate({ format: "es", codeSplitting: false });
  return output[0].code;
}

describe("in Chromium", () => {
  let server: Server;
  let browser: Browser;
  let page: string;

  beforeAll(async () => {
    page = await bundled();
    server = createServer(({ url }, response) => {
      const [type, body] =
        url === "/page.js"
          ? ["text/javascript", page]
          : ["text/html", '<script type="module" src="/page.js"></script>'];
      const isolated = {
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
      };
      response.writeHead(200, { "content-type": type, ...(url === "/isolated" && isolated) }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  async function inPage(kind: string, path = "/"): Promise<Trained> {
    const tab = await browser.newPage();
    try {
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
      await tab.waitForFunction("globalThis.train");
      expect(await tab.evaluate("crossOriginIsolated")).toBe(path === "/isolated");
      return await tab.evaluate<Trained>(`globalThis.train("${kind}")`);
    } finally {
      await tab.close();
    }
  }

  it.each(["convolutions", "normalized"] as const)(
    "a model is trained with Node's losses: %s",
    async (kind) => {
      const found = await inPage(kind);
      const runtime = await nodeRuntime({ threads: 1 });
      const expected = await trained({ layers, sequential, optimizers, tensor }, kind, runtime);
      for (const [i, loss] of expected.losses.entries()) {
        expect(Math.abs((found.losses[i] as number) - loss)).toBeLessThan(1e-4 * loss);
      }
      for (const [i, probability] of expected.probabilities.entries()) {
        expect(Math.abs((found.probabilities[i] as number) - probability)).toBeLessThan(1e-3);
      }
    },
  );

  it("an isolated page trains to the same bytes", async () => {
    expect(await inPage("convolutions", "/isolated")).toEqual(await inPage("convolutions"));
  });
});
