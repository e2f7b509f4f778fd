import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { launchBrowser } from "../../../packages/practice/test/report/browser.js";
import { javaScriptOf, programs } from "./programs.js";

const packages = fileURLToPath(new URL("../../../packages/", import.meta.url));

/** The library as it is built for pages, and MNIST as a page's file: the studio's. */
const fileOf = (address: string): string =>
  address === "/mnist.gz" ? `${packages}studio/dist/mnist.gz` : `${packages}trazo/dist${normalize(address)}`;

const page = `<!doctype html>
<title>running</title>
<link rel="icon" href="data:,">
<output></output>
<script type="importmap">{ "imports": { "trazo/web": "/browser/index.js" } }</script>
<script type="module" src="/program.js"></script>`;

it.each([...programs(true)])("the code of the page %s runs in a browser", async (_, program) => {
  const contents: Readonly<Record<string, string>> = {
    "/": page,
    "/program.js": `${javaScriptOf(program)}\ndocument.title = "done";`,
  };
  const server = createServer(({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://page");
    const file = fileOf(pathname);
    const isThere = pathname in contents || existsSync(file);
    const types: Readonly<Record<string, string>> = {
      ".js": "text/javascript",
      ".wasm": "application/wasm",
      "": "text/html",
    };
    response.writeHead(isThere ? 200 : 404, {
      "content-type": types[extname(pathname)] ?? "application/octet-stream",
    });
    response.end(isThere ? (contents[pathname] ?? readFileSync(file)) : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const opened = await browser.newPage();
  const problems: string[] = [];
  opened.on("pageerror", (error) => problems.push(error.message));
  opened.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await expect
    .poll(async () => (problems.length > 0 ? problems.join("; ") : await opened.title()), { timeout: 90_000 })
    .toBe("done");
  expect(problems).toEqual([]);
});
