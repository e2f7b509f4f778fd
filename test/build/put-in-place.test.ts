import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { filesOf, putInPlace } from "../../scripts/put-in-place.mjs";

it("a bundle that is built again leaves alone what is as it was, replaces the rest whole, and removes what is no part of it", () => {
  const dist = mkdtempSync(join(tmpdir(), "trazo-dist-"));
  onTestFinished(() => rmSync(dist, { recursive: true, force: true }));
  mkdirSync(join(dist, "chunks"));
  const before = { "core.js": "same", "index.js": "old", "chunks/gone.js": "", "index.d.ts": "types" };
  for (const [name, text] of Object.entries(before)) writeFileSync(join(dist, name), text);
  const file = (name: string) => statSync(join(dist, name)).ino;
  const [core, index] = [file("core.js"), file("index.js")];

  putInPlace(
    dist,
    filesOf([
      { type: "chunk", fileName: "core.js", code: "same" },
      { type: "chunk", fileName: "index.js", code: "new" },
      { type: "asset", fileName: "web/index.js.map", source: "{}" },
    ]),
  );

  expect(file("core.js")).toBe(core);
  // A process that has opened the old one reads it to its end.
  expect(file("index.js")).not.toBe(index);
  expect(readFileSync(join(dist, "index.js"), "utf8")).toBe("new");
  expect(readdirSync(dist, { recursive: true, encoding: "utf8" }).sort()).toEqual(
    ["chunks", "core.js", "index.d.ts", "index.js", "web", join("web", "index.js.map")].sort(),
  );
});
