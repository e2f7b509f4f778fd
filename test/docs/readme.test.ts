import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { languages, pages } from "../../docs/sections.js";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("README", () => {
  it("shows the very program that is kept, and type-checked, in examples/", () => {
    const shown = /```ts\n([\s\S]*?)```/.exec(read("README.md"))?.[1];
    expect(shown).toBe(read("examples/mnist.ts"));
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...read("README.md").matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name as string);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  it("leads to every page of the guide, and nowhere else", () => {
    const links = [...read("README.md").matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link as string);
    for (const link of links)
      expect(link).toSatisfy((file: string) => existsSync(new URL(`../../${file}`, import.meta.url)));
    const guide = languages.flatMap((lang) => pages.map(({ path }) => `docs/${lang}/${path}.md`));
    expect(links).toEqual(expect.arrayContaining(guide));
  });

  it("of the npm package shows the same program, and links to nothing that is not in the package", () => {
    const text = read("packages/trazo/README.md");
    expect(/```ts\n([\s\S]*?)```/.exec(text)?.[1]).toBe(read("examples/mnist.ts"));
    expect(text).not.toMatch(/\]\((?!https?:)/);
  });

  it("is short enough for a newcomer", () => {
    expect(read("README.md").split("\n").length).toBeLessThan(150);
  });
});
