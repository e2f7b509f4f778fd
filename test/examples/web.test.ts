import { cpSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build as buildWithEsbuild } from "esbuild";
import type { Browser } from "playwright-core";
import { build as buildWithVite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import webpack from "webpack";
import { launchBrowser } from "../../packages/practice/test/report/browser.js";
import { temporaryFolder } from "../../packages/trazo/test/data/temporary-folder.js";

const examples = fileURLToPath(new URL("../../examples/web/", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const { path } = temporaryFolder();

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
};

const exported = async <T>(file: string): Promise<T> =>
  ((await import(pathToFileURL(join(examples, file)).href)) as { readonly default: T }).default;

/** Each example, built as its own files say, into a folder; but for tsconfig.json's paths, which only this repository has. */
const builds = {
  async vite(folder: string) {
    const config = await exported<{ build: object }>("vite/vite.config.js");
    await buildWithVite({
      ...config,
      configFile: false,
      root: join(examples, "vite"),
      build: { ...config.build, outDir: folder, emptyOutDir: true },
      logLevel: "error",
    });
  },
  async webpack(folder: string) {
    const config = await exported<{ output: object }>("webpack/webpack.config.js");
    const context = join(examples, "webpack");
    const compiler = webpack({
      ...config,
      context,
      output: { ...config.output, path: folder },
      resolve: { tsconfig: false },
      // Which takes much longer than all the rest.
      optimization: { minimize: false },
    } as object);
    await new Promise<void>((resolve, reject) => {
      compiler?.run((error, stats) => {
        if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString("errors-only")));
        else compiler.close(() => resolve());
      });
    });
    cpSync(join(context, "index.html"), join(folder, "index.html"));
  },
  async esbuild(folder: string) {
    const options = await exported<object>("esbuild/options.js");
    const absWorkingDir = join(examples, "esbuild");
    await buildWithEsbuild({ ...options, absWorkingDir, outdir: folder, tsconfigRaw: {} } as object);
    cpSync(join(absWorkingDir, "index.html"), join(folder, "index.html"));
  },
  /** Not built: the folders are served as they are. */
  async plain(folder: string) {
    for (const name of ["plain/index.html", "plain/main.js", "train.js"]) {
      cpSync(join(examples, name), join(folder, name));
    }
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(root, "packages/trazo"), join(folder, "node_modules/trazo"));
  },
};

describe("pages with the library", () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    server = createServer(({ url = "/" }, response) => {
      const file = normalize(decodeURIComponent(new URL(url, "http://page").pathname));
      try {
        const body = readFileSync(join(path(""), file));
        response
          .writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" })
          .end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(["vite", "webpack", "esbuild", "plain"] as const)("train and save a model: %s", async (name) => {
    await builds[name](path(name));
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/${name}/${name === "plain" ? "plain/" : ""}index.html`);
    const output = page.locator("output");
    await expect
      .poll(async () => (problems.length > 0 ? problems.join("; ") : await output.textContent()), {
        timeout: 60_000,
      })
      .toMatch(/^Trained: (9\d|100)\.\d % of the other pictures are told apart; \d+ bytes$/);
    expect(problems).toEqual([]);
    await page.close();
  });
});
