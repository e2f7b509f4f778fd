import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  callbacks,
  constraints,
  initializers,
  layers,
  losses,
  metrics,
  optimizers,
  regularizers,
  schedules,
} from "../../packages/trazo/src/index.js";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** What makes none of them, but reads, writes or defines them. */
const forFiles = /^(define|serialize|deserialize|flush|optimizerFrom)/;

describe("README", () => {
  it("shows the very program that is kept, and type-checked, in examples/", () => {
    const shown = /```ts\n([\s\S]*?)```/.exec(read("README.md"))?.[1];
    expect(shown).toBe(read("examples/mnist.ts"));
  });

  it.each(
    Object.entries({
      layers,
      losses,
      metrics,
      optimizers,
      callbacks,
      schedules,
      initializers,
      regularizers,
      constraints,
    }),
  )("lists all that there is in %s", (room, exported) => {
    const names = Object.entries(exported).flatMap(([name, value]) =>
      typeof value === "function" && !forFiles.test(name) ? [name] : [],
    );
    const row = names.sort().join(", ");
    expect(read("README.md").split("\n")).toContain(`| \`${room}\` | ${row} |`);
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...read("README.md").matchAll(/npm run ([a-z]+)/g)].map(([, name]) => name as string);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });
});
