import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from "vitest";
import { inEachBrowser, itUnless } from "../../../../test/browsers/browsers.js";
import type { TestBrowser, TestContext } from "../../../../test/browsers/driver.js";
import { nextBuild } from "./next-build.js";
import { eventually } from "./opened.js";
import { type HostOptions, openStaticHost, type StaticHost } from "./static-host.js";
import { Visitor } from "./visitor.js";

inEachBrowser("the studio's folder on hosts of static files", ({ withoutFiles, launch }) => {
  let browser: TestBrowser;
  let context: TestContext;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    context = await browser.newContext();
    return () => context.close();
  });

  async function hostWith(options: HostOptions): Promise<StaticHost> {
    const host = await openStaticHost(options);
    onTestFinished(() => host.close());
    return host;
  }
  async function visit(address: string): Promise<Visitor> {
    const visitor = new Visitor(await context.newPage());
    await visitor.open(address);
    return visitor;
  }
  const learns = (visitor: Visitor): Promise<void> =>
    eventually(() => visitor.text(".controls .status"), 300_000).toMatch(
      /It now reads \d+ of every 100 digits/,
    );
  const program = (visitor: Visitor): Promise<string> =>
    visitor.evaluate("document.querySelector('script[type=module]').getAttribute('src')");
  /** Waits until the browser has all that the page needs without a connection. */
  const isKept = (visitor: Visitor): Promise<void> =>
    eventually(() =>
      visitor.evaluate<boolean>(`(async () => {
        const cache = await caches.open("trazo-page");
        const page = await (await cache.match("./"))?.text();
        const registration = await navigator.serviceWorker.getRegistration();
        return page !== undefined && registration.active !== null && registration.installing === null;
      })()`),
    ).toBe(true);

  it("learns below a path, from a host that compresses, and opens by its file's name without a connection", async () => {
    const host = await hostWith({ under: "/courses/2026/studio/", compresses: true });
    const home = `${host.address}index.html?lang=en&digit=0`;
    const visitor = await visit(home);
    await learns(visitor);
    await eventually(() => visitor.text(".answer .verdict")).toMatch(/Reads a 7|perhaps a 7/);
    expect(await visitor.problems()).toEqual([]);
    await isKept(visitor);
    await host.close();
    await visitor.open(home);
    await learns(visitor);
    expect(await visitor.problems()).toEqual([]);
  });

  it("takes up a new build, keeps what pages of the old one may still need, and opens without a connection", async () => {
    const host = await hostWith({ headers: { "cache-control": "max-age=600" } });
    const home = `${host.address}?lang=en&digit=0`;
    const old = await visit(home);
    await learns(old);
    await isKept(old);
    const before = await program(old);
    host.show(nextBuild());
    const visitor = await visit(home);
    expect(await program(visitor)).toBe(before.replace(".js", "-next.js"));
    await learns(visitor);
    await eventually(() =>
      visitor.evaluate<boolean>(
        "navigator.serviceWorker.getRegistration().then(({ waiting }) => waiting !== null)",
      ),
    ).toBe(true);
    expect(await old.evaluate(`fetch(${JSON.stringify(before)}).then(({ status }) => status)`)).toBe(200);
    await host.close();
    await visitor.open(home);
    expect(await program(visitor)).toBe(before.replace(".js", "-next.js"));
    await learns(visitor);
    expect(await visitor.problems()).toEqual([]);
  });

  itUnless(withoutFiles, "keeps the runs of two pages that learn at once", async () => {
    const host = await hostWith({});
    const home = `${host.address}?lang=en&digit=0`;
    const visitors = await Promise.all([visit(`${home}&seed=11`), visit(`${home}&seed=12`)]);
    for (const visitor of visitors) await learns(visitor);
    // A run that is stopped is kept as well.
    await Promise.all(visitors.map((visitor) => visitor.click("button", "Start over")));
    for (const visitor of visitors) await eventually(() => visitor.count(".runs li.stopped")).toBe(1);
    const again = await visit(home);
    await eventually(() => again.text(".runs")).toMatch(/seed 11[\s\S]*seed 12|seed 12[\s\S]*seed 11/);
    for (const visitor of [...visitors, again]) expect(await visitor.problems()).toEqual([]);
  });
});
