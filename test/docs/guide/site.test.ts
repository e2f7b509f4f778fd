import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pages } from "../../../docs/sections.js";
import { launchBrowser } from "../../../packages/practice/test/report/browser.js";

/** What `npm run docs` builds. */
const site = fileURLToPath(new URL("../../../docs/dist/", import.meta.url));

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

const htmlFiles = (): string[] =>
  readdirSync(site, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".html") && !file.startsWith("api/"));

/** The file behind an address of the site. */
function fileAt(address: string): string | undefined {
  const path = join(site, decodeURIComponent(address));
  const candidates = [path, `${path}.html`, join(path, "index.html")];
  return candidates.find((file) => existsSync(file) && statSync(file).isFile());
}

/** Long and short pages, with tables, figures and code. */
const addresses = ["", "start", "files", "es/", "es/practice/regularization", "es/inside"];

describe("the built guide", () => {
  it("has a page for each of its contents, and the API reference", () => {
    const built = htmlFiles();
    for (const { path } of pages) {
      expect(built).toContain(`${path}.html`);
      expect(built).toContain(`es/${path}.html`);
    }
    expect(existsSync(join(site, "api/index.html"))).toBe(true);
  });

  it("has no link that leads nowhere, and asks no other host for anything", () => {
    for (const name of htmlFiles()) {
      const html = readFileSync(join(site, name), "utf8");
      for (const [, attribute, address = ""] of html.matchAll(/\s(href|src)="([^"#][^"]*)"/g)) {
        if (/^(data|mailto):/.test(address)) continue;
        expect(address, `${name} loads or links what is not its own`).not.toMatch(/^(https?:)?\/\//);
        const { pathname } = new URL(address, `http://site/${name}`);
        expect(fileAt(pathname), `${name}: ${attribute} ${address}`).toBeDefined();
      }
    }
  });

  describe("in a browser", () => {
    let server: Server;
    let browser: Browser;
    let root: string;
    const elsewhere: string[] = [];

    beforeAll(async () => {
      server = createServer(({ url = "/" }, response) => {
        const file = fileAt(new URL(url, "http://site").pathname);
        response.writeHead(file ? 200 : 404, { "content-type": types[extname(file ?? "")] ?? "text/plain" });
        response.end(file ? readFileSync(file) : "");
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      browser = await launchBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      server?.close();
    });

    async function open(path: string, options: Parameters<Browser["newPage"]>[0] = {}): Promise<Page> {
      const page = await browser.newPage(options);
      page.on("request", (request) => {
        if (!request.url().startsWith(root) && !request.url().startsWith("data:"))
          elsewhere.push(request.url());
      });
      await page.goto(`${root}${path}`, { waitUntil: "networkidle" });
      return page;
    }

    it.each(
      addresses.flatMap((path) => (["light", "dark"] as const).map((theme) => [`/${path}`, theme] as const)),
    )("%s has no serious finding of axe-core, %s", async (path, theme) => {
      const page = await open(path.slice(1), { colorScheme: theme });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
      const serious = violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`,
        );
      await page.close();
      expect(serious).toEqual([]);
    });

    it.each(["", "practice/base", "from-keras", "es/inside"])("/%s fits a telephone", async (path) => {
      const page = await open(path, { viewport: { width: 360, height: 740 } });
      const overhang = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      await page.close();
      expect(overhang).toBe(0);
    });

    it.each([
      ["start", "Winograd", "How it works inside"],
      ["es/start", "sobreajuste", "La red base"],
    ])("/%s finds %s", async (path, word, title) => {
      const page = await open(path);
      await page.keyboard.press("Control+k");
      await page.locator("input").fill(word);
      await page.locator("[class*=search-panel]").getByText(title).first().waitFor();
      await page.close();
    });

    it.each([
      ["start", "API reference"],
      ["es/start", "Referencia de la API"],
    ])("/%s leads to the API reference", async (path, name) => {
      const page = await open(path, { viewport: { width: 1440, height: 900 } });
      await page.getByRole("link", { name }).first().click();
      await page.getByRole("link", { name: "trazo/node" }).first().waitFor();
      await page.close();
    });

    it("is complete on its own", () => {
      expect(elsewhere).toEqual([]);
    });
  });
});
