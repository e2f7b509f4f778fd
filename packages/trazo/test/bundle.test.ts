import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** What `import "trazo"` loads in Node: our files, and the packages and modules of Node that they name. */
function loadedByImport(): { files: string[]; others: Set<string> } {
  const seen = new Set([join(dist, "index.js")]);
  const others = new Set<string>();
  for (const file of seen) {
    for (const [, source = ""] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export) .*?from "([^"]+)";$/gm,
    )) {
      if (source === "#platform") seen.add(join(dist, "node", "platform.js"));
      else if (source.startsWith(".")) seen.add(join(dirname(file), source));
      else others.add(source);
    }
  }
  return { files: [...seen], others };
}

describe("the built library", () => {
  const { files, others } = loadedByImport();

  it("opens few files when it is imported, since each takes time", () => {
    expect(files.every((file) => existsSync(file))).toBe(true);
    expect(files.length).toBeGreaterThan(2);
    expect(files.length).toBeLessThanOrEqual(8);
  });

  it("loads other packages and slow modules of Node only when they are used", () => {
    expect([...others].filter((name) => !name.startsWith("node:"))).toEqual([]);
    expect(others).not.toContain("node:crypto");
  });

  it("is ASCII, which engines keep in one byte a character", () => {
    for (const file of files) expect(readFileSync(file, "latin1")).not.toMatch(/[\x80-\xff]/);
  });
});
